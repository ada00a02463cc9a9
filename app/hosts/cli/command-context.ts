import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { AppError } from '../../core/errors/app-error.ts';
import type { Host } from '../compose.ts';
import { requireWorkspace } from '../find-workspace.ts';
import type { Environment } from '../user-folders.ts';
import { workspaceAround } from '../workspace-around.ts';
import type { ExitName } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

export interface CommonOptions {
  /** A folder, or the file of an exported workflow. */
  workspace?: string;
  /** File with profiles of the user's own. */
  profiles?: string;
  json?: boolean;
  /** What this command alone may do, such as `network:api.example.com`. */
  grant?: string[];
}

/** What every command gets: the terminal, the environment and a way to the workspace. */
export interface CommandContext {
  terminal: Terminal;
  env: Environment;
  cwd: string;
}

/** What a command answers; none is `ok`. */
// biome-ignore lint/suspicious/noConfusingVoidType: a command that just returns has succeeded
export type CommandResult = ExitName | void;

/**
 * The folder of the workspace that is meant: `--workspace`, else around the folder where the user stands, else around a
 * file that the user named.
 */
export function workspaceFolder(cwd: string, { workspace }: CommonOptions, file?: string): string | undefined {
  if (workspace !== undefined) return requireWorkspace(resolve(cwd, workspace));
  return workspaceAround(cwd) ?? (file === undefined ? undefined : workspaceAround(dirname(resolve(cwd, file))));
}

/**
 * Opens the workspace for the time of `work`. Where `--workspace` or the file that the user named is an exported workflow,
 * that is worked with, in the workspace around or in the folder where the user stands.
 * @throws AppError workspace.*, export.*
 */
export async function withHost<T>(
  context: CommandContext,
  options: CommonOptions,
  work: (host: Host) => Promise<T>,
  file?: string,
): Promise<T> {
  const { env, cwd } = context;
  const { openHost } = await import('../compose.ts');
  const named = options.workspace ?? file;
  const exported = named?.endsWith('.json')
    ? await (await import('../exported.ts')).readExportedFile(named, cwd)
    : undefined;
  const folder = exported
    ? (workspaceAround(cwd) ?? cwd)
    : (workspaceFolder(cwd, options, file) ?? workspaceFor(file, cwd));
  const ownProfiles = options.profiles ?? env['PIPEWRIGHT_PROFILES'];
  const host = await openHost({
    ...{ folder, env, cwd },
    ...(options.grant && { grants: options.grant }),
    ...(exported && { exported }),
    ...(ownProfiles !== undefined && {
      profiles: await (await import('../exported.ts')).readProfiles(ownProfiles, cwd),
    }),
  });
  try {
    return await work(host);
  } finally {
    await host.close();
  }
}

/** Where there is no workspace around: a file that is named and not there says more than that. @throws AppError, always */
function workspaceFor(file: string | undefined, cwd: string): string {
  if (file === undefined || !file.endsWith('.json') || existsSync(resolve(cwd, file))) return requireWorkspace(cwd);
  throw new AppError('workflow.missing', {
    message: `There is no file “${file}”.`,
    where: cwd,
    remedy: 'Name a file that `pipewright export` wrote, or a workflow of a workspace.',
  });
}

/** One JSON document on standard output. */
export function printJson({ terminal }: CommandContext, value: unknown): void {
  terminal.out(JSON.stringify(value, null, 2));
}

/** `name=value` as its two parts. @throws AppError cli.usage */
export function nameAndValue(text: string, option: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new AppError('cli.usage', {
    message: `“${text}” is not of the form name=value.`,
    where: option,
    remedy: `Write for example: ${option} question="How long …?"`,
  });
}
