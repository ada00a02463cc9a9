import type { StepState, StepView } from '../../../app/core/run/run-view.ts';
import { nodeOf } from '../../../app/core/run/step-path.ts';

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

  const root: Placed = { step: '', turn: 0 };
  const placed = new Map<string, Placed>();
  const place = (step: string): Placed => {
    let known = placed.get(step);
    if (!known) {
      const [container, turn] = aroundOf(step);
      const around = container === '' ? root : place(container);
      known = { step, turn };
      placed.set(step, known);
      if (around.inside) around.inside.push(known);
      else around.inside = [known];
    }
    return known;
  };
  for (const step of steps) if (!isSearch || isFound(step)) place(step.step);
  // Also of those around what was found, which are not found themselves.
  for (const step of steps) {
    const known = placed.get(step.step);
    if (known) known.view = step;
  }

  const rows: StepRow[] = [];
  const list = (inside: Placed[], level: number): void => {
    // Turns of a container run at the same time; people read one after the other.
    for (const { step, view, inside: within } of inside.sort((a, b) => a.turn - b.turn)) {
      const isOpen = within !== undefined && (isSearch || !closed.has(step));
      rows.push({ step, node: view?.node ?? nodeOf(step), level, hasChildren: within !== undefined, isOpen, view });
      if (isOpen) list(within, level + 1);
    }
  };
  list(root.inside ?? [], 1);
  return rows;
}

/** A step, or a container around one, in the tree. */
interface Placed {
  step: string;
  /** Of the container around it, from 0 on. */
  turn: number;
  inside?: Placed[];
  view?: StepView;
}

/** The container around a step, empty in the root, and which turn of it the step belongs to. */
function aroundOf(step: string): [container: string, turn: number] {
  const end = step.lastIndexOf('/');
  if (end < 0) return ['', 0];
  if (step[end - 1] !== ']') return [step.slice(0, end), 0];
  const begin = step.lastIndexOf('[', end);
  return [step.slice(0, begin), Number(step.slice(begin + 1, end - 1))];
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
