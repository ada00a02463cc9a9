import { describe, expect, it } from 'vitest';
import { createMemoryJournal } from '../../kit/memory-journal.ts';
import { describeJournal } from './journal-suite.ts';

describeJournal('memory', async () => {
  let journal = createMemoryJournal();
  return {
    journal,
    second: async () => journal,
    async crash() {
      journal = journal.crash();
      return journal;
    },
    expireLeases: () => journal.expireLeases(),
    async decide(runId, wait, decision) {
      journal.decide(runId, wait, decision);
    },
    async purge(_, digest) {
      journal.purge(digest);
    },
    async close() {},
  };
});

describe('memory journal with a scheduler', () => {
  it('loses in a crash what was not yet durable, and never answers for it', async () => {
    const due: (() => void)[] = [];
    const journal = createMemoryJournal({ schedule: (commit) => due.push(commit) });
    let answered = 0;
    const event = { seq: 1, at: 1, type: 'run.cancelled' as const, reason: '' };
    const batch = { owner: 'one', events: [event], values: [] };
    journal.create({ runId: 'run_a', ...batch }).then(() => {
      answered += 1;
    }, expect.unreachable);
    journal.create({ runId: 'run_b', ...batch }).then(() => {
      answered += 1;
    }, expect.unreachable);
    // The second commit comes due first: writes become durable in the order they were given all the same.
    due[1]?.();
    await Promise.resolve();
    const next = journal.crash();
    due[0]?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(1);
    expect(next.runIds()).toEqual(['run_a']);
    expect((await next.claim('run_a', 'two')).fence).toBe(2);
  });

  it('copies share nothing', async () => {
    const journal = createMemoryJournal();
    const event = { seq: 1, at: 1, type: 'run.started' as const, owner: 'one', fence: 1, resumed: false };
    await journal.create({ runId: 'run_a', owner: 'one', events: [event], values: [] });
    const copy = journal.copy();
    await journal.append({ runId: 'run_a', fence: 1, events: [{ ...event, seq: 2 }], values: [] });
    expect(await copy.events('run_a')).toHaveLength(1);
  });
});
