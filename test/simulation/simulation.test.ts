import { describe, expect, it } from 'vitest';
import { simulate } from './simulate.ts';

const SEEDS = 2000;

describe('simulation', () => {
  it(`gives what the reference interpreter gives in ${SEEDS} worlds of crashes, takeovers and chance`, async () => {
    const totals = { steps: 0, crashes: 0, takeovers: 0, sends: 0 };
    const statuses: { [status: string]: number } = {};
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      try {
        const done = await simulate(seed);
        for (const key of ['steps', 'crashes', 'takeovers', 'sends'] as const) totals[key] += done[key];
        statuses[done.status] = (statuses[done.status] ?? 0) + 1;
      } catch (error) {
        throw new Error(
          `SIM_SEED=${seed}: ${error instanceof Error ? error.message : String(error)} (run it alone: node test/simulation/run-seeds.ts ${seed} 1)`,
        );
      }
    }
    console.info(`simulation: ${SEEDS} seeds, ${JSON.stringify({ ...totals, statuses })}`);
    // The worlds must be rough enough to mean something.
    expect(totals.crashes).toBeGreaterThan(SEEDS / 4);
    expect(totals.takeovers).toBeGreaterThan(SEEDS / 20);
    expect(Object.keys(statuses).sort()).toEqual(['cancelled', 'failed', 'succeeded']);
  });

  it('gives the same log for the same seed', async () => {
    for (const seed of [7, 107, 541, 948]) expect((await simulate(seed)).log).toBe((await simulate(seed)).log);
  });
});
