import type { Capture, RunEvent } from '../../core/run/events.ts';
import type { RunListItem } from '../../core/run/run-list.ts';
import { type RunView, runView } from '../../core/run/run-view.ts';
import type { Showing } from '../../core/run/shown-event.ts';
import type { RunSnapshot } from '../../engine/engine-ports.ts';
import type { Journal } from '../../engine/journal.ts';
import type { RunIndex } from './run-index.ts';

export interface RunReaderPorts {
  journal: Pick<Journal, 'events' | 'snapshot' | 'value'>;
  index: RunIndex;
  /** What takes personal data and secrets out of a text that is shown under a capture setting. */
  redactor: (capture: Capture) => Promise<(text: string) => string>;
}

/** A run with everything that looking at it needs. */
export interface ReadRun {
  runId: string;
  summary: RunListItem;
  events: RunEvent[];
  view: RunView;
  snapshot: RunSnapshot;
  showing: Showing;
  /** Nobody works on it although it has not ended and does not wait. */
  interrupted: boolean;
}

/** What a run worked on, as it was pinned. @throws AppError run.not_found */
export async function readSnapshot({ journal, index }: RunReaderPorts, runId: string): Promise<RunSnapshot> {
  return JSON.parse(await journal.snapshot(index.getRun(runId).snapshot)) as RunSnapshot;
}

/** How payloads of a run may show. */
export async function showingOf(
  { redactor }: Pick<RunReaderPorts, 'redactor'>,
  capture: Capture,
  snapshot: RunSnapshot,
): Promise<Showing> {
  const personal = new Set(snapshot.workflow.nodes.filter((node) => node.personal).map(({ id }) => id));
  return { capture, personal, redactText: await redactor(capture) };
}

/** @throws AppError run.not_found */
export async function readRun(ports: RunReaderPorts, runId: string): Promise<ReadRun> {
  const summary = ports.index.getRun(runId);
  const events = await ports.journal.events(runId);
  const view = runView(runId, events);
  const snapshot = await readSnapshot(ports, runId);
  return {
    runId,
    summary,
    events,
    view,
    snapshot,
    showing: await showingOf(ports, view.capture, snapshot),
    interrupted: view.status === 'running' && summary.owner === null,
  };
}
