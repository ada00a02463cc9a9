import { describe, expect, it } from 'vitest';
import type { ContractClient } from '../../app/core/contracts/client.ts';
import { createIngestions } from './ingestions.ts';

const report = { collection: 'docs', files: 2, added: 1, updated: 0, unchanged: 1, removed: 0, chunks: 3 };
const progress = { type: 'progress', progress: { phase: 'load', done: 1, total: 2 } } as const;

/** A host that ingests as the test has it. */
function over(ingest: (signal: AbortSignal) => AsyncGenerator<unknown>) {
  const asked: string[] = [];
  const knowledge = {
    async ingest({ collection }: { collection: string }, { signal }: { signal: AbortSignal }) {
      asked.push(collection);
      return ingest(signal);
    },
  };
  const ingestions = createIngestions({ knowledge } as unknown as Pick<ContractClient, 'knowledge'>);
  const states: unknown[] = [];
  ingestions.store.subscribe(({ of }) => states.push(of.get('docs')));
  return { ingestions, states, asked };
}

describe('ingestions', () => {
  it('tell how far they are and what came of it', async () => {
    const { ingestions, states } = over(async function* () {
      yield progress;
      yield { type: 'report', report };
    });
    await ingestions.start('docs');
    expect(states).toEqual([
      { state: 'working' },
      { state: 'working', progress: progress.progress },
      { state: 'done', report },
    ]);
  });

  it('stop when they are told to, and can be started again', async () => {
    let waiting: (() => void) | undefined;
    const { ingestions, states, asked } = over(async function* (signal) {
      yield progress;
      signal.throwIfAborted();
      await new Promise<void>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        waiting?.();
      });
    });
    const begun = new Promise<void>((resolve) => {
      waiting = resolve;
    });
    const first = ingestions.start('docs');
    await ingestions.start('docs');
    await begun;
    expect(asked).toEqual(['docs']);
    ingestions.stop('docs');
    await first;
    expect(states.at(-1)).toEqual({ state: 'stopped' });
    const again = ingestions.start('docs');
    ingestions.stop('docs');
    await again;
    expect(asked).toEqual(['docs', 'docs']);
  });

  it('say why they failed', async () => {
    const { ingestions, states } = over(async function* () {
      yield progress;
      throw new Error('no');
    });
    await ingestions.start('docs');
    expect(states.at(-1)).toMatchObject({ state: 'failed', fault: { message: expect.any(String) } });
  });
});
