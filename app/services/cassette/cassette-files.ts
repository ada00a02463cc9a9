import { AppError, isAppError } from '../../core/errors/app-error.ts';
import { didYouMean } from '../../core/errors/suggest.ts';
import { type Json, jsonTextDepth } from '../../core/graph/json.ts';
import {
  CASSETTE_ENDING,
  CASSETTE_FORMAT,
  CASSETTE_PATTERN,
  Cassette,
  MAX_CASSETTE_BYTES,
} from '../../core/run/cassette.ts';

const MAX_DEPTH = 80;

/** How the service reaches cassettes: given by the host. Paths begin where the user stands, or are absolute. */
export interface CassetteFiles {
  /** Files under a folder that fit a pattern, as paths that `read` takes, sorted. @throws AppError document.* */
  find(folder: string, pattern: string): Promise<string[]>;
  /** What a path leads to. */
  kindOf(path: string): Promise<'file' | 'folder' | 'nothing'>;
  /** @throws AppError document.* */
  read(path: string, maxBytes: number): Promise<string>;
  /** Replaces the whole file. @throws AppError storage.* */
  write(path: string, text: string): Promise<void>;
}

/**
 * The cassettes that a user means: files, folders, or names in the folder `tests`; without any, all of that folder.
 * @throws AppError cassette.missing
 */
export async function findCassettes(
  files: CassetteFiles,
  workspace: string,
  given: readonly string[],
): Promise<string[]> {
  const all = () => files.find(workspace, CASSETTE_PATTERN);
  if (given.length === 0) return all();
  const found = new Set<string>();
  for (const path of given) {
    const kind = await files.kindOf(path);
    if (kind === 'file') found.add(path);
    else if (kind === 'folder') for (const file of await files.find(path, `**/*${CASSETTE_ENDING}`)) found.add(file);
    else for (const file of await named(await all(), path)) found.add(file);
  }
  return [...found];
}

async function named(known: readonly string[], name: string): Promise<string[]> {
  const fitting = known.filter((file) => cassetteName(file) === cassetteName(name));
  if (fitting.length > 0) return fitting;
  throw new AppError('cassette.missing', {
    message: `There is no cassette “${name}”.${didYouMean(cassetteName(name), known.map(cassetteName))}`,
    where: name,
    remedy: `Record one: pipewright record WORKFLOW -o tests/${cassetteName(name)}${CASSETTE_ENDING}`,
  });
}

/** The name that people call a cassette by: its file's, without folder and ending. */
export function cassetteName(file: string): string {
  return file
    .slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)
    .replace(/\.cassette\.json$|\.json$/, '');
}

/**
 * Reads a cassette, which may come from anybody.
 * @throws AppError cassette.missing, cassette.invalid with the place
 */
export async function readCassette(files: CassetteFiles, path: string): Promise<Cassette> {
  const text = await textOf(files, path);
  const invalid = (message: string, where: string, remedy = 'Record it anew, or restore it from your repository.') =>
    new AppError('cassette.invalid', { message, where, remedy });
  if (jsonTextDepth(text, MAX_DEPTH) > MAX_DEPTH)
    throw invalid(`The file is nested deeper than ${MAX_DEPTH} levels.`, path);
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch (error) {
    // The parser's own words quote the file, whatever it holds.
    const at = /position (\d+)/.exec(String(error))?.[1];
    const line = at === undefined ? undefined : text.slice(0, Number(at)).split('\n').length;
    throw invalid('The file is not JSON.', line === undefined ? path : `${path}:${line}`);
  }
  const format = (json as { format?: unknown } | null)?.format;
  if (typeof format === 'number' && format > CASSETTE_FORMAT)
    throw invalid(
      `The cassette has format ${format}; this release reads up to ${CASSETTE_FORMAT}.`,
      path,
      'Install the newest release of Pipewright.',
    );
  const parsed = Cassette.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalid(
    `This is no cassette: ${issue?.message ?? 'it does not fit'}`,
    `${path} at ${pathOf(issue?.path ?? [])}`,
  );
}

async function textOf(files: CassetteFiles, path: string): Promise<string> {
  try {
    return await files.read(path, MAX_CASSETTE_BYTES);
  } catch (thrown) {
    if (!isAppError(thrown)) throw thrown;
    const { message, where, remedy } = thrown;
    const code = thrown.code === 'document.missing' ? 'cassette.missing' : 'cassette.invalid';
    throw new AppError(code, { message, where, remedy });
  }
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => text + (typeof key === 'number' ? `[${key}]` : `.${String(key)}`), '$');
}
