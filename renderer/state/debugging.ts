import * as z from 'zod';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Json } from '../../app/core/graph/json.ts';
import type { WorkflowNode } from '../../app/core/graph/workflow.ts';
import type { BreakpointGiven } from '../../app/core/run/breakpoint.ts';
import type { Doc } from './document.ts';
import { type ItemRef, itemOf } from './items.ts';
import { keepValue, keptValue } from './kept.ts';

/** Where runs stop, and when. */
const Mark = z.object({
  enabled: z.boolean().catch(true),
  /** CEL; empty: always. */
  when: z.string().max(10_000).catch(''),
  /** At each hit, at one alone, or at every so many. */
  count: z.enum(['always', 'hit', 'every']).catch('always'),
  times: z.int().min(1).max(1_000_000_000).catch(1),
});
export type Mark = Readonly<z.infer<typeof Mark>>;

/** Outputs that stand in place of a node's work: those that a step gave, or what a person made of them. */
const Pin = z.object({
  run: z.string().max(100),
  step: z.string().max(1000),
  /** When it was pinned, epoch milliseconds. */
  at: z.number(),
  values: z.record(z.string(), z.json()).optional(),
});
export type Pin = Readonly<Omit<z.infer<typeof Pin>, 'values'> & { values?: { [port: string]: Json } | undefined }>;

const Kept = z.object({
  marks: z.record(z.string().max(200), Mark).catch({}),
  watches: z.array(z.string().max(10_000)).max(50).catch([]),
  pins: z.record(z.string().max(200), Pin).catch({}),
});

export interface DebugState {
  /** By what they stand on: nodes and wires. */
  marks: ReadonlyMap<ItemRef, Mark>;
  /** In CEL, in the order in which they were written. */
  watches: readonly string[];
  /** By node. */
  pins: ReadonlyMap<string, Pin>;
}

/** A value that a person is writing in place of one that a stopped step gets. */
export interface Draft {
  text: string;
  /** What is wrong with it; a draft without fault has a value. */
  fault?: string;
  value?: Json;
}

export interface StopState {
  /** The wait of the stop that is looked at, of several. */
  chosen: string | undefined;
  /** By wait, then by port. */
  drafts: ReadonlyMap<string, ReadonlyMap<string, Draft>>;
  /** A decision is on its way. */
  busy: boolean;
}

/**
 * How one person looks at the runs of one workflow: breakpoints, watches and pins. Kept for this user, and never in the
 * file: what one looks for is no part of the work.
 */
export interface Debugging {
  readonly store: StoreApi<DebugState>;
  /** Of the run that is shown; gone with it. */
  readonly stops: StoreApi<StopState>;
  setMark(at: ItemRef, mark: Mark | undefined): void;
  /** Sets a breakpoint that always stops, or takes away the one that is there. */
  toggle(at: ItemRef): void;
  setPin(node: string, pin: Pin | undefined): void;
  setWatches(watches: readonly string[]): void;
  /** Writes in place of a value, or takes that back. */
  draft(wait: string, port: string, draft: Draft | undefined): void;
}

export const plainMark: Mark = { enabled: true, when: '', count: 'always', times: 1 };

const nameOf = (workflowId: string) => `debug.${workflowId}`;

/** What this user has marked in a workflow, also while no tab shows it. */
export function keptDebugging(workflowId?: string): DebugState {
  const kept = workflowId === undefined ? undefined : Kept.safeParse(keptValue('user', nameOf(workflowId))).data;
  return {
    marks: new Map(Object.entries(kept?.marks ?? {})),
    watches: kept?.watches ?? [],
    pins: new Map(Object.entries((kept?.pins ?? {}) as { [node: string]: Pin })),
  };
}

/** Of a workflow; without one nothing is kept. */
export function createDebugging(workflowId?: string): Debugging {
  const name = workflowId === undefined ? undefined : nameOf(workflowId);
  const store = createStore<DebugState>(() => keptDebugging(workflowId));
  store.subscribe(({ marks, watches, pins }) => {
    if (name === undefined) return;
    keepValue('user', name, { marks: Object.fromEntries(marks), watches, pins: Object.fromEntries(pins) });
  });
  const stops = createStore<StopState>(() => ({ chosen: undefined, drafts: new Map(), busy: false }));
  return {
    store,
    stops,
    setMark: (at, mark) => store.setState(({ marks }) => ({ marks: changed(marks, at, mark) })),
    toggle: (at) =>
      store.setState(({ marks }) => ({ marks: changed(marks, at, marks.has(at) ? undefined : plainMark) })),
    setPin: (node, pin) => store.setState(({ pins }) => ({ pins: changed(pins, node, pin) })),
    setWatches: (watches) => store.setState({ watches: [...watches] }),
    draft: (wait, port, draft) =>
      stops.setState(({ drafts }) => {
        const ports = changed(drafts.get(wait) ?? new Map<string, Draft>(), port, draft);
        return { drafts: changed(drafts, wait, ports.size > 0 ? ports : undefined) };
      }),
  };
}

function changed<K, V>(map: ReadonlyMap<K, V>, key: K, value: V | undefined): ReadonlyMap<K, V> {
  const next = new Map(map);
  if (value === undefined) next.delete(key);
  else next.set(key, value);
  return next;
}

/** A workflow with what a person marked in it. */
export interface MarkedWorkflow {
  doc: Doc;
  debug: DebugState;
}

/** One that a run works on, and what stands before the ids of its nodes there. */
export interface Scope extends MarkedWorkflow {
  prefix: string;
}

/**
 * A workflow and those that its nodes run, at any depth.
 * @param insideOf the workflow that a node runs
 */
export function scopesOf(
  top: MarkedWorkflow,
  insideOf: (node: WorkflowNode) => MarkedWorkflow | undefined,
  prefix = '',
  around: readonly Doc[] = [],
): Scope[] {
  // Workflows that run each other in a circle cannot be run; while one is drawn there may be such a circle.
  if (around.includes(top.doc)) return [];
  const inside = [...top.doc.nodes.values()].flatMap((node) => {
    const one = insideOf(node);
    return one ? scopesOf(one, insideOf, `${prefix}${node.id}/`, [...around, top.doc]) : [];
  });
  return [{ ...top, prefix }, ...inside];
}

/** Breakpoints as a run takes them. What stood on something that is gone is left out; it comes back with an undo. */
export function breakpointsIn(scopes: readonly Scope[]): BreakpointGiven[] {
  return scopes.flatMap(({ doc, debug, prefix }) =>
    [...debug.marks].flatMap(([ref, mark]) =>
      mark.enabled && isThere(doc, ref) ? [{ at: prefix + itemOf(ref).id, ...termsOf(mark) }] : [],
    ),
  );
}

export function termsOf({ when, count, times }: Mark): Omit<BreakpointGiven, 'at'> {
  return { ...(count !== 'always' && { [count]: times }), ...(when.trim() !== '' && { when: when.trim() }) };
}

export function isThere({ nodes, edges }: Doc, ref: ItemRef): boolean {
  const { kind, id } = itemOf(ref);
  return kind === 'edge' ? edges.has(id) : nodes.has(id);
}

/** Pins as a run takes them. */
export interface PinsGiven {
  pins?: { [step: string]: { [port: string]: Json } };
  pinned?: { [step: string]: { run: string; step: string } };
}

/** Pins as a run takes them: by reference where nobody changed the values, so that they need not travel. */
export function pinsIn(scopes: readonly Scope[]): PinsGiven {
  const there = scopes.flatMap(({ doc, debug, prefix }) =>
    [...debug.pins].filter(([node]) => doc.nodes.has(node)).map(([node, pin]) => [prefix + node, pin] as const),
  );
  const own = there.flatMap(([node, { values }]) => (values ? [[node, values] as const] : []));
  const taken = there.flatMap(([node, { run, step, values }]) => (values ? [] : [[node, { run, step }] as const]));
  return {
    ...(own.length > 0 && { pins: Object.fromEntries(own) }),
    ...(taken.length > 0 && { pinned: Object.fromEntries(taken) }),
  };
}
