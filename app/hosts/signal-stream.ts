import type { RunSignal } from '../core/run/events.ts';

export interface SignalStream extends AsyncIterable<RunSignal> {
  push(signal: RunSignal): void;
  end(): void;
}

/** Provisional text that nobody has read beyond this many signals is dropped; events never are. */
const MAX_WAITING = 10_000;

/** Turns signals into an async iterable. Each iteration gets all from the beginning, whenever it starts. */
export function createSignalStream(): SignalStream {
  const signals: RunSignal[] = [];
  let over = false;
  let waking: (() => void)[] = [];
  const wake = () => {
    const sleeping = waking;
    waking = [];
    for (const go of sleeping) go();
  };
  return {
    push(signal) {
      if (signal.type === 'event' || signals.length < MAX_WAITING) signals.push(signal);
      wake();
    },
    end() {
      over = true;
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (let at = 0; ; at += 1) {
        while (at >= signals.length) {
          if (over) return;
          await new Promise<void>((resolve) => waking.push(resolve));
        }
        yield signals[at] as RunSignal;
      }
    },
  };
}
