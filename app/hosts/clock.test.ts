import { describe, expect, it } from 'vitest';
import { clock } from './clock.ts';

describe('a sleep', () => {
  it('ends in its time, and listens to its signal no longer', async () => {
    const { signal } = new AbortController();
    const began = performance.now();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...given: Parameters<typeof add>) => {
      listeners += 1;
      add(...given);
    };
    signal.removeEventListener = (...given: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...given);
    };
    await clock.sleep(20, signal);
    expect(performance.now() - began).toBeGreaterThan(18);
    expect(listeners).toBe(0);
  });

  it('is cut short by its signal, with its reason', async () => {
    const controller = new AbortController();
    const sleeping = clock.sleep(60_000, controller.signal);
    controller.abort('enough');
    await expect(sleeping).rejects.toBe('enough');
    await expect(clock.sleep(60_000, controller.signal)).rejects.toBe('enough');
  });
});
