import { AppError, isAppError } from '../../core/errors/app-error.ts';
import type { RunSignal } from '../../core/run/events.ts';
import { Feed } from '../feed.ts';
import type { ResumeRequest, RunService, StartedRun, StartRequest } from './run-service.ts';

/** Runs that this process works on, for clients that come and go: a run does not end with who started it. */
export interface LiveRuns {
  /** @throws AppError workflow.*, run.* */
  start(request: Omit<StartRequest, 'observe'>): Promise<{ runId: string; workflowName: string }>;
  /** Goes on with a run; one that this process works on hears of what was decided. @throws AppError run.* */
  resume(run: string, request?: Omit<ResumeRequest, 'observe'>): Promise<{ runId: string; workflowName: string }>;
  /**
   * Has a run stop, so that it can be resumed, as soon as the calls in flight have been answered: those are paid for.
   * Its watchers see the end. @throws AppError run.not_found, run.not_running
   */
  interrupt(run: string): Promise<{ runId: string }>;
  /**
   * The log of a run from after the event `after`, then what happens while anyone works on it. Each event comes once and
   * in order, however slow the reader is; provisional signals may be dropped, and of what another process works on none
   * come. Ends when the work stops, or when `signal` aborts.
   * @throws AppError run.not_found
   */
  watch(run: string, options?: { after?: number; signal?: AbortSignal | undefined }): AsyncGenerator<RunSignal, void>;
  /** Interrupts every run and waits until all have stopped. */
  close(): Promise<void>;
}

/** The passage ended between two looks at it: the next one is told. */
function ifOver(thrown: unknown): void {
  if (!isAppError(thrown) || thrown.code !== 'run.not_running') throw thrown;
}

/** Signals that wait for one slow watcher. */
const MAX_WAITING = 1000;

interface Passage {
  run: StartedRun;
  watchers: Set<Feed<RunSignal>>;
}

/** How often the log of a run is looked at that another process works on. */
const LOOK_MS = 250;

export interface LiveRunsPorts {
  service(): Promise<RunService>;
  /** Resolves after a while, or at once when `signal` aborts. */
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
}

export function createLiveRuns({ service, sleep }: LiveRunsPorts): LiveRuns {
  const passages = new Map<string, Passage>();

  async function begin(work: (observe: (signal: RunSignal) => void) => Promise<StartedRun>) {
    const watchers: Passage['watchers'] = new Set();
    const run = await work((signal) => {
      for (const watcher of watchers) watcher.push(signal);
    });
    const { runId, workflowName } = run;
    passages.set(runId, { run, watchers });
    const over = () => {
      passages.delete(runId);
      for (const watcher of watchers) watcher.end();
    };
    run.result.then(over, over);
    return { runId, workflowName };
  }

  async function liveRun(reference: string): Promise<StartedRun> {
    const runId = (await service()).find(reference);
    const passage = passages.get(runId);
    if (passage) return passage.run;
    throw new AppError('run.not_running', {
      message: 'This host does not work on the run.',
      where: runId,
      remedy: 'It has stopped already, or another process works on it: stop it there.',
    });
  }

  return {
    start: (request) => begin(async (observe) => (await service()).start({ ...request, observe })),
    async resume(run, request) {
      const runs = await service();
      const runId = runs.find(run);
      const passage = passages.get(runId);
      if (passage) {
        // It goes on already, beside what it waited for.
        if (request?.breakpoints || request?.until !== undefined) await runs.breakAt(runId, request).catch(ifOver);
        if (passage.run.heed()) return { runId, workflowName: passage.run.workflowName };
        await passage.run.result.catch(() => undefined);
      }
      return begin((observe) => runs.resume(runId, { ...request, observe }));
    },
    async interrupt(reference) {
      const { runId, interrupt } = await liveRun(reference);
      interrupt();
      return { runId };
    },

    async *watch(reference, { after = 0, signal } = {}) {
      const runs = await service();
      const runId = runs.find(reference);
      const passage = passages.get(runId);
      const feed = new Feed<RunSignal>(MAX_WAITING);
      // Listening before reading, so that nothing falls between the two.
      if (passage) passage.watchers.add(feed);
      else feed.end();
      let last = after;
      let seen = runs.version();
      try {
        for (let current: RunSignal | undefined, read = true; read || current; current = await feed.next(signal)) {
          if (read || (current?.type === 'event' && current.event.seq > last + 1)) {
            for (const event of await runs.events(runId, last)) {
              if (signal?.aborted) return;
              last = event.seq;
              yield { type: 'event', event };
            }
            read = false;
          } else if (current && (current.type !== 'event' || current.event.seq > last)) {
            if (current.type === 'event') last = current.event.seq;
            yield current;
          }
        }
      } finally {
        passage?.watchers.delete(feed);
      }
      if (passage) return;
      for (;;) {
        // Asked before reading: what the holder wrote last is read as well.
        const isHeld = runs.isHeld(runId);
        const version = runs.version();
        for (const event of version === seen ? [] : await runs.events(runId, last)) {
          if (signal?.aborted) return;
          last = event.seq;
          yield { type: 'event', event };
        }
        seen = version;
        if (!isHeld || signal?.aborted) return;
        await sleep(LOOK_MS, signal);
      }
    },

    async close() {
      const stopping = [...passages.values()].map(({ run }) => {
        run.interrupt();
        return run.result.catch(() => undefined);
      });
      await Promise.all(stopping);
    },
  };
}
