import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { copyFolder } from '../adapters/files/copy-folder.ts';
import type { Knowledge } from './knowledge.ts';
import { packageFolder } from './package-folder.ts';
import { type Environment, profileFolder } from './user-folders.ts';
import { CONFIG_FILE } from './workspace-around.ts';

/**
 * The folder of the user's own copy of the sample workspace, made the first time: what is edited and run there changes
 * nothing of the package, and an update of the package nothing of it.
 * @throws AppError storage.*
 */
export async function sampleWorkspace(env: Environment): Promise<string> {
  const folder = join(profileFolder(env), 'workspaces', 'support');
  if (!existsSync(join(folder, CONFIG_FILE))) {
    const sample = join(packageFolder(), 'workflows', 'samples', 'support');
    await copyFolder(sample, folder, { leaveOut: ['.pipewright'], last: CONFIG_FILE });
  }
  return folder;
}

/**
 * Reads the documents of collections that are not there yet, so that a workflow answers when it is run first.
 * @throws AppError ingest.*, storage.*
 */
export async function readNewCollections(host: {
  config: { collections: object };
  knowledge: Pick<Knowledge, 'ingest' | 'list'>;
}): Promise<void> {
  const there = new Set((await host.knowledge.list()).map(({ name }) => name));
  for (const name of Object.keys(host.config.collections)) {
    if (!there.has(name)) await host.knowledge.ingest(name);
  }
}
