import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { AppError } from '../../core/errors/app-error.ts';
import { type Ability, abilities } from '../../core/policy/reach.ts';
import { later } from '../../core/schema/later.ts';
import { writeProfileFile } from '../files/profile-file.ts';
import { withFileLock } from '../sqlite/file-lock.ts';

const MAX_BYTES = 1_048_576;
const GrantFile = later(() =>
  z.strictObject({
    format: z.literal(1),
    /** Content hash of the workflow: a changed one has another file, so no grants. */
    workflow: z.string().regex(/^[0-9a-f]{64}$/),
    /** As it was called then, for people. */
    name: z.string().max(1000),
    grants: z
      .array(
        z.strictObject({
          ability: z.enum(Object.keys(abilities) as [Ability, ...Ability[]]),
          target: z.string().min(1).max(300),
          /** Epoch milliseconds. */
          at: z.number(),
        }),
      )
      .max(1000),
  }),
);
export type GrantRecord = Omit<z.infer<typeof GrantFile>, 'format'>;

/** Grants in the user's own profile: a file for each content hash of a workflow. */
export interface GrantStore {
  /** Newest first. @throws AppError grant.file */
  list(): GrantRecord[];
  /** @throws AppError grant.file */
  of(workflowHash: string): GrantRecord | undefined;
  /**
   * Replaces the file of that hash by what is made of it, while no other process writes one; without grants it is removed.
   * @throws AppError grant.file, storage.*
   */
  change(workflowHash: string, work: (before: GrantRecord | undefined) => GrantRecord): void;
}

export function openGrantStore(folder: string): GrantStore {
  const fileOf = (workflowHash: string) => join(folder, `${workflowHash}.json`);

  /** Undefined when there is none, or no longer. */
  function read(path: string): GrantRecord | undefined {
    try {
      if (statSync(path).size > MAX_BYTES) throw new RangeError('too large');
      const { format: _, ...record } = GrantFile.parse(JSON.parse(readFileSync(path, 'utf8')));
      if (path !== fileOf(record.workflow)) throw new RangeError('the file is of another workflow');
      return record;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new AppError('grant.file', {
        message: 'This file of grants cannot be read, so it grants nothing.',
        where: path,
        remedy: 'Remove it, and grant again what you want.',
        cause,
      });
    }
  }

  return {
    list() {
      if (!existsSync(folder)) return [];
      const records = readdirSync(folder)
        .filter((name) => /^[0-9a-f]{64}\.json$/.test(name))
        .flatMap((name) => read(join(folder, name)) ?? []);
      const newest = ({ grants }: GrantRecord) => Math.max(0, ...grants.map(({ at }) => at));
      return records.sort((a, b) => newest(b) - newest(a));
    },
    of: (workflowHash) => read(fileOf(workflowHash)),
    change(workflowHash, work) {
      const path = fileOf(workflowHash);
      withFileLock(`${folder}.lock`, () => {
        const record = work(read(path));
        if (record.grants.length === 0) rmSync(path, { force: true });
        else writeProfileFile(path, `${JSON.stringify({ format: 1, ...record }, null, 2)}\n`);
      });
    },
  };
}
