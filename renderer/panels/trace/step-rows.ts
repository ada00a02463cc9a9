import type { StepState, StepView } from '../../../app/core/run/run-view.ts';
import { containerOf, frameOf, nodeOf } from '../../../app/core/run/step-path.ts';

/** A line of the step tree. */
export interface StepRow {
  step: string;
  node: string;
  /** From 1 on. */
  level: number;
  hasChildren: boolean;
  isOpen: boolean;
  /** Undefined for a container whose inside has begun and which has not said a word itself. */
  view: StepView | undefined;
}

export const stepFilters = ['all', 'failed', 'open', 'models', 'calls', 'retried', 'cached', 'skipped'] as const;
export type StepFilter = (typeof stepFilters)[number];

export interface StepSearch {
  filter: StepFilter;
  /** Part of a step's path, its name or its error; capitals do not matter. */
  text: string;
  /** Steps that hold the text in their values, where these were searched. */
  inValues?: ReadonlySet<string> | undefined;
  /** Nodes whose steps alone are wanted. */
  nodes?: ReadonlySet<string> | undefined;
  /** Containers that are shown without their inside. */
  closed: ReadonlySet<string>;
}

const openStates: ReadonlySet<StepState> = new Set(['running', 'retrying', 'waiting', 'paused', 'needs-decision']);
const fits: Readonly<Record<StepFilter, (step: StepView) => boolean>> = {
  all: () => true,
  failed: ({ state }) => state === 'failed' || state === 'cancelled',
  open: ({ state }) => openStates.has(state),
  models: ({ calls }) => calls.some(({ kind }) => kind.startsWith('model.')),
  calls: ({ calls }) => calls.length > 0,
  retried: ({ retries, calls }) => retries.length > 0 || calls.some(({ course }) => (course?.tries?.length ?? 0) > 0),
  cached: ({ state }) => state === 'cached',
  skipped: ({ state }) => state === 'skipped',
};

/**
 * The steps of a run as a tree: what happened inside a container stands below it, turn by turn. A search shows what
 * fits and the containers around it.
 */
export function stepRows(
  steps: readonly StepView[],
  { filter, text, closed, inValues, nodes }: StepSearch,
  nameOf: (node: string) => string,
): StepRow[] {
  const wanted = text.trim().toLowerCase();
  const isSearch = filter !== 'all' || wanted !== '' || nodes !== undefined;
  const isFound = (step: StepView) =>
    fits[filter](step) &&
    (nodes === undefined || nodes.has(step.node)) &&
    (wanted === '' ||
      inValues?.has(step.step) === true ||
      `${step.step}\n${nameOf(step.node)}\n${step.error?.message ?? ''}`.toLowerCase().includes(wanted));

  const views = new Map(steps.map((step) => [step.step, step]));
  const children = new Map<string, string[]>();
  const placed = new Set<string>();
  const place = (step: string): void => {
    if (placed.has(step)) return;
    placed.add(step);
    const container = containerOf(frameOf(step));
    if (container !== '') place(container);
    const siblings = children.get(container);
    if (siblings) siblings.push(step);
    else children.set(container, [step]);
  };
  for (const step of steps) if (!isSearch || isFound(step)) place(step.step);

  const rows: StepRow[] = [];
  const list = (container: string, level: number): void => {
    for (const step of inTurns(children.get(container) ?? [])) {
      const hasChildren = children.has(step);
      const isOpen = hasChildren && (isSearch || !closed.has(step));
      const view = views.get(step);
      rows.push({ step, node: view?.node ?? nodeOf(step), level, hasChildren, isOpen, view });
      if (isOpen) list(step, level + 1);
    }
  };
  list('', 1);
  return rows;
}

/** Turns of a container run at the same time; people read one after the other. */
function inTurns(steps: string[]): string[] {
  return steps
    .map((step, at) => ({ step, at, turn: turnOf(step) }))
    .sort((a, b) => a.turn - b.turn || a.at - b.at)
    .map(({ step }) => step);
}

/** Which turn of the container around it a step belongs to, from 0 on; 0 in the root. */
function turnOf(step: string): number {
  return Number(/\[(\d+)\]\/$/.exec(frameOf(step))?.[1] ?? 0);
}

/** Where a bar lies, as shares of the whole from 0 to 1. */
export interface Bar {
  left: number;
  width: number;
}

/** The part of a run's time that a step took; none for what was skipped or has not begun. */
export function barOf(view: StepView | undefined, from: number, to: number): Bar | undefined {
  if (view?.startedAt === undefined || view.state === 'skipped') return undefined;
  const span = Math.max(1, to - from);
  const left = Math.min(1, Math.max(0, (view.startedAt - from) / span));
  const right = Math.min(1, Math.max(left, ((view.endedAt ?? to) - from) / span));
  return { left, width: right - left };
}
