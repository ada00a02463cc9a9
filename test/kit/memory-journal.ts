import { AppError } from '../../app/core/errors/app-error.ts';
import type { Json } from '../../app/core/graph/json.ts';
import type { Decision } from '../../app/core/graph/values.ts';
import type { RunEvent } from '../../app/core/run/events.ts';
import type { Claim, Journal, JournalBatch } from '../../app/engine/journal.ts';

export interface MemoryJournalOptions {
  /**
   * When a write becomes durable: called once for each write, calls `commit` when its time has come. Writes commit in
   * the order they were given, whatever the order of the calls. By default a write is durable at once.
   */
  schedule?: (commit: () => void) => void;
}

export interface MemoryJournal extends Journal {
  /** The process dies here: nothing given to this journal resolves any more; the answer holds what was durable. */
  crash(options?: MemoryJournalOptions): MemoryJournal;
  /** What a second process would see now: shares nothing with this one. Owners stay alive. */
  copy(options?: MemoryJournalOptions): MemoryJournal;
  /** Every holder misses its renewal: its run may be claimed by another while it still works. */
  expireLeases(): void;
  /** A person decides while another process may hold the run. */
  decide(runId: string, wait: string, decision: Decision): void;
  /** Drops a stored value as retention does. */
  purge(digest: string): void;
  runIds(): string[];
}

interface StoredRun {
  fence: number;
  owner: string | null;
  /** JSON text by seq - 1: nobody can share an object with the journal. */
  events: string[];
}

/** Everything that survives a crash. */
interface Durable {
  runs: Map<string, StoredRun>;
  /** Null: purged. */
  values: Map<string, string | null>;
  snapshots: Map<string, string>;
  /** By run, then by wait: JSON text of the decision. */
  decisions: Map<string, Map<string, string>>;
}

const emptyState = (): Durable => ({ runs: new Map(), values: new Map(), snapshots: new Map(), decisions: new Map() });

const copyState = (state: Durable): Durable => ({
  runs: new Map([...state.runs].map(([id, run]) => [id, { ...run, events: run.events.slice() }])),
  values: new Map(state.values),
  snapshots: new Map(state.snapshots),
  decisions: new Map([...state.decisions].map(([id, waits]) => [id, new Map(waits)])),
});

const isTerminal = (event: RunEvent): boolean =>
  event.type === 'run.finished' || event.type === 'run.failed' || event.type === 'run.cancelled';

/** A journal in memory with an explicit durable state, for tests and simulations that crash at will. */
export function createMemoryJournal(options: MemoryJournalOptions = {}): MemoryJournal {
  return memoryJournal(emptyState(), options);
}

function memoryJournal(state: Durable, options: MemoryJournalOptions): MemoryJournal {
  const { schedule } = options;
  const queue: (() => void)[] = [];
  let dead = false;

  /** Resolves with the answer of `work` once it is durable; `work` throws before it changes anything. */
  function write<T>(work: () => T): Promise<T> {
    if (dead) return new Promise(() => {});
    if (schedule === undefined) {
      try {
        return Promise.resolve(work());
      } catch (error) {
        return Promise.reject(error);
      }
    }
    return new Promise<T>((resolve, reject) => {
      queue.push(() => {
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      });
      schedule(() => {
        if (!dead) queue.shift()?.();
      });
    });
  }

  function read<T>(work: () => T): Promise<T> {
    if (dead) return new Promise(() => {});
    try {
      return Promise.resolve(work());
    } catch (error) {
      return Promise.reject(error);
    }
  }

  function runOf(runId: string): StoredRun {
    const run = state.runs.get(runId);
    if (run === undefined)
      throw new AppError('run.not_found', { message: `There is no run "${runId}".`, where: runId });
    return run;
  }

  /** Text of the batch, taken now: later changes to the caller's objects change nothing here. */
  function staged(batch: Pick<JournalBatch, 'runId' | 'events' | 'values'>) {
    const first = batch.events[0]?.seq;
    const gap = batch.events.find((event, index) => event.seq !== (first ?? 0) + index);
    if (gap !== undefined)
      throw new AppError('internal', { message: `Event ${gap.seq} is out of order.`, where: batch.runId });
    const events = batch.events.map((event) => JSON.stringify(event));
    const values = batch.values.map(({ digest, text }) => ({ digest, text }));
    const decided = batch.events.flatMap((event) => (event.type === 'wait.decided' ? [event.wait] : []));
    const ended = batch.events.some(isTerminal);
    return (run: StoredRun): void => {
      if (first !== undefined && first !== run.events.length + 1) {
        throw new AppError('internal', {
          message: `Event ${first} does not follow event ${run.events.length}.`,
          where: batch.runId,
        });
      }
      run.events.push(...events);
      for (const { digest, text } of values) state.values.set(digest, text);
      for (const wait of decided) state.decisions.get(batch.runId)?.delete(wait);
      if (ended) run.owner = null;
    };
  }

  const parsed = (run: StoredRun, afterSeq: number): RunEvent[] =>
    run.events.slice(afterSeq).map((text) => JSON.parse(text) as RunEvent);

  return {
    async create(batch) {
      const apply = staged(batch);
      return write(() => {
        if (state.runs.has(batch.runId)) {
          throw new AppError('internal', { message: `The run "${batch.runId}" exists already.`, where: batch.runId });
        }
        const run: StoredRun = { fence: 1, owner: batch.owner, events: [] };
        apply(run);
        state.runs.set(batch.runId, run);
        return { fence: 1 };
      });
    },
    claim(runId, owner) {
      return write((): Claim => {
        const run = runOf(runId);
        if (run.owner !== null) {
          throw new AppError('run.owned', {
            message: `The run "${runId}" is held by ${run.owner}.`,
            where: runId,
            remedy: 'Wait until it ends there, or end that process.',
          });
        }
        run.fence += 1;
        run.owner = owner;
        return { fence: run.fence, events: parsed(run, 0) };
      });
    },
    async append(batch) {
      const apply = staged(batch);
      return write(() => {
        const run = runOf(batch.runId);
        if (run.fence !== batch.fence) {
          throw new AppError('run.fenced', {
            message: `The run "${batch.runId}" was taken over by another process.`,
            where: batch.runId,
          });
        }
        apply(run);
      });
    },
    release(runId, fence) {
      return write(() => {
        const run = state.runs.get(runId);
        if (run?.fence === fence) run.owner = null;
      });
    },
    events: (runId, afterSeq = 0) => read(() => parsed(runOf(runId), afterSeq)),
    eventTexts: (runId, afterSeq, limit) => read(() => runOf(runId).events.slice(afterSeq, afterSeq + limit)),
    value(digest) {
      return read((): Json => {
        const text = state.values.get(digest);
        if (text === undefined) {
          throw new AppError('storage.corrupt', { message: `The stored value ${digest} is missing.`, where: digest });
        }
        if (text === null) {
          throw new AppError('run.not_replayable', {
            message: `The stored value ${digest} was purged.`,
            where: digest,
          });
        }
        return JSON.parse(text) as Json;
      });
    },
    putSnapshot(hash, text) {
      return write(() => {
        if (!state.snapshots.has(hash)) state.snapshots.set(hash, text);
      });
    },
    snapshot(hash) {
      return read(() => {
        const text = state.snapshots.get(hash);
        if (text === undefined) {
          throw new AppError('storage.corrupt', { message: `The snapshot ${hash} is missing.`, where: hash });
        }
        return text;
      });
    },
    findMemo(key, since) {
      return read(() => {
        // The key stands in the text as JSON wrote it: most events are dismissed without parsing.
        const needle = `"memo":${JSON.stringify(key)}`;
        let found: Awaited<ReturnType<Journal['findMemo']>>;
        for (const [runId, run] of state.runs) {
          for (const text of run.events) {
            if (!text.includes(needle)) continue;
            const event = JSON.parse(text) as RunEvent;
            if (event.type !== 'step.finished' || !event.shared || event.memo !== key || event.at < since) continue;
            if (found !== undefined && event.at < found.at) continue;
            found = { runId, step: event.step, at: event.at, outputs: event.outputs };
          }
        }
        return found;
      });
    },
    pendingDecisions(runId) {
      return read(() => {
        runOf(runId);
        const pending = [...(state.decisions.get(runId) ?? [])];
        return pending.map(([wait, text]) => ({ wait, decision: JSON.parse(text) as Decision }));
      });
    },
    crash(next = {}) {
      dead = true;
      const after = copyState(state);
      for (const run of after.runs.values()) run.owner = null;
      return memoryJournal(after, next);
    },
    copy: (next = {}) => memoryJournal(copyState(state), next),
    expireLeases() {
      for (const run of state.runs.values()) run.owner = null;
    },
    decide(runId, wait, decision) {
      runOf(runId);
      const waits = state.decisions.get(runId) ?? new Map<string, string>();
      if (!waits.has(wait)) waits.set(wait, JSON.stringify(decision));
      state.decisions.set(runId, waits);
    },
    purge(digest) {
      state.values.set(digest, null);
    },
    runIds: () => [...state.runs.keys()],
  };
}
