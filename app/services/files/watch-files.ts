import type { TextFolder } from './text-folder.ts';

export interface FileChange {
  /** `watching`, for no file: from now on nothing is missed. */
  type: 'watching' | 'added' | 'changed' | 'removed';
  file: string;
  /** Of what is there now. */
  hash?: string;
  modifiedAt?: number;
}

export interface WatchPorts {
  workspace: TextFolder;
  /** Resolves after a while, or rejects when `signal` aborts. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

const EVERY_MS = 1000;

/**
 * What happens to the files that fit the patterns, until `signal` aborts. Looks once a second: notices of the file
 * system are lost on network drives, in containers and across renames, and a workspace has few such files.
 */
export async function* watchFiles(
  { workspace, sleep }: WatchPorts,
  patterns: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<FileChange, void> {
  let known = await look(workspace, patterns);
  yield { type: 'watching', file: '' };
  for (;;) {
    try {
      await sleep(EVERY_MS, signal);
    } catch {
      return;
    }
    const now = await look(workspace, patterns);
    for (const [file, seen] of now) {
      const before = known.get(file);
      if (before === seen) continue;
      const read = await workspace.read(file).catch(() => undefined);
      if (!read) now.delete(file);
      else
        yield { type: before === undefined ? 'added' : 'changed', file, hash: read.hash, modifiedAt: read.modifiedAt };
    }
    for (const file of known.keys()) if (!now.has(file)) yield { type: 'removed', file };
    known = now;
  }
}

/** Size and time of each file as one text. */
async function look(workspace: TextFolder, patterns: readonly string[]): Promise<Map<string, string>> {
  const seen = new Map<string, string>();
  for (const pattern of patterns) {
    for (const file of await workspace.find(pattern).catch(() => [])) {
      const facts = await workspace.facts(file).catch(() => undefined);
      if (facts) seen.set(file, `${facts.bytes} ${facts.modifiedAt}`);
    }
  }
  return seen;
}
