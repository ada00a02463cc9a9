import * as z from 'zod';
import { AppError, isAppError } from '../../core/errors/app-error.ts';
import { sha256Hex } from '../../core/graph/hash.ts';
import { Workflow } from '../../core/graph/workflow.ts';
import { later } from '../../core/schema/later.ts';
import type { TextFolder } from './text-folder.ts';

/** Work that was not saved, as a window of the studio left it. */
const RecoveryFile = later(() =>
  z.strictObject({
    file: z.string(),
    slot: z.string(),
    /** Hash of the version on the disk that it was made from. */
    base: z.string(),
    at: z.number(),
    workflow: Workflow,
  }),
);
export type Recovery = z.infer<typeof RecoveryFile>;
export type RecoveryItem = Omit<Recovery, 'workflow'>;

/** Keeps unsaved work where a crash of the window, the browser or the host does not reach it. */
export interface RecoveryStore {
  put(recovery: Omit<Recovery, 'at'>): Promise<void>;
  /** Newest first. What cannot be read is left out. */
  list(): Promise<RecoveryItem[]>;
  /** @throws AppError recovery.missing */
  get(file: string, slot: string): Promise<Recovery>;
  drop(file: string, slot: string): Promise<void>;
}

const FOLDER = 'recovery';
const MAX_KEPT = 100;

export function createRecoveryStore(state: TextFolder, now: () => number): RecoveryStore {
  const pathOf = (file: string, slot: string) => `${FOLDER}/${sha256Hex(`${file}\n${slot}`).slice(0, 32)}.json`;

  async function read(path: string): Promise<Recovery | undefined> {
    try {
      return RecoveryFile.parse(JSON.parse((await state.read(path)).text));
    } catch {
      return undefined;
    }
  }

  /** Leftovers of windows that never came back: the oldest go. */
  async function trim(): Promise<void> {
    const paths = await state.find(`${FOLDER}/*.json`);
    if (paths.length <= MAX_KEPT) return;
    const aged = await Promise.all(
      paths.map(async (path) => [path, (await state.facts(path))?.modifiedAt ?? 0] as const),
    );
    aged.sort(([, a], [, b]) => b - a);
    for (const [path] of aged.slice(MAX_KEPT)) await state.remove(path);
  }

  async function list(): Promise<RecoveryItem[]> {
    const items: RecoveryItem[] = [];
    for (const path of await state.find(`${FOLDER}/*.json`)) {
      const found = await read(path);
      if (!found) continue;
      const { workflow: _workflow, ...item } = found;
      items.push(item);
    }
    return items.sort((a, b) => b.at - a.at);
  }

  return {
    async put(recovery) {
      await state.write(pathOf(recovery.file, recovery.slot), JSON.stringify({ ...recovery, at: now() }));
      await trim();
    },
    list,
    async get(file, slot) {
      const found = await read(pathOf(file, slot));
      if (found) return found;
      throw new AppError('recovery.missing', {
        message: 'There is no unsaved work of that window.',
        where: file,
        remedy: 'It was saved or given up in the meantime.',
      });
    },
    async drop(file, slot) {
      await state.remove(pathOf(file, slot)).catch((thrown: unknown) => {
        if (!isAppError(thrown) || thrown.code !== 'document.missing') throw thrown;
      });
    },
  };
}
