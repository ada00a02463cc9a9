import * as z from 'zod';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ContractClient } from '../../app/core/contracts/client.ts';
import type { WorkflowIssue } from '../../app/core/contracts/workflow.ts';
import type { Workflow } from '../../app/core/graph/workflow.ts';
import { arrangeNodes } from '../commands/arrange-nodes.ts';
import { replaceDocument } from '../commands/replace-document.ts';
import { missingPlaces } from '../layout/arrange.ts';
import { createChecking } from './checking.ts';
import { breakpointsIn, createDebugging, keptDebugging, type MarkedWorkflow, pinsIn, scopesOf } from './debugging.ts';
import { createDocumentStore, type DocumentStore } from './document-store.ts';
import { followInterfaces } from './follow-interfaces.ts';
import { type FrozenGraph, loadFrozen } from './frozen-graph.ts';
import { loadInside } from './inside-workflows.ts';
import { keepText, keepValue, keptText, keptValue } from './kept.ts';
import type { NamedWorkflows } from './named-workflows.ts';
import type { Notices } from './notices.ts';
import { diskVersionOf } from './outdated-nodes.ts';
import { createInputDraft, type InputDraft } from './run-inputs.ts';
import { createRunSession, type RunLooks } from './run-session.ts';
import { createSaving, type Saving } from './saving.ts';
import type { ShownGraph } from './shown-graph.ts';
import { isHeld } from './window-slot.ts';

/** A workflow that is edited in a tab. */
export interface OpenDocument extends ShownGraph {
  kind: 'document';
  saving: Saving;
  /** What the form of its inputs holds. */
  inputs: StoreApi<InputDraft>;
  /** Ends what keeps the ports of its subflows as their files have them. */
  unfollow(): void;
}

/** A file that is no workflow: its text and what is wrong with it. */
export interface DamagedFile {
  kind: 'damaged';
  key: number;
  file: string;
  text: string;
  issues: readonly WorkflowIssue[];
}

export type Tab = OpenDocument | FrozenGraph | DamagedFile;

export interface TabsState {
  tabs: readonly Tab[];
  active: number | undefined;
  /** Files whose tabs were closed, the last one first. */
  closed: readonly string[];
}

export interface OpenDocuments {
  readonly store: StoreApi<TabsState>;
  /** The workflow that is edited in the tab that is shown. */
  active(): OpenDocument | undefined;
  /** The tab that is shown, whatever it holds. */
  shown(): Tab | undefined;
  /** The graph of the tab that is shown, edited or not. */
  graph(): OpenDocument | FrozenGraph | undefined;
  /**
   * Opens a file, or by its address what is only looked at (frozen-graph.ts), or shows its tab; work on a file that was
   * not saved comes back. @throws what the host says
   */
  open(file: string): Promise<void>;
  show(key: number): void;
  /** Closes a tab; what was not saved is given up. */
  close(key: number): Promise<void>;
  /** Shows the tab so many places to the right; after the last comes the first. */
  step(by: number): void;
  /** Opens again what was closed last. */
  reopen(): Promise<void>;
  /**
   * The tabs that this window had before it was loaded again; in a new window the workflow that was changed last. Once,
   * however often it is asked.
   */
  begin(): Promise<void>;
  /** Kept when the host is asked for the first of them: what is drawn from now on is drawn while the host reads it. */
  readonly asked: Promise<void>;
  /** What the watcher saw. */
  onDisk(file: string, hash: string | undefined): Promise<void>;
  /** Checks all that is open once more: files that workflows refer to have changed. */
  checkAgain(): void;
}

const NAME = 'tabs';

/** What a tab was opened by: its file, or the address of what is only looked at. */
export function fileOf(tab: Tab): string {
  if (tab.kind === 'frozen') return tab.address;
  return tab.kind === 'document' ? tab.document.store.getState().file : tab.file;
}

/** The graph of the tab that is shown, edited or not. */
export function shownGraph({
  tabs,
  active,
}: Pick<TabsState, 'tabs' | 'active'>): OpenDocument | FrozenGraph | undefined {
  const tab = tabs.find(({ key }) => key === active);
  return tab?.kind === 'damaged' ? undefined : tab;
}

/** Longest address of a tab: two paths, each letter of which may be written as nine. */
const LONGEST = 6000;
/** Closed tabs that can be brought back. */
const MAX_CLOSED = 20;

const KeptTabs = z.object({
  files: z.array(z.string().max(LONGEST)).max(100),
  active: z.string().optional(),
  closed: z.array(z.string().max(LONGEST)).max(MAX_CLOSED).default([]),
});

function keptTabs(): z.infer<typeof KeptTabs> | undefined {
  return KeptTabs.safeParse(keptValue('window', NAME)).data;
}

/** Gives places to nodes that have none: they would lie upon each other. Nobody did that, so nobody undoes it. */
function placeAll(document: DocumentStore): void {
  document.run(arrangeNodes, { positions: missingPlaces(document.store.getState().doc), initial: true });
}

export interface OpenDocumentsPorts {
  notices: Notices;
  named: NamedWorkflows;
}

export function createOpenDocuments(
  client: ContractClient,
  slot: string,
  { notices, named }: OpenDocumentsPorts,
): OpenDocuments {
  const store = createStore<TabsState>(() => ({ tabs: [], active: undefined, closed: keptTabs()?.closed ?? [] }));
  let nextKey = 1;
  /** Files on their way, so that two clicks make one tab. */
  const opening = new Map<string, Promise<void>>();

  const shown = () => {
    const { tabs, active } = store.getState();
    return tabs.find(({ key }) => key === active);
  };

  store.subscribe(({ tabs, closed }) => {
    const tab = shown();
    keepValue('window', NAME, { files: tabs.map(fileOf), active: tab && fileOf(tab), closed });
  });

  function add(tab: Tab): void {
    store.setState(({ tabs, closed }) => ({
      tabs: [...tabs, tab],
      active: tab.key,
      closed: closed.filter((file) => file !== fileOf(tab)),
    }));
  }

  function newKey(): number {
    nextKey += 1;
    return nextKey - 1;
  }

  /** The workflow of a file with what was not saved of it. */
  async function workflowNow(file: string): Promise<Workflow> {
    const tab = store.getState().tabs.find((one) => fileOf(one) === file);
    if (tab?.kind === 'document') return tab.document.workflow();
    return (await client.workflow.read({ workflow: file })).workflow;
  }

  /** What a person marked in a workflow and in all that it runs inside, in tabs or not: as its next run takes it. */
  async function looksAt({ doc, debug }: MarkedWorkflow): Promise<RunLooks> {
    const insideOf = await loadInside(doc, {
      read: (workflow) => client.workflow.read({ workflow }),
      debugOf(file, workflowId) {
        const tab = store.getState().tabs.find((one) => one.kind === 'document' && fileOf(one) === file);
        return tab?.kind === 'document' ? tab.debug.store.getState() : keptDebugging(workflowId);
      },
    });
    const scopes = scopesOf({ doc, debug }, insideOf);
    return { breakpoints: breakpointsIn(scopes), pins: pinsIn(scopes) };
  }

  async function load(file: string): Promise<void> {
    // No path holds a colon.
    if (file.includes(':')) return add({ ...(await loadFrozen({ client, workflowNow }, file)), key: newKey() });
    const [opened, unsaved] = await Promise.all([client.workflow.open({ file }), client.recovery.list({})]);
    const key = newKey();
    if (!opened.workflow) return add({ kind: 'damaged', key, file, text: opened.text, issues: opened.issues });
    const disk = diskVersionOf(opened);
    const document = createDocumentStore(file, opened.workflow, disk, (reason) =>
      notices.tell(reason, { tone: 'warning' }),
    );
    placeAll(document);
    const onReload = () => notices.tell({ key: 'file.reloaded', values: { file: fileOf(tab) } });
    const saving = createSaving({ document, client, slot, onReload });
    const debug = createDebugging(opened.workflow.id);
    const run = createRunSession(
      client,
      (runId) => keepText('window', `run.${fileOf(tab)}`, runId),
      () => looksAt({ doc: document.store.getState().doc, debug: debug.store.getState() }),
    );
    debug.store.subscribe(({ marks }, before) => {
      if (marks === before.marks) return;
      // Also runs of workflows that run this one inside.
      for (const one of store.getState().tabs)
        if (one.kind === 'document') void one.run.breakAnew().catch(notices.fail);
    });
    const inputs = createInputDraft(opened.workflow.id);
    const checking = createChecking(document, client, opened.issues);
    const unfollow = followInterfaces(document, named);
    const tab: OpenDocument = { kind: 'document', key, document, saving, checking, inputs, run, debug, unfollow };
    const lastRun = keptText('window', `run.${file}`);
    // The run that was shown before the page was loaded again.
    if (lastRun !== undefined) void run.show(lastRun);
    document.store.subscribe((state, before) => {
      // A file that was renamed is to be found again under its new name.
      if (state.file !== before.file) store.setState(({ tabs }) => ({ tabs: [...tabs] }));
    });
    const slots = unsaved.flatMap((item) => (item.file === file ? [item.slot] : []));
    await bringBack(tab, file, slots);
    add(tab);
  }

  /** Work of this very window comes back by itself; that of a window that is gone is offered. */
  async function bringBack({ document, saving }: OpenDocument, file: string, slots: readonly string[]): Promise<void> {
    const restore = async (from: string) => {
      const { workflow, base } = await client.recovery.get({ file, slot: from });
      document.run(replaceDocument, { workflow, label: { key: 'file.restore' } });
      // It was made from another version than the one that lies there now.
      if (document.isDirty() && base !== document.store.getState().base.hash) await saving.onDisk(base);
      await saving.keep();
      // Only now: at no time is the work in no file.
      if (from !== slot || !document.isDirty()) await client.recovery.drop({ file, slot: from });
    };
    if (slots.includes(slot)) {
      await restore(slot);
      return;
    }
    for (const other of slots) {
      if (await isHeld(other)) continue;
      notices.tell(
        { key: 'file.unsavedFound', values: { file } },
        {
          tone: 'warning',
          stays: true,
          actions: [
            { label: { key: 'file.restore' }, run: () => void restore(other).catch(notices.fail) },
            {
              label: { key: 'file.discard' },
              run: () => void client.recovery.drop({ file, slot: other }).catch(notices.fail),
            },
          ],
        },
      );
      return;
    }
  }

  const open = (file: string): Promise<void> => {
    const tab = store.getState().tabs.find((one) => fileOf(one) === file);
    if (tab) {
      store.setState({ active: tab.key });
      return Promise.resolve();
    }
    const running = opening.get(file);
    if (running !== undefined) return running;
    const started = load(file).finally(() => opening.delete(file));
    opening.set(file, started);
    return started;
  };

  let begun: Promise<void> | undefined;
  const asked = Promise.withResolvers<void>();
  async function begin(): Promise<void> {
    const kept = keptTabs();
    if (!kept) {
      const list = (await client.workflow.list({})).filter(({ readable }) => readable);
      const [last] = list.sort((a, b) => b.modifiedAt - a.modifiedAt);
      const opening = last && open(last.file);
      asked.resolve();
      return opening;
    }
    for (const file of kept.files) {
      // One that is gone meanwhile is no reason to lose the others.
      const opening = open(file).catch(() => undefined);
      asked.resolve();
      await opening;
    }
    const tab = store.getState().tabs.find((one) => fileOf(one) === kept.active);
    if (tab) store.setState({ active: tab.key });
  }

  return {
    store,
    active() {
      const tab = shown();
      return tab?.kind === 'document' ? tab : undefined;
    },
    shown,
    graph: () => shownGraph(store.getState()),
    open,
    show: (key) => store.setState({ active: key }),
    async close(key) {
      const { tabs, active } = store.getState();
      const at = tabs.findIndex((tab) => tab.key === key);
      const tab = tabs[at];
      if (!tab) return;
      const left = tabs.filter((one) => one !== tab);
      const next = left[Math.min(at, left.length - 1)];
      store.setState(({ closed }) => ({
        tabs: left,
        active: active === key ? next?.key : active,
        closed: [fileOf(tab), ...closed.filter((file) => file !== fileOf(tab))].slice(0, MAX_CLOSED),
      }));
      if (tab.kind === 'damaged') return;
      tab.checking.dispose();
      tab.run.dispose();
      if (tab.kind === 'frozen') return;
      tab.unfollow();
      tab.saving.dispose();
      keepText('window', `run.${fileOf(tab)}`, undefined);
      await tab.saving.discard();
    },
    step(by) {
      const { tabs, active } = store.getState();
      const at = tabs.findIndex(({ key }) => key === active);
      const next = tabs[(((at + by) % tabs.length) + tabs.length) % tabs.length];
      if (next) store.setState({ active: next.key });
    },
    async reopen() {
      const [file] = store.getState().closed;
      if (file === undefined) return;
      // One that is gone from the disk is not offered again.
      store.setState(({ closed }) => ({ closed: closed.filter((one) => one !== file) }));
      await open(file);
    },
    begin: () => {
      begun ??= begin().finally(asked.resolve);
      return begun;
    },
    asked: asked.promise,
    async onDisk(file, hash) {
      const tab = store.getState().tabs.find((one) => fileOf(one) === file);
      if (tab?.kind === 'document') await tab.saving.onDisk(hash);
    },
    checkAgain() {
      for (const tab of store.getState().tabs) if (tab.kind === 'document') tab.checking.again();
    },
  };
}
