import type { KeptFilter, KeptRow, KeptTotals, ResponseShelf } from '../../core/cache/kept-responses.ts';
import { AppError } from '../../core/errors/app-error.ts';
import type { Capture } from '../../core/run/events.ts';
import { type ShownValue, shownValue } from '../../core/run/shown-value.ts';

export interface AnswerServicePorts {
  /** Undefined while nothing was ever kept. */
  shelf: () => Promise<ResponseShelf | undefined>;
  capture: Capture;
  redactor: (capture: Capture) => Promise<(text: string) => string>;
}

export interface AnswerList {
  /** Newest first. */
  answers: KeptRow[];
  /** Of all that fit, also those that are not listed. */
  totals: KeptTotals;
}

/** A kept answer as it may be shown. */
export type ShownAnswer = KeptRow & { response: ShownValue | { withheld: 'capture' | 'damaged' } };

export interface AnswerService {
  list(filter: KeptFilter, limit: number): Promise<AnswerList>;
  /** @param key its beginning. @throws AppError cache.not_found */
  show(key: string): Promise<ShownAnswer>;
  /** @returns how many were removed */
  clear(filter: KeptFilter): Promise<number>;
}

const nothing: KeptTotals = { entries: 0, bytes: 0, hits: 0, savedNanoUsd: 0 };

/** The answers that are kept for equal calls, for people. */
export function createAnswerService({ shelf, capture, redactor }: AnswerServicePorts): AnswerService {
  return {
    async list(filter, limit) {
      const opened = await shelf();
      return opened
        ? { answers: opened.list(filter, limit), totals: opened.totals(filter) }
        : { answers: [], totals: nothing };
    },
    async show(key) {
      const opened = await shelf();
      const [only, another] = opened?.find(key.replace(/…$/, '')) ?? [];
      if (!opened || !only || another) {
        throw new AppError('cache.not_found', {
          message: another
            ? `Several keys begin with “${key}”.`
            : `No kept answer has a key that begins with “${key}”.`,
          where: key,
          remedy: another ? 'Give more of the key.' : 'See `pipewright cache list`.',
        });
      }
      if (capture === 'off') return { ...only, response: { withheld: 'capture' } };
      const kept = opened.read(only.key);
      if (kept === undefined) return { ...only, response: { withheld: 'damaged' } };
      return { ...only, response: shownValue(kept.response, capture, await redactor(capture)) };
    },
    clear: async (filter) => (await shelf())?.clear(filter) ?? 0,
  };
}
