import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { QueryRequest, TablesCapability } from '../../core/capabilities/capabilities.ts';
import { AppError, fromWire, isAppError } from '../../core/errors/app-error.ts';
import { isErrorCode } from '../../core/errors/error-codes.ts';
import { didYouMean } from '../../core/errors/suggest.ts';
import { jsonHash } from '../../core/graph/hash.ts';
import { Table } from '../../core/graph/values.ts';
import { ContainedFault, type ContainedProcess, startContained } from '../contained/contained-process.ts';
import { programFiles } from '../contained/program-files.ts';
import { readFileBounded, sha256OfBytes } from '../files/read-file-bounded.ts';
import { resolveInside } from '../files/resolve-inside.ts';
import { storageError, sweepTemporaryFiles, writeFileAtomic } from '../files/write-file-atomic.ts';
import type { TablesQuestion } from './child.ts';
import { importerVersion } from './import-tables.ts';
import { readSqlText } from './sql-text.ts';

export interface TablesOptions {
  /** The workspace's folder. */
  root: string;
  /** Where copies lie, usually `.pipewright/cache/tables`. Made when it is missing. */
  cacheFolder: string;
  /** CSV files by table name, from pipewright.json. */
  tables: { [name: string]: { file: string } };
  childPath?: string;
  limits?: Partial<TablesLimits>;
}
export interface TablesLimits {
  /** Largest CSV file, bytes. */
  fileBytes: number;
  /** Resident memory of the process, bytes. */
  rssBytes: number;
  /** Sum of the texts of a result, UTF-16 units. */
  resultLength: number;
  /** Wall time for an import, milliseconds. */
  importMs: number;
}

export interface Tables extends TablesCapability {
  query(request: QueryRequest, options?: { signal?: AbortSignal }): Promise<Table>;
  /** Ends the process; resolves when it is reaped. */
  close(): Promise<void>;
  /** Id of the warm process, when there is one. */
  readonly pid: number | undefined;
}

const defaultLimits: TablesLimits = {
  fileBytes: 64 * 1_048_576,
  rssBytes: 512 * 1_048_576,
  resultLength: 4 * 1_048_576,
  importMs: 60_000,
};
/** Files of earlier contents that are kept, two a copy: another process may be reading one. */
const keptFiles = 8;
const queriesPerProcess = 1000;

const Failure = z.object({
  name: z.string(),
  error: z.object({ message: z.string(), where: z.string().optional(), remedy: z.string().optional() }),
});
const ImportReport = z.object({ tables: z.array(z.object({ name: z.string() })), failures: z.array(Failure) });

interface Copy {
  path: string;
  tables: string[];
  failures: Map<string, AppError>;
}
interface SourceFile {
  name: string;
  file: string;
  bytes: Uint8Array;
  hash: string;
}

/**
 * The workspace's CSV tables under SQL. They are imported into a copy that is named by their contents; queries run one
 * after another in a contained process that can read that copy and nothing else.
 */
export function createTables(options: TablesOptions): Tables {
  const limits = { ...defaultLimits, ...options.limits };
  let child: ContainedProcess | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const start = (write: boolean): ContainedProcess => {
    const program = programFiles(import.meta.url, 'tables-child.js', {
      bundled: ['csv-parse', 'zod', '@noble/hashes/sha2.js'],
    });
    return startContained({
      entry: options.childPath ?? program.entry,
      read: [...program.read, options.cacheFolder],
      write: write ? [options.cacheFolder] : [],
      rssBytes: limits.rssBytes,
      cpuSeconds: 600,
      answerBytes: limits.resultLength * 6 + 1_048_576,
    });
  };

  const close = async () => {
    const ending = child;
    child = undefined;
    await ending?.end();
  };

  const makeCopy = async (path: string, sources: readonly SourceFile[], signal?: AbortSignal): Promise<Copy> => {
    await mkdir(options.cacheFolder, { recursive: true }).catch((error: unknown) => {
      throw storageError(error, options.cacheFolder);
    });
    const scratch = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    const importer = start(true);
    try {
      const question: TablesQuestion = {
        op: 'import',
        path: scratch,
        sources: sources.map(({ name, file, bytes }) => ({ name, file, bytes: bytes.length })),
      };
      const body = Buffer.concat(sources.map(({ bytes }) => bytes));
      const answer = await importer.ask(question, body, { deadlineMs: limits.importMs, signal });
      const report = ImportReport.parse(resultOf(answer));
      await rename(scratch, path).catch((error: unknown) => {
        throw storageError(error, path);
      });
      await writeFileAtomic(reportPath(path), JSON.stringify(report));
      await dropOldCopies(options.cacheFolder, path);
      return copyFrom(path, report);
    } finally {
      await importer.end();
      await rm(scratch, { force: true });
    }
  };

  const copyOf = async (signal?: AbortSignal): Promise<Copy> => {
    const { sources, missing } = await readSources(options, limits.fileBytes);
    const key = jsonHash({ importerVersion, tables: sources.map(({ name, hash }) => [name, hash]) });
    const path = join(options.cacheFolder, `${key}.db`);
    const copy = (await readCopy(path)) ?? (await makeCopy(path, sources, signal));
    return missing.size === 0 ? copy : { ...copy, failures: new Map([...copy.failures, ...missing]) };
  };

  const answer = async (request: QueryRequest, signal?: AbortSignal): Promise<Table> => {
    const { statement, parameters } = readSqlText(request.sql);
    const params = Object.fromEntries(parameters.map((name) => [name, valueFor(name, request.params)]));
    const copy = await copyOf(signal);
    if (!child?.alive || child.answered >= queriesPerProcess) {
      await close();
      child = start(false);
    }
    const { maxRows } = request;
    const { resultLength } = limits;
    const question: TablesQuestion = {
      op: 'query',
      path: copy.path,
      tables: copy.tables,
      statement,
      params,
      maxRows,
      resultLength,
    };
    try {
      const said = await child.ask(question, new Uint8Array(), { deadlineMs: request.timeoutMs, signal });
      return checkTable(resultOf(said), maxRows);
    } catch (error) {
      if (isAppError(error)) throw error.code === 'table.missing' ? missingTable(error, copy, options) : error;
      // Whatever broke, the next query gets a fresh process.
      await close();
      throw error;
    }
  };

  return {
    get pid() {
      return child?.alive ? child.pid : undefined;
    },
    close,
    async query(request, { signal } = {}) {
      const mine = turn.then(() => answer(request, signal));
      turn = mine.catch(() => undefined);
      try {
        return await mine;
      } catch (error) {
        throw error instanceof ContainedFault ? ofFault(error, request) : error;
      }
    },
  };
}

async function readSources(
  { root, tables }: TablesOptions,
  maxBytes: number,
): Promise<{ sources: SourceFile[]; missing: Map<string, AppError> }> {
  const sources: SourceFile[] = [];
  const missing = new Map<string, AppError>();
  for (const [name, { file }] of Object.entries(tables).sort(([a], [b]) => (a < b ? -1 : 1))) {
    try {
      const bytes = await readFileBounded(await resolveInside(root, file), maxBytes, file);
      sources.push({ name, file, bytes, hash: sha256OfBytes(bytes) });
    } catch (error) {
      if (!isAppError(error)) throw error;
      const code = error.code === 'document.missing' ? 'table.missing' : error.code;
      const remedy = `Put the file there, or change \`tables.${name}.file\` in pipewright.json.`;
      missing.set(
        name,
        new AppError(code, { message: `Table “${name}”: ${error.message}`, where: file, remedy, cause: error }),
      );
    }
  }
  return { sources, missing };
}

function valueFor(name: string, params: QueryRequest['params']) {
  const value = Object.hasOwn(params, name) ? params[name] : undefined;
  if (value !== undefined) return value;
  throw new AppError('query.syntax', {
    message: `The parameter :${name} has no value.${didYouMean(name, Object.keys(params))}`,
    where: 'sql',
    remedy: `Give the query a parameter “${name}”, null where it should be empty.`,
  });
}

/** A table that SQLite does not know: malformed, without a file, or misspelt. */
function missingTable(error: AppError, { tables, failures }: Copy, options: TablesOptions): AppError {
  const name = String(error.data?.['table'] ?? '');
  const cause = failures.get(name.toLowerCase());
  if (cause) return cause;
  const known = Object.keys(options.tables);
  const list = known.length === 0 ? 'The workspace has no tables.' : `The tables are ${tables.join(', ')}.`;
  return new AppError('table.missing', {
    message: `There is no table “${name}”.${didYouMean(name, known)}`,
    where: 'sql',
    remedy: `${list} Name CSV files under \`tables\` in pipewright.json.`,
  });
}

/** The contained process may say anything: only our codes for queries, and tables, pass. */
function resultOf(answer: unknown): unknown {
  const { ok, result, error } = (answer ?? {}) as {
    ok?: unknown;
    result?: unknown;
    error?: { [key: string]: unknown };
  };
  if (ok === true) return result;
  const code = String(error?.['code']);
  if (isErrorCode(code) && /^(query|table)\./.test(code)) {
    const { message, remedy } = error ?? {};
    const table = (error?.['data'] as { table?: unknown } | undefined)?.table;
    throw fromWire({
      code,
      class: 'invalid_request',
      message: String(message).slice(0, 1000),
      where: 'sql',
      ...(typeof remedy === 'string' && { remedy: remedy.slice(0, 1000) }),
      ...(typeof table === 'string' && { data: { table: table.slice(0, 200) } }),
    });
  }
  throw new ContainedFault('crashed', 'the query process failed');
}

function checkTable(result: unknown, maxRows: number): Table {
  const table = Table.safeParse(result);
  if (table.success && table.data.rows.length <= maxRows) return table.data;
  throw new ContainedFault('crashed', 'its answer does not have the right form');
}

function ofFault({ kind, message }: ContainedFault, request: QueryRequest): AppError {
  switch (kind) {
    case 'timeout':
      return new AppError('query.timeout', {
        message: `The query took longer than ${request.timeoutMs} ms and was stopped.`,
        where: 'sql',
        remedy: 'Narrow it with WHERE or LIMIT, check that recursion ends, or raise the time limit of the node.',
      });
    case 'memory':
    case 'answer':
      return new AppError('query.limit', {
        message: 'The query needed too much memory and was stopped.',
        where: 'sql',
        remedy: 'Select fewer rows or columns, or aggregate in SQL.',
      });
    case 'cancelled':
      return new AppError('run.cancelled', { message: 'The query was cancelled.', where: 'sql' });
    case 'crashed':
      return new AppError('query.limit', {
        message: `The query process failed: ${message}.`,
        where: 'sql',
        remedy: 'Run it again; if it fails again, simplify the query.',
      });
  }
}

/** What could not be imported stands beside the copy; it is written after it, so both are there or neither counts. */
function reportPath(path: string): string {
  return path.replace(/\.db$/, '.json');
}

function copyFrom(path: string, report: z.infer<typeof ImportReport>): Copy {
  const failures = report.failures.map(
    ({ name, error }) => [name, new AppError('table.malformed', error)] satisfies [string, AppError],
  );
  return { path, tables: report.tables.map(({ name }) => name), failures: new Map(failures) };
}

async function readCopy(path: string): Promise<Copy | undefined> {
  try {
    const [report] = await Promise.all([readFile(reportPath(path), 'utf8'), stat(path)]);
    return copyFrom(path, ImportReport.parse(JSON.parse(report)));
  } catch {
    // Missing or damaged: it is a cache, and is made anew.
    return undefined;
  }
}

async function dropOldCopies(folder: string, current: string): Promise<void> {
  await sweepTemporaryFiles(folder);
  const names = (await readdir(folder)).filter((name) => /^[0-9a-f]{64}\.(db|json)(\.[0-9a-f]{12}\.tmp)?$/.test(name));
  const ages = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return {
        path,
        at: await stat(path).then(
          ({ mtimeMs }) => mtimeMs,
          () => 0,
        ),
      };
    }),
  );
  const old = ages.filter(({ path }) => path !== current && path !== reportPath(current)).sort((a, b) => b.at - a.at);
  // Windows refuses to remove a file that is open; it goes next time.
  await Promise.all(old.slice(keptFiles).map(({ path }) => rm(path, { force: true }).catch(() => undefined)));
}
