import { createStore } from 'zustand/vanilla';
import type { ContractClient } from '../../app/core/contracts/client.ts';
import { AppError } from '../../app/core/errors/app-error.ts';
import { diffWorkflows, type WorkflowDiff } from '../../app/core/graph/diff-workflows.ts';
import type { Workflow } from '../../app/core/graph/workflow.ts';
import type { RunView } from '../../app/core/run/run-view.ts';
import { arrangeNodes } from '../commands/arrange-nodes.ts';
import { arrange, missingPlaces } from '../layout/arrange.ts';
import { readRunLog } from '../rpc/read-run-log.ts';
import type { CheckState } from './checking.ts';
import { createDebugging } from './debugging.ts';
import { createDocumentStore, type DocumentStore } from './document-store.ts';
import { marksOfRuns, marksOfVersions, overlaid } from './graph-marks.ts';
import { createRunSession } from './run-session.ts';
import type { ShownGraph } from './shown-graph.ts';

/** A run on the graph that it worked on. */
export interface RecordedRun {
  kind: 'run';
  runId: string;
  name: string;
  /** Where the workflow lies now; none when it is gone. */
  file: string | undefined;
}

/** Two runs on the graphs that they worked on, laid over each other. */
export interface ComparedRuns {
  kind: 'runs';
  name: string;
  file: string | undefined;
  before: RunView;
  after: RunView;
}

/** A workflow of a comparison: a version that was saved, or the file as it is now. */
export interface VersionSource {
  file: string;
  /** None: as it is open in a tab, with what was not saved, or else as it lies on the disk. */
  version: string | undefined;
}

export interface ShownVersion extends VersionSource {
  /** When it was saved; none for what is now. */
  at: number | undefined;
}

/** Two versions of a workflow, or two workflows, laid over each other. */
export interface ComparedVersions {
  kind: 'versions';
  name: string;
  file: string | undefined;
  before: ShownVersion;
  after: ShownVersion;
  diff: WorkflowDiff;
}

/** A graph that is looked at in a tab of its own and cannot be changed. */
export interface FrozenGraph extends ShownGraph {
  kind: 'frozen';
  /** What it is opened by, and opened again after a reload. */
  address: string;
  about: RecordedRun | ComparedRuns | ComparedVersions;
}
export type Comparison = ComparedRuns | ComparedVersions;

export interface FrozenPorts {
  client: ContractClient;
  /** The workflow of a file as it is now, with what was not saved. @throws what the host says */
  workflowNow(file: string): Promise<Workflow>;
}

// Addresses: the kind, and its parts in the form of URLs. No path of a file begins like that, for none holds a colon.
export const addressOfRun = (runId: string): string => `run:${runId}`;
export const addressOfRuns = (before: string, after: string): string => `runs:${before}:${after}`;
export function addressOfVersions(before: VersionSource, after: VersionSource): string {
  const part = ({ file, version = '' }: VersionSource) => `${encodeURIComponent(file)}:${encodeURIComponent(version)}`;
  return `versions:${part(before)}:${part(after)}`;
}

/** What an address leads to. @throws what the host says */
export function loadFrozen(ports: FrozenPorts, address: string): Promise<Omit<FrozenGraph, 'key'>> {
  const [kind, ...rest] = address.split(':');
  const [one = '', two = '', three = '', four = ''] = rest.map(decodeURIComponent);
  if (kind === 'run') return loadRun(ports, address, one);
  if (kind === 'runs') return loadRuns(ports, address, [one, two]);
  const source = (file: string, version: string) => ({ file, version: version === '' ? undefined : version });
  return loadVersions(ports, address, [source(one, two), source(three, four)]);
}

async function loadRun({ client }: FrozenPorts, address: string, runId: string): Promise<Omit<FrozenGraph, 'key'>> {
  const { workflow, file } = await client.run.graph({ run: runId });
  const graph = frozen(client, workflow);
  // It is followed as long as it goes on.
  void graph.run.show(runId);
  const about: RecordedRun = { kind: 'run', runId, name: workflow.name, file: file ?? undefined };
  return { kind: 'frozen', address, about, ...graph };
}

async function loadRuns(
  { client }: FrozenPorts,
  address: string,
  [one, two]: [string, string],
): Promise<Omit<FrozenGraph, 'key'>> {
  const [earlier, later, before, after] = await Promise.all([
    client.run.graph({ run: one }),
    client.run.graph({ run: two }),
    readRunLog(client, one),
    readRunLog(client, two),
  ]);
  const workflow = overlaid(earlier.workflow, later.workflow);
  const graph = frozen(client, workflow, { marks: marksOfRuns(workflow, before, after), comparison: 'runs' });
  const about: ComparedRuns = { kind: 'runs', name: workflow.name, file: later.file ?? undefined, before, after };
  return { kind: 'frozen', address, about, ...graph };
}

async function loadVersions(
  ports: FrozenPorts,
  address: string,
  [before, after]: [VersionSource, VersionSource],
): Promise<Omit<FrozenGraph, 'key'>> {
  const [earlier, later] = await Promise.all([workflowOf(ports, before), workflowOf(ports, after)]);
  const shown = async (source: VersionSource): Promise<ShownVersion> => {
    const all = source.version === undefined ? [] : await ports.client.workflow.history({ file: source.file });
    return { ...source, at: all.find(({ version }) => version === source.version)?.at };
  };
  const diff = diffWorkflows(earlier, later);
  const marks = marksOfVersions(earlier, later, diff);
  const graph = frozen(ports.client, overlaid(earlier, later), { marks, comparison: 'versions' });
  const about: ComparedVersions = {
    kind: 'versions',
    name: later.name,
    file: after.file,
    before: await shown(before),
    after: await shown(after),
    diff,
  };
  return { kind: 'frozen', address, about, ...graph };
}

async function workflowOf({ client, workflowNow }: FrozenPorts, { file, version }: VersionSource): Promise<Workflow> {
  if (version === undefined) return workflowNow(file);
  const { workflow, issues } = await client.workflow.version({ file, version });
  if (!workflow) {
    throw new AppError('workflow.unreadable', {
      message: issues[0]?.message ?? 'That version is no workflow that this release can read.',
      where: file,
      remedy: 'Compare with another version.',
    });
  }
  return workflow;
}

/** A document that takes no command. */
function frozenDocument(workflow: Workflow): DocumentStore {
  const document = createDocumentStore('', workflow, { hash: '', modifiedAt: 0 });
  const { doc } = document.store.getState();
  // What a node runs inside is drawn in it, and takes more room than there was for the node alone.
  const isLinked = [...doc.nodes.keys()].some((id) => id.includes('/'));
  document.run(arrangeNodes, { positions: isLinked ? arrange(doc) : missingPlaces(doc), initial: true });
  return { ...document, run: () => ({ key: 'frozen.refused' }) };
}

/** What belongs to a graph that is not edited: nobody checks it. */
function frozen(
  client: ContractClient,
  workflow: Workflow,
  compared: Pick<ShownGraph, 'marks' | 'comparison'> = {},
): Omit<ShownGraph, 'kind' | 'key'> {
  const document = frozenDocument(workflow);
  const nothing: CheckState = { issues: [], nodes: new Map(), edges: new Map(), isStale: false };
  return {
    document,
    checking: { store: createStore(() => nothing), again: () => undefined, dispose: () => undefined },
    // Nothing is begun here, so that nothing stops either.
    run: createRunSession(
      client,
      () => undefined,
      async () => ({ breakpoints: [], pins: {} }),
    ),
    debug: createDebugging(),
    ...compared,
  };
}
