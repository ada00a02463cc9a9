import { describe, expect, it } from 'vitest';
import type { RunEvent, RunSignal } from '../../core/run/events.ts';
import type { RunResult } from '../../engine/run-result.ts';
import { createLiveRuns } from './live-runs.ts';
import type { RunService, StartedRun } from './run-service.ts';

const RUN = 'run_1';

/** A run service with one run whose log and end the test decides. */
function bench() {
  const log: RunEvent[] = [];
  const { promise: result, resolve } = Promise.withResolvers<RunResult>();
  let observe: ((signal: RunSignal) => void) | undefined;
  let reads = 0;
  const stopped: string[] = [];
  const end = (status: RunResult['status']) => resolve({ runId: RUN, status, outputs: {} });
  const handle: StartedRun = {
    runId: RUN,
    workflowName: 'Test',
    result,
    cancel: () => end('cancelled'),
    interrupt() {
      stopped.push('interrupt');
      end('interrupted');
    },
    heed: () => false,
    breakAt: async () => undefined,
  };
  /** Whether another process works on the run, and what happens while it is waited for. */
  const elsewhere: { isHeld: boolean; meanwhile: () => void; afterRead: () => void } = {
    isHeld: false,
    meanwhile: () => undefined,
    afterRead: () => undefined,
  };
  const service = {
    find: () => RUN,
    isHeld: () => elsewhere.isHeld,
    version: () => String(log.length),
    async start(request: { observe?: (signal: RunSignal) => void }) {
      observe = request.observe;
      return handle;
    },
    async events(_run: string, afterSeq: number) {
      reads += 1;
      const read = log.slice(afterSeq);
      elsewhere.afterRead();
      return read;
    },
  } as unknown as RunService;
  /** Durable first, then heard: as the engine does it. */
  const happen = (heard = true) => {
    const event = { seq: log.length + 1, at: 0, type: 'run.waiting', waits: [] } as RunEvent;
    log.push(event);
    if (heard) observe?.({ type: 'event', event });
  };
  const runs = createLiveRuns({ service: async () => service, sleep: async () => elsewhere.meanwhile() });
  return {
    runs,
    elsewhere,
    happen,
    end,
    stopped,
    log,
    reads: () => reads,
    say: (text: string) => observe?.({ type: 'delta', step: 'a', text }),
  };
}

const shown = (signal: RunSignal) => (signal.type === 'event' ? signal.event.seq : signal.type);

async function all(signals: AsyncIterable<RunSignal>): Promise<(number | string)[]> {
  const list: (number | string)[] = [];
  for await (const signal of signals) list.push(shown(signal));
  return list;
}

describe('watching a run', () => {
  it('gives the log, then what happens, each event once', async () => {
    const { runs, happen, say, end } = bench();
    await runs.start({ workflow: 'x' });
    for (let n = 0; n < 3; n += 1) happen();
    const watching = runs.watch(RUN);
    const first = await watching.next();
    happen();
    say('…');
    happen();
    end('succeeded');
    expect([shown(first.value as RunSignal), ...(await all(watching))]).toEqual([1, 2, 3, 4, 'delta', 5]);
  });

  it('goes on after a given event, also when it starts in the middle of one', async () => {
    const { runs, happen, end } = bench();
    await runs.start({ workflow: 'x' });
    for (let n = 0; n < 5; n += 1) happen();
    end('succeeded');
    expect(await all(runs.watch(RUN, { after: 3 }))).toEqual([4, 5]);
  });

  it('misses nothing when its reader is slower than the run by far', async () => {
    const { runs, happen, say, end, reads } = bench();
    await runs.start({ workflow: 'x' });
    happen();
    const watching = runs.watch(RUN);
    await watching.next();
    for (let n = 0; n < 5000; n += 1) {
      happen();
      say('…');
    }
    end('succeeded');
    const events = (await all(watching)).filter((one) => typeof one === 'number');
    expect(events).toEqual(Array.from({ length: 5000 }, (_, n) => n + 2));
    expect(reads()).toBeLessThanOrEqual(3);
  });

  it('reads the log again when an event was not heard', async () => {
    const { runs, happen, end } = bench();
    await runs.start({ workflow: 'x' });
    happen();
    const watching = runs.watch(RUN);
    await watching.next();
    happen(false);
    happen();
    end('succeeded');
    expect(await all(watching)).toEqual([2, 3]);
  });

  it('of a run that nobody here works on ends with its log', async () => {
    const { runs, happen } = bench();
    happen();
    happen();
    expect(await all(runs.watch(RUN))).toEqual([1, 2]);
  });

  it('follows another process until that lets go of the run, and reads the log only when there is more', async () => {
    const { runs, happen, elsewhere, reads } = bench();
    happen();
    elsewhere.isHeld = true;
    let looks = 0;
    elsewhere.meanwhile = () => {
      looks += 1;
      if (looks === 3 || looks === 5) happen(false);
      // The end is written just before the run is given up.
      if (looks === 5) elsewhere.isHeld = false;
    };
    expect(await all(runs.watch(RUN))).toEqual([1, 2, 3]);
    expect(reads()).toBe(3);
  });

  it('reads what another process wrote last before it let go, between two looks', async () => {
    const { runs, happen, elsewhere, reads } = bench();
    happen();
    elsewhere.isHeld = true;
    elsewhere.meanwhile = () => happen(false);
    elsewhere.afterRead = () => {
      // Written and given up just after the log was read.
      if (reads() !== 2) return;
      happen(false);
      elsewhere.isHeld = false;
      elsewhere.meanwhile = () => undefined;
    };
    expect(await all(runs.watch(RUN))).toEqual([1, 2, 3]);
  });

  it('stops following another process when its signal aborts', async () => {
    const { runs, happen, elsewhere } = bench();
    happen();
    elsewhere.isHeld = true;
    const stopping = new AbortController();
    elsewhere.meanwhile = () => stopping.abort();
    expect(await all(runs.watch(RUN, { signal: stopping.signal }))).toEqual([1]);
  });

  it.each(['waiting for more', 'before it begins'])('ends when its signal aborts %s', async (when) => {
    const { runs, happen } = bench();
    await runs.start({ workflow: 'x' });
    happen();
    const stopping = new AbortController();
    const watching = runs.watch(RUN, { signal: stopping.signal });
    if (when === 'before it begins') stopping.abort();
    else {
      await watching.next();
      setTimeout(() => stopping.abort(), 5);
    }
    expect(await all(watching)).toEqual([]);
  });
});

describe('stopping a run', () => {
  it('is for a run that this process works on', async () => {
    const { runs, stopped } = bench();
    await runs.start({ workflow: 'x' });
    expect(await runs.interrupt(RUN)).toEqual({ runId: RUN });
    expect(stopped).toEqual(['interrupt']);
    await new Promise((resolve) => setTimeout(resolve, 0));
    await expect(runs.interrupt(RUN)).rejects.toMatchObject({ code: 'run.not_running', where: RUN });
  });

  it('interrupts every run when the host ends', async () => {
    const { runs, stopped } = bench();
    await runs.start({ workflow: 'x' });
    await runs.close();
    expect(stopped).toEqual(['interrupt']);
  });
});
