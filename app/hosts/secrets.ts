import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { isWithin } from '../adapters/files/resolve-inside.ts';
import { AppError } from '../core/errors/app-error.ts';
import type { Environment } from './user-folders.ts';

export type Secrets = (name: string) => string | undefined;

/**
 * Values of secrets by name: from the environment, else from the file that `PIPEWRIGHT_SECRETS_FILE` names (lines of
 * `NAME=value`). The file must lie outside the workspace, which is made to be shared, and belong to its user alone.
 * @throws AppError secrets.file
 */
export function readSecrets(env: Environment, workspace: string): Secrets {
  const named = env['PIPEWRIGHT_SECRETS_FILE'];
  const fromFile = named ? readSecretsFile(resolve(named), workspace) : {};
  return (name) => env[name] ?? (Object.hasOwn(fromFile, name) ? fromFile[name] : undefined);
}

function readSecretsFile(path: string, workspace: string): NodeJS.Dict<string> {
  const refuse = (message: string, remedy: string) => new AppError('secrets.file', { message, where: path, remedy });
  if (isWithin(resolve(workspace), path))
    throw refuse(
      'The secrets file lies in the workspace.',
      'Move it out: a workspace is made to be shared and committed.',
    );
  const facts = statSync(path, { throwIfNoEntry: false });
  if (!facts?.isFile())
    throw refuse('There is no such secrets file.', 'Correct PIPEWRIGHT_SECRETS_FILE, or remove the variable.');
  if (process.platform !== 'win32' && (facts.mode & 0o077) !== 0)
    throw refuse('Others can read the secrets file.', `Keep it for yourself: chmod 600 ${path}`);
  if (facts.size > 1_048_576)
    throw refuse('The secrets file is larger than 1 MB.', 'Lines of NAME=value are expected.');
  return parseEnv(readFileSync(path, 'utf8'));
}
