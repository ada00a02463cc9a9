import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { totalAccounts } from './accounts.ts';
import { type BudgetSources, limitsFor } from './limits.ts';
import { nanoOf, shownUsd } from './money.ts';
import { refusal } from './refusal.ts';

const noon = Date.UTC(2026, 10, 29, 12);
const spender = { at: noon, runId: 'run_1', node: 'ask', workflowId: 'wf_a', tags: ['north', 'north', 'x'] };
const found = (sources: BudgetSources, by = spender) =>
  limitsFor(by, sources).map(({ scope, key, nanoUsd, warnNanoUsd }) => [scope, key, nanoUsd, warnNanoUsd]);

describe('limitsFor', () => {
  it('finds every limit that holds for a call', () => {
    const workspace = {
      call: 0.01,
      node: { usd: 0.1, warnAt: 0.5 },
      run: 1,
      workflow: { usd: 20, per: 'month' as const },
      day: 5,
      tags: { north: 3, south: 1 },
    };
    expect(found({ workspace })).toEqual([
      ['call', 'call', 10_000_000, 8_000_000],
      ['node', 'node run_1 ask', 100_000_000, 50_000_000],
      ['run', 'run run_1', 1_000_000_000, 800_000_000],
      ['workflow', 'workflow wf_a 2026-11', 20_000_000_000, 16_000_000_000],
      ['day', 'day 2026-11-29', 5_000_000_000, 4_000_000_000],
      ['tag', 'tag north', 3_000_000_000, 2_400_000_000],
    ]);
    // Outside runs: what reading documents into a collection costs.
    expect(limitsFor({ at: noon }, { workspace }).map(({ scope }) => scope)).toEqual(['call', 'day']);
    expect(found({})).toEqual([]);
  });

  it('lets a workflow and a node tighten what the workspace allows, and never widen it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.double({ min: 0, max: 1000, noNaN: true })), { minLength: 3, maxLength: 3 }),
        (usd) => {
          const [workspace, workflow, node] = usd.map((one) => (one === null ? {} : { node: one }));
          const given = usd.filter((one) => one !== null);
          const limit = limitsFor(spender, { workspace, workflow, node })[0];
          expect(limit?.nanoUsd).toBe(given.length === 0 ? undefined : Math.min(...given.map(nanoOf)));
        },
      ),
    );
  });

  it('names where the limit that holds is written', () => {
    const [limit] = limitsFor(spender, { workspace: { run: 2 }, workflow: { run: 1 } });
    expect(limit).toMatchObject({ source: 'budget.run of the workflow', nanoUsd: 1_000_000_000 });
  });

  it('holds a workflow inside another to its own account and to those around it', () => {
    const inside = [
      { step: 'each[2]/answer', workflowId: 'wf_in', budget: { call: 0.02, node: 0.2, run: 0.5, workflow: 4 } },
      { step: 'each[2]/answer/deeper', workflowId: 'wf_deep', budget: { call: 0.01 } },
    ];
    const workspace = { call: 0.05, run: 1, workflow: { usd: 20, per: 'month' as const } };
    expect(found({ workspace, workflow: { workflow: 9 } }, { ...spender, tags: [], inside } as never)).toEqual([
      ['call', 'call', 10_000_000, 8_000_000],
      ['node', 'node run_1 ask', 200_000_000, 160_000_000],
      ['run', 'run run_1', 1_000_000_000, 800_000_000],
      ['run', 'run run_1 each[2]/answer', 500_000_000, 400_000_000],
      ['workflow', 'workflow wf_a 2026-11', 20_000_000_000, 16_000_000_000],
      ['workflow', 'workflow wf_a', 9_000_000_000, 7_200_000_000],
      ['workflow', 'workflow wf_in 2026-11', 20_000_000_000, 16_000_000_000],
      ['workflow', 'workflow wf_in', 4_000_000_000, 3_200_000_000],
      ['workflow', 'workflow wf_deep 2026-11', 20_000_000_000, 16_000_000_000],
    ]);
    const [, , run] = limitsFor({ ...spender, inside }, {});
    expect(run).toMatchObject({
      source: 'budget.run of the workflow wf_in',
      counts: { runId: 'run_1', withinStep: 'each[2]/answer' },
    });
  });

  it('begins days and months at midnight UTC', () => {
    const at = (time: number) => limitsFor({ at: time }, { workspace: { day: 1 } })[0];
    const midnight = Date.UTC(2026, 11, 1);
    expect(at(midnight - 1)).toMatchObject({ key: 'day 2026-11-30', counts: { since: Date.UTC(2026, 10, 30) } });
    expect(at(midnight)).toMatchObject({ key: 'day 2026-12-01', counts: { since: midnight } });
    const [month] = limitsFor({ ...spender, at: midnight }, { workflow: { workflow: { usd: 1, per: 'month' } } });
    expect(month).toMatchObject({ key: 'workflow wf_a 2026-12', counts: { withinWorkflow: 'wf_a', since: midnight } });
  });
});

describe('refusal', () => {
  const limit = (nanoUsd: number) => ({ ...limitsFor(spender, { workspace: { run: 1 } })[0], nanoUsd }) as never;
  it('takes what fits to the last nano-dollar', () => {
    expect(refusal(40, [{ limit: limit(100), standing: { spentNanoUsd: 30, reservedNanoUsd: 30 } }])).toBeUndefined();
    expect(refusal(41, [{ limit: limit(100), standing: { spentNanoUsd: 30, reservedNanoUsd: 30 } }])).toMatchObject({
      mayFit: true,
    });
    expect(refusal(71, [{ limit: limit(100), standing: { spentNanoUsd: 30, reservedNanoUsd: 0 } }])).toMatchObject({
      mayFit: false,
    });
  });
  it('tells a limit that can never take it before one that may', () => {
    const full = { limit: limit(50), standing: { spentNanoUsd: 45, reservedNanoUsd: 0 } };
    const busy = { limit: limit(100), standing: { spentNanoUsd: 0, reservedNanoUsd: 95 } };
    expect(refusal(10, [busy, full])).toMatchObject({ mayFit: false, spentNanoUsd: 45 });
  });
});

it('shows amounts with the digits that matter', () => {
  expect([0, 5_000_000_000, 12_300_000, 4_500, -2_000_000_000].map(shownUsd)).toEqual([
    '$0',
    '$5.00',
    '$0.0123',
    '$0.000005',
    '-$2.00',
  ]);
});

it('totals tries: every count, estimated when any is, a price known only when all are', () => {
  const usage = { inputTokens: 3, outputTokens: 1, reasoningTokens: 2, estimated: false };
  expect(totalAccounts([])).toBeUndefined();
  expect(
    totalAccounts([
      { usage, cost: { nanoUsd: 5, known: true, priceVersion: 'a' }, model: 'one' },
      {
        usage: { inputTokens: 1, outputTokens: 0, estimated: true },
        cost: { nanoUsd: 0, known: false, priceVersion: 'b' },
      },
    ]),
  ).toEqual({
    usage: { inputTokens: 4, outputTokens: 1, reasoningTokens: 2, estimated: true },
    cost: { nanoUsd: 5, known: false, priceVersion: 'b' },
    model: 'one',
  });
});
