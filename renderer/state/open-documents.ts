import * as z from 'zod';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ContractClient } from '../../app/core/contracts/client.ts';
import type { WorkflowIssue } from '../../app/core/contracts/workflow.ts';
import { arrangeNodes } from '../commands/arrange-nodes.ts';
import { replaceDocument } from '../commands/replace-document.ts';
import { missingPlaces } from '../layout/arrange.ts';
import { type Checking, createChecking } from './checking.ts';
import { createDocumentStore, type DocumentStore } from './document-store.ts';
import { keepText, keepValue, keptText, keptValue } from './kept.ts';
import type { Notices } from './notices.ts';
import { createInputDraft, type InputDraft } from './run-inputs.ts';
import { createRunSession, type RunSession } from './run-session.ts';
import { createSaving, type Saving } from './saving.ts';
import { isHeld } from './window-slot.ts';

/** A workflow that is open in a tab. */
export interface OpenDocument {
  kind: 'document';
  /** The same as long as the tab is open, whatever its file is called. */
  key: number;
  document: DocumentStore;
  saving: Saving;
  checking: Checking;
  /** What the form of its inputs holds. */
  inputs: StoreApi<InputDraft>;
  /** The run that is shown beside it. */
  run: RunSession;
}

/** A file that is no workflow: its text and what is wrong with it. */
export interface DamagedFile {
  kind: 'damaged';
  key: number;
  file: string;
  text: string;
  issues: readonly WorkflowIssue[];
}

export type Tab = OpenDocument | DamagedFile;

export interface TabsState {
  tabs: readonly Tab[];
  active: number | undefined;
}

export interface OpenDocuments {
  readonly store: StoreApi<TabsState>;
  active(): OpenDocument | undefined;
  /** Opens a file, or shows its tab; work on it that was not saved comes back. */
  open(file: string): Promise<void>;
  show(key: number): void;
  /** Closes a tab; what was not saved is given up. */
  close(key: number): Promise<void>;
  /**
   * The tabs that this window had before it was loaded again; in a new window the workflow that was changed last. Once,
   * however often it is asked.
   */
  begin(): Promise<void>;
  /** What the watcher saw. */
  onDisk(file: string, hash: string | undefined): Promise<void>;
}

const NAME = 'tabs';

export function fileOf(tab: Tab): string {
  return tab.kind === 'document' ? tab.document.store.getState().file : tab.file;
}

const KeptTabs = z.object({ files: z.array(z.string().max(300)).max(100), active: z.string().optional() });

function keptTabs(): z.infer<typeof KeptTabs> | undefined {
  return KeptTabs.safeParse(keptValue('window', NAME)).data;
}

/** Gives places to nodes that have none: they would lie upon each other. Nobody did that, so nobody undoes it. */
function placeAll(document: DocumentStore): void {
  document.run(arrangeNodes, { positions: missingPlaces(document.store.getState().doc), initial: true });
}

export function createOpenDocuments(client: ContractClient, slot: string, notices: Notices): OpenDocuments {
  const store = createStore<TabsState>(() => ({ tabs: [], active: undefined }));
  let nextKey = 1;
  /** Files on their way, so that two clicks make one tab. */
  const opening = new Map<string, Promise<void>>();

  store.subscribe(({ tabs, active }) => {
    const shown = tabs.find(({ key }) => key === active);
    keepValue('window', NAME, { files: tabs.map(fileOf), active: shown && fileOf(shown) });
  });

  function add(tab: Tab): void {
    store.setState(({ tabs }) => ({ tabs: [...tabs, tab], active: tab.key }));
  }

  async function load(file: string): Promise<void> {
    const opened = await client.workflow.open({ file });
    const key = nextKey;
    nextKey += 1;
    if (!opened.workflow) return add({ kind: 'damaged', key, file, text: opened.text, issues: opened.issues });
    const disk = { hash: opened.hash, modifiedAt: opened.modifiedAt };
    const document = createDocumentStore(file, opened.workflow, disk);
    placeAll(document);
    const onReload = () => notices.tell({ key: 'file.reloaded', values: { file: fileOf(tab) } });
    const saving = createSaving({ document, client, slot, onReload });
    const run = createRunSession(
      client,
      (runId) => keepText('window', `run.${fileOf(tab)}`, runId),
      (id) => document.store.getState().doc.nodes.has(id),
    );
    const inputs = createInputDraft(opened.workflow.id);
    const checking = createChecking(document, client);
    const tab: OpenDocument = { kind: 'document', key, document, saving, checking, inputs, run };
    const lastRun = keptText('window', `run.${file}`);
    // The run that was shown before the page was loaded again.
    if (lastRun !== undefined) void run.show(lastRun);
    document.store.subscribe((state, before) => {
      // A file that was renamed is to be found again under its new name.
      if (state.file !== before.file) store.setState(({ tabs }) => ({ tabs: [...tabs] }));
    });
    await bringBack(tab, file);
    add(tab);
  }

  /** Work of this very window comes back by itself; that of a window that is gone is offered. */
  async function bringBack({ document, saving }: OpenDocument, file: string): Promise<void> {
    const items = (await client.recovery.list({})).filter((item) => item.file === file);
    const restore = async (from: string) => {
      const { workflow, base } = await client.recovery.get({ file, slot: from });
      document.run(replaceDocument, { workflow, label: { key: 'file.restore' } });
      // It was made from another version than the one that lies there now.
      if (document.isDirty() && base !== document.store.getState().base.hash) await saving.onDisk(base);
      await saving.keep();
      // Only now: at no time is the work in no file.
      if (from !== slot || !document.isDirty()) await client.recovery.drop({ file, slot: from });
    };
    if (items.some((item) => item.slot === slot)) {
      await restore(slot);
      return;
    }
    for (const item of items) {
      if (await isHeld(item.slot)) continue;
      notices.tell(
        { key: 'file.unsavedFound', values: { file } },
        {
          tone: 'warning',
          stays: true,
          actions: [
            { label: { key: 'file.restore' }, run: () => void restore(item.slot).catch(notices.fail) },
            {
              label: { key: 'file.discard' },
              run: () => void client.recovery.drop({ file, slot: item.slot }).catch(notices.fail),
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
  async function begin(): Promise<void> {
    const kept = keptTabs();
    if (!kept) {
      const list = (await client.workflow.list({})).filter(({ readable }) => readable);
      const [last] = list.sort((a, b) => b.modifiedAt - a.modifiedAt);
      if (last) await open(last.file);
      return;
    }
    for (const file of kept.files) {
      // One that is gone meanwhile is no reason to lose the others.
      await open(file).catch(() => undefined);
    }
    const tab = store.getState().tabs.find((one) => fileOf(one) === kept.active);
    if (tab) store.setState({ active: tab.key });
  }

  return {
    store,
    active() {
      const { tabs, active } = store.getState();
      const tab = tabs.find(({ key }) => key === active);
      return tab?.kind === 'document' ? tab : undefined;
    },
    open,
    show: (key) => store.setState({ active: key }),
    async close(key) {
      const { tabs, active } = store.getState();
      const at = tabs.findIndex((tab) => tab.key === key);
      const tab = tabs[at];
      if (!tab) return;
      const left = tabs.filter((one) => one !== tab);
      const next = left[Math.min(at, left.length - 1)];
      store.setState({ tabs: left, active: active === key ? next?.key : active });
      if (tab.kind !== 'document') return;
      tab.saving.dispose();
      tab.checking.dispose();
      tab.run.dispose();
      keepText('window', `run.${fileOf(tab)}`, undefined);
      await tab.saving.discard();
    },
    begin: () => {
      begun ??= begin();
      return begun;
    },
    async onDisk(file, hash) {
      const tab = store.getState().tabs.find((one) => fileOf(one) === file);
      if (tab?.kind === 'document') await tab.saving.onDisk(hash);
    },
  };
}
