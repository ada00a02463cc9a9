import { parseJsonText } from '../adapters/files/read-json-file.ts';
import { AppError } from '../core/errors/app-error.ts';
import type { JsonObject } from '../core/graph/json.ts';
import type { WorkspaceConfig } from '../core/workspace/workspace-config.ts';
import type { SavedFiles } from '../services/files/saved-files.ts';
import { workspaceConfigOf } from './find-workspace.ts';
import { CONFIG_FILE } from './workspace-around.ts';

export interface ConfigVersion {
  config: WorkspaceConfig;
  /** SHA-256 of the file's bytes. */
  hash: string;
}

/** What pipewright.json says now. @throws AppError workspace.*, document.* */
export async function currentConfig(saved: SavedFiles): Promise<ConfigVersion> {
  const { hash, config } = await readConfig(saved);
  return { hash, config };
}

/**
 * Writes some fields of pipewright.json anew, all or nothing, and leaves the others and their order as they are; an
 * undefined one is taken out. With `base`, only over the version of that hash.
 * @returns what the file says now
 * @throws AppError workspace.*, file.conflict, storage.*
 */
export async function changeConfig(
  saved: SavedFiles,
  fields: Partial<WorkspaceConfig>,
  base?: string,
): Promise<ConfigVersion> {
  // A file that is damaged is not written over.
  const before = await readConfig(saved);
  const kept = Object.entries({ ...before.json, ...fields }).filter(([, value]) => value !== undefined);
  const next = Object.fromEntries(kept.map(([name, value]) => [name, inOrderOf(before.json[name], value)]));
  const config = workspaceConfigOf(next);
  const { hash } = await saved.save(CONFIG_FILE, `${JSON.stringify(next, null, 2)}\n`, base ?? before.hash);
  return { config, hash };
}

async function readConfig(saved: SavedFiles): Promise<ConfigVersion & { json: JsonObject }> {
  const { text, hash } = await saved.read(CONFIG_FILE).catch((thrown: unknown) => {
    if (!(thrown instanceof AppError) || thrown.code !== 'document.missing') throw thrown;
    throw new AppError('workspace.missing', {
      message: `There is no ${CONFIG_FILE} here, so there is nothing to change.`,
      where: CONFIG_FILE,
      remedy: 'Make a workspace: pipewright init',
    });
  });
  const json = parseJsonText(text, { invalid: 'workspace.invalid', name: CONFIG_FILE });
  return { json: json as JsonObject, hash, config: workspaceConfigOf(json) };
}

/** An object with its members in the order in which they stood before; new ones come last. */
function inOrderOf(before: unknown, now: unknown): unknown {
  if (!isPlain(before) || !isPlain(now)) return now;
  const names = [...Object.keys(before).filter((name) => Object.hasOwn(now, name)), ...Object.keys(now)];
  return Object.fromEntries([...new Set(names)].map((name) => [name, inOrderOf(before[name], now[name])]));
}

const isPlain = (value: unknown): value is { [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
