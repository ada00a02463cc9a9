import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ResponseShelf } from '../core/cache/kept-responses.ts';
import { isAppError } from '../core/errors/app-error.ts';
import { type Lazy, lazily } from './lazily.ts';

export interface Responses {
  /** Opened at its first use, made when it is not there. @throws AppError storage.* */
  store: Lazy<ResponseShelf>;
  /** For people: undefined while nothing was ever kept; a damaged file is removed, since all in it can be had again. */
  shelf(): Promise<ResponseShelf | undefined>;
  close(): Promise<void>;
}

/** The kept answers of a workspace: `cache.db` in its folder of machine state. */
export function createResponses({ stateFolder, maxBytes }: { stateFolder: string; maxBytes: number }): Responses {
  const file = join(stateFolder, 'cache.db');
  const store = lazily(async () => {
    const { openResponseStore, removeResponses } = await import('../adapters/sqlite/response-store.ts');
    const options = { file, maxBytes, now: () => Date.now() };
    try {
      return openResponseStore(options);
    } catch (thrown) {
      if (!isAppError(thrown) || thrown.code !== 'storage.corrupt') throw thrown;
      removeResponses(file);
      return openResponseStore(options);
    }
  });
  return {
    store,
    shelf: async () => (existsSync(file) ? store() : undefined),
    async close() {
      (await store.made()?.catch(() => undefined))?.close();
    },
  };
}
