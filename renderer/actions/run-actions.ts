import { Pause, Play, Square, StepForward } from 'lucide-react';
import type { OpenDocument } from '../state/open-documents.ts';
import { keepStarted, readInputs } from '../state/run-inputs.ts';
import { isLive, isOpen, type StartRequest } from '../state/run-session.ts';
import { saveFirst } from '../state/save-first.ts';
import type { Studio } from '../state/studio.ts';
import { showPanel } from '../state/view-store.ts';
import { defineAction } from './action.ts';
import { needsDocument, needsOneNode, selectedNode } from './unavailable.ts';

export const actions = [
  defineAction({
    id: 'run.toggle',
    title: 'action.run.toggle',
    group: 'run',
    icon: Play,
    keys: ['Mod+Enter'],
    inText: true,
    unavailable: needsDocument,
    run: (studio) => (isRunning(studio) ? stop(studio) : startRun(studio)),
  }),
  defineAction({
    id: 'run.start',
    title: 'action.run.start',
    group: 'run',
    icon: Play,
    unavailable: (studio) => needsDocument(studio) ?? (isRunning(studio) ? { key: 'unavailable.running' } : undefined),
    run: (studio) => startRun(studio),
  }),
  defineAction({
    id: 'run.stop',
    title: 'action.run.stop',
    group: 'run',
    icon: Square,
    unavailable: ({ documents }) => {
      const open = documents.active();
      return open && isOpen(open.run.store.getState()) ? undefined : { key: 'unavailable.notRunning' };
    },
    run: stop,
  }),
  defineAction({
    id: 'run.pause',
    title: 'action.run.pause',
    group: 'run',
    icon: Pause,
    unavailable: (studio) => (isRunning(studio) ? undefined : { key: 'unavailable.notRunning' }),
    run: ({ documents }) => documents.active()?.run.pause(),
  }),
  defineAction({
    id: 'run.resume',
    title: 'action.run.resume',
    group: 'run',
    icon: StepForward,
    unavailable: (studio) =>
      studio.documents.active()?.run.store.getState().status === 'interrupted'
        ? undefined
        : { key: 'unavailable.notPaused' },
    run: ({ documents }) => documents.active()?.run.resume(),
  }),
  defineAction({
    id: 'run.to',
    title: 'action.run.to',
    group: 'run',
    icon: StepForward,
    unavailable: needsOneNode,
    run: (studio) => startRun(studio, { to: [selectedNode(studio)].filter((id) => id !== undefined) }),
  }),
  defineAction({
    id: 'run.from',
    title: 'action.run.from',
    group: 'run',
    icon: StepForward,
    unavailable: (studio) =>
      needsOneNode(studio) ?? (lastRun(studio) === undefined ? { key: 'unavailable.noRun' } : undefined),
    run(studio) {
      const [node, run] = [selectedNode(studio), lastRun(studio)];
      return node === undefined || run === undefined ? undefined : startRun(studio, { from: { node, run } });
    },
  }),
];

/** Those whose file is being saved for a run: the same key pressed twice is one wish. */
const beginning = new WeakSet<OpenDocument>();

function isRunning({ documents }: Studio): boolean {
  const open = documents.active();
  return open !== undefined && isLive(open.run.store.getState());
}

function stop({ documents }: Studio): Promise<void> | undefined {
  return documents.active()?.run.stop();
}

function lastRun({ documents }: Studio): string | undefined {
  return documents.active()?.run.store.getState().view?.runId;
}

/** Starts a run with what the form holds. The file is saved first: a run is of what lies on the disk. */
async function startRun(studio: Studio, more: Omit<StartRequest, 'inputs'> = {}): Promise<void> {
  const open = studio.documents.active();
  if (!open) return;
  const { document, inputs, run } = open;
  const { texts } = inputs.getState();
  const { values, faults } = readInputs(document.store.getState().doc.inputs, texts);
  showPanel(studio.view, 'dock', 'run');
  inputs.setState({ checked: false });
  if (faults.size > 0) {
    inputs.setState({ checked: true });
    return;
  }
  if (beginning.has(open)) return;
  beginning.add(open);
  try {
    if (!(await saveFirst(studio, open))) return;
    const { file, doc } = document.store.getState();
    keepStarted(doc.head.get('id') ?? file, texts);
    await run.start(file, { inputs: values, ...more });
  } finally {
    beginning.delete(open);
  }
}
