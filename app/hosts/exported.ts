import { realpathSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { registry } from '../../nodes/registry.ts';
import { readFileBounded } from '../adapters/files/read-file-bounded.ts';
import { readJsonFile } from '../adapters/files/read-json-file.ts';
import { utf8 } from '../adapters/files/workspace-folder.ts';
import { AppError } from '../core/errors/app-error.ts';
import { type Exported, MAX_EXPORT_BYTES } from '../core/export/exported-workflow.ts';
import { looksExported } from '../core/export/looks-exported.ts';
import { readExported } from '../core/export/read-exported.ts';
import { workflowFileText } from '../core/graph/content-hash.ts';
import { isJsonObject } from '../core/graph/json.ts';
import { jsonPath, schemaFaults } from '../core/graph/workflow-issue.ts';
import { type Profile, WorkspaceConfig } from '../core/workspace/workspace-config.ts';
import { WORKFLOW_PATTERN } from '../services/workflow/find-workflow.ts';
import type { WorkflowFiles } from '../services/workflow/workflow-files.ts';

/** An exported workflow, and how its user calls the file. */
export interface ExportedFile {
  file: string;
  exported: Exported;
}

/**
 * The exported workflow in a file; undefined when the file is another one, or none.
 * @throws AppError export.*, workflow.*
 */
export async function readExportedFile(path: string, cwd: string): Promise<ExportedFile | undefined> {
  const wanted = resolve(cwd, path);
  const facts = statSync(wanted, { throwIfNoEntry: false });
  if (!facts?.isFile() || facts.size > MAX_EXPORT_BYTES || !path.endsWith('.json')) return undefined;
  const text = utf8(await readFileBounded(realpathSync(wanted), MAX_EXPORT_BYTES, path), path);
  return looksExported(text) ? { file: path, exported: readExported(text, registry, path) } : undefined;
}

/** @throws AppError export.invalid when the file is no exported workflow, document.missing */
export async function requireExportedFile(path: string, cwd: string): Promise<ExportedFile> {
  const found = await readExportedFile(path, cwd);
  if (found) return found;
  const isThere = statSync(resolve(cwd, path), { throwIfNoEntry: false })?.isFile();
  throw new AppError(isThere ? 'export.invalid' : 'document.missing', {
    message: isThere ? 'This is no exported workflow.' : 'There is no such file.',
    where: path,
    remedy: 'Name a file that `pipewright export` wrote.',
  });
}

/** The workflows and prompts in it, as if they lay in a workspace; the file itself stands for the one that is run. */
export function exportedFiles({ file, exported: { main, workflows, prompts } }: ExportedFile): WorkflowFiles {
  const texts = new Map(Object.entries(workflows).map(([path, workflow]) => [path, workflowFileText(workflow)]));
  for (const [path, text] of Object.entries(prompts)) texts.set(path, text);
  const read = async (path: string) => {
    const text = texts.get(path);
    if (text !== undefined) return text;
    throw new AppError('document.missing', { message: 'The exported file does not hold it.', where: path });
  };
  return {
    find: async (pattern) => (pattern === WORKFLOW_PATTERN ? Object.keys(workflows).sort() : []),
    isFile: async (path) => path === file,
    readNamed: () => read(main),
    readInside: read,
  };
}

/**
 * What holds where an exported workflow runs: the configuration of the workspace around, the user's own profiles, and of
 * the file what needs nobody's word. Its profiles that reach a provider count for nothing: whoever made the file would
 * say where keys and texts go.
 */
export function exportedConfig(
  { file, exported }: ExportedFile,
  around: WorkspaceConfig | undefined,
  profiles: { [name: string]: Profile },
): WorkspaceConfig {
  const { config } = exported;
  const base = around ?? WorkspaceConfig.parse({ format: 1, name: basename(file) });
  const builtIn = Object.entries(config.profiles).filter(([, { provider }]) => provider === 'built-in');
  return {
    ...base,
    profiles: { ...Object.fromEntries(builtIn), ...base.profiles, ...profiles },
    collections: { ...config.collections, ...base.collections },
    tables: { ...config.tables, ...base.tables },
  };
}

/**
 * Profiles of the user's own, from a file as pipewright.json is one.
 * @throws AppError workspace.invalid, document.*
 */
export async function readProfiles(path: string, cwd: string): Promise<{ [name: string]: Profile }> {
  const json = await readJsonFile(resolve(cwd, path), { invalid: 'workspace.invalid', name: path });
  const schema = WorkspaceConfig.shape.profiles;
  const given = isJsonObject(json) ? json['profiles'] : undefined;
  const parsed = schema.safeParse(given);
  if (parsed.success && given !== undefined) return parsed.data;
  const [first] = parsed.error ? schemaFaults(parsed.error, { schema, value: given ?? {} }) : [];
  throw new AppError('workspace.invalid', {
    message: first?.message ?? 'The file has no profiles.',
    where: `${path} at ${jsonPath(['profiles', ...(first?.path ?? [])])}`,
    remedy: 'Write { "profiles": { "NAME": { … } } }, as in pipewright.json.',
  });
}
