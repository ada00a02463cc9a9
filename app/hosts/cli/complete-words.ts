import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CONFIG_FILE, workspaceAround } from '../workspace-around.ts';

const SHOWN_IDS = 20;

/** What of a workspace a shell can complete. */
export const completed = ['workflows', 'collections', 'runs', 'tasks'] as const;
type Completed = (typeof completed)[number];

/** Shells evaluate a list of words: only what cannot mean anything else to them is offered. */
const harmless = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u;

const sources: { [of in Completed]: (folder: string) => Promise<string[]> } = {
  async workflows(folder) {
    const files = readdirSync(join(folder, 'workflows'), { recursive: true, encoding: 'utf8' });
    return files.flatMap((file) => /([^/\\]+)\.flow\.json$/.exec(file)?.[1] ?? []).sort();
  },
  async collections(folder) {
    const config: unknown = JSON.parse(readFileSync(join(folder, CONFIG_FILE), 'utf8'));
    return Object.keys((config as { collections?: object } | null)?.collections ?? {});
  },
  runs: (folder) => newest(folder, 'runs'),
  async tasks(folder) {
    return (await newest(folder, 'tasks')).map((wait) => wait.slice(0, 'wait_'.length + 8));
  },
};

async function newest(folder: string, of: 'runs' | 'tasks'): Promise<string[]> {
  const { recentIds } = await import('../../adapters/sqlite/recent-ids.ts');
  const ids = recentIds(join(folder, '.pipewright', 'pipewright.db'), of, SHOWN_IDS);
  return ids.length === 0 ? [] : ['last', ...ids];
}

/**
 * Prints the words that fit, one a line, for the scripts that `pipewright completion` prints: `[what, folder]`. Loads
 * little and never complains: whoever types sees the line that is typed, and errors would stand in it.
 */
export async function completeWords([of = '', folder = '']: readonly string[]): Promise<void> {
  try {
    const workspace = workspaceAround(folder === '' ? process.cwd() : resolve(folder));
    if (workspace === undefined || !Object.hasOwn(sources, of)) return;
    const words = (await sources[of as Completed](workspace)).filter((word) => harmless.test(word));
    if (words.length > 0) process.stdout.write(`${words.join('\n')}\n`);
  } catch {
    // Nothing to offer.
  }
}
