import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandPlace } from './command.ts';

/** A folder whose disk can be made full. */
export interface SmallDisk {
  how: 'file system' | 'page limit';
  folder: string;
  /** Leaves about so many bytes; then how a command is to be started. */
  fill(bytes: number): Partial<CommandPlace>;
  free(): void;
  remove(): void;
}

const SIZE = 24 * 1_048_576;
const PAGE = 4096;

/** A file system of a few megabytes where it is wanted and may be mounted, else SQLite's own limit: the same error. */
export function makeSmallDisk(folder: string, wanted: SmallDisk['how']): SmallDisk {
  mkdirSync(folder, { recursive: true });
  const mounted =
    wanted === 'file system' && spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder]).status === 0;
  const filler = join(folder, 'filler');
  if (mounted) {
    return {
      how: 'file system',
      folder,
      fill(bytes) {
        rmSync(filler, { force: true });
        const { bavail, bsize } = statfsSync(folder);
        writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
        return {};
      },
      free: () => rmSync(filler, { force: true }),
      remove: () => void spawnSync('umount', ['--lazy', folder]),
    };
  }
  const database = join(folder, '.pipewright', 'pipewright.db');
  return {
    how: 'page limit',
    folder,
    fill: (bytes) => ({
      preload: fileURLToPath(new URL('./page-limit.ts', import.meta.url)),
      env: {
        PIPEWRIGHT_TEST_PAGES: String(Math.ceil(((existsSync(database) ? statSync(database).size : 0) + bytes) / PAGE)),
      },
    }),
    free: () => undefined,
    remove: () => undefined,
  };
}
