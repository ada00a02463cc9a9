import type { Json, JsonObject } from '../../app/core/graph/json.ts';
import { type Port, portFault } from '../../app/core/graph/ports.ts';
import type { WaitView } from '../../app/core/run/run-view.ts';
import { nodeOf } from '../../app/core/run/step-path.ts';
import type { Draft } from './debugging.ts';
import type { Doc } from './document.ts';
import type { OpenDocument } from './open-documents.ts';
import type { RunState } from './run-session.ts';
import type { Studio } from './studio.ts';

/** Where a run is stopped at breakpoints, in the order in which it came there. */
export function stopsOf({ view }: Pick<RunState, 'view'>): WaitView[] {
  return view?.waits.filter(({ kind, state }) => kind === 'breakpoint' && state === 'open') ?? [];
}

/** The stop that is looked at: the chosen one, or else the first. */
export function lookedStop(stops: readonly WaitView[], chosen: string | undefined): WaitView | undefined {
  return stops.find(({ wait }) => wait === chosen) ?? stops[0];
}

/** The node of a document that a step belongs to: inside a workflow that a node runs, that node. */
export function nodeIn({ nodes }: Doc, step: string): string | undefined {
  const parts = nodeOf(step).split('/');
  for (let length = parts.length; length > 0; length -= 1) {
    const id = parts.slice(0, length).join('/');
    if (nodes.has(id)) return id;
  }
  return undefined;
}

/** The turns of the containers around a step, counted from 1. */
export function turnsOf(step: string): number[] {
  return [...step.matchAll(/\[(\d+)\]/g)].map(([, turn]) => Number(turn) + 1);
}

/** A value as a person edits it: a text as it stands, anything else as JSON. */
export function editText(value: Json | undefined): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value, undefined, 2);
}

/**
 * What a person wrote in place of a value, read as that value is: where it was a text, the letters are the value. `port`
 * says what fits.
 */
export function readDraft(text: string, before: Json | undefined, port: Port): Draft {
  const isText = port.many ? false : port.type === 'text' || typeof before === 'string';
  let value: Json;
  try {
    value = isText ? text : (JSON.parse(text) as Json);
  } catch (thrown) {
    return { text, fault: thrown instanceof Error ? thrown.message : String(thrown) };
  }
  const fault = portFault(port, value);
  return fault === undefined ? { text, value } : { text, fault };
}

/** Who decided, in the log: the studio has one user, whom it does not know by name. */
const BY = 'studio';

export interface GoOn {
  /** `step` goes on at the stop that is looked at alone; `continue` at all. */
  action: 'continue' | 'step';
  /** A node or wire to stop at once more. */
  until?: string;
}

/**
 * Goes on from where the run is stopped, with what was put in place of values. Resolves when the run has taken it up.
 * @throws what the host says: values that do not fit, a stop that was decided elsewhere
 */
export async function goOn({ client, notices }: Studio, open: OpenDocument, { action, until }: GoOn): Promise<void> {
  const { stops: state } = open.debug;
  const { busy, chosen, drafts } = state.getState();
  const all = stopsOf(open.run.store.getState());
  const looked = lookedStop(all, chosen);
  if (busy || !looked) return;
  const stops = action === 'step' ? [looked] : all;
  const broken = stops.find(({ wait }) => [...(drafts.get(wait)?.values() ?? [])].some(({ fault }) => fault));
  if (broken) {
    state.setState({ chosen: broken.wait });
    notices.tell({ key: 'debug.broken' }, { tone: 'warning' });
    return;
  }
  state.setState({ busy: true });
  try {
    for (const { wait, payloadHash } of stops) {
      const values = editsOf(drafts.get(wait));
      await client.review.decide({ task: wait, action, values, by: BY, payloadHash });
      state.setState((now) => ({ drafts: new Map([...now.drafts].filter(([id]) => id !== wait)) }));
    }
    await open.run.resume(until);
  } finally {
    state.setState({ busy: false });
  }
}

function editsOf(drafts: ReadonlyMap<string, Draft> | undefined): JsonObject {
  const inputs = [...(drafts ?? [])].flatMap(([port, { value }]) =>
    value === undefined ? [] : [[port, value] as const],
  );
  return inputs.length === 0 ? {} : { inputs: Object.fromEntries(inputs) };
}
