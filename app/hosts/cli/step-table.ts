import type { TracedStep } from '../../services/run/trace.ts';
import { shownCost, shownTime, shownTokens } from './figures.ts';
import { tableLines } from './table.ts';

const columns = [
  { title: 'STEP', flexible: true },
  { title: 'STATE' },
  { title: 'TIME', right: true },
  { title: 'TOKENS', right: true },
  { title: 'COST', right: true },
  { title: 'CACHE' },
];

/** The table of a run's steps. Steps of the same node in many frames of a container share a line, unless `all`. */
export function stepTable(
  steps: readonly TracedStep[],
  { width, all = false }: { width: number; all?: boolean },
): string[] {
  const groups = new Map<string, TracedStep[]>();
  for (const step of steps) {
    const key = all ? step.step : step.step.replace(/\[\d+\]/g, '[*]');
    const group = groups.get(key);
    if (group) group.push(step);
    else groups.set(key, [step]);
  }
  const rows = [...groups].map(([name, group]) => row(group.length === 1 ? (group[0]?.step ?? name) : name, group));
  return tableLines(columns, rows, width);
}

function row(name: string, group: readonly TracedStep[]): string[] {
  const sum = (pick: (step: TracedStep) => number) => group.reduce((total, step) => total + pick(step), 0);
  const states = new Map<string, number>();
  for (const { state } of group) states.set(state, (states.get(state) ?? 0) + 1);
  const state =
    group.length === 1 ? (group[0]?.state ?? '') : [...states].map(([one, count]) => `${count} ${one}`).join(', ');
  const timed = group.filter(
    ({ startedAt, endedAt, state: one }) => startedAt !== undefined && endedAt !== undefined && one !== 'skipped',
  );
  const ms = timed.reduce((total, { startedAt = 0, endedAt = 0 }) => total + endedAt - startedAt, 0);
  const called = group.some(({ calls }) => calls.some(({ cost }) => cost !== undefined));
  // A step may be taken from an earlier one, note itself that a cache of its own had the value, or get kept answers.
  const hits = sum(({ cached, detail, calls }) =>
    cached || detail?.['hit'] === true ? 1 : calls.filter((call) => call.cached).length,
  );
  return [
    name,
    state,
    timed.length === 0 ? '' : shownTime(ms),
    shownTokens({
      inputTokens: sum(({ spent }) => spent.inputTokens),
      outputTokens: sum(({ spent }) => spent.outputTokens),
    }),
    called
      ? shownCost(
          sum(({ spent }) => spent.nanoUsd),
          sum(({ spent }) => spent.unpriced),
        )
      : '',
    hits === 0 ? '' : hits === 1 && group.length === 1 ? 'hit' : `${hits} hits`,
  ];
}
