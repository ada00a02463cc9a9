import { createHash } from 'node:crypto';
import { constants, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { lstat, mkdir, open, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  CallOptions,
  FilesCapability,
  WriteFileRequest,
  WriteFileResponse,
} from '../../core/capabilities/capabilities.ts';
import { AppError } from '../../core/errors/app-error.ts';
import { isPlainPath, makeReach, type Reach, refuseUngranted } from '../../core/policy/reach.ts';
import { writeProfileFile } from './profile-file.ts';
import { storageError, writeFileAtomic } from './write-file-atomic.ts';

const MAX_BYTES = 64 * 1_048_576;
/** Records of writes are kept for runs that are resumed late. */
const RECORD_DAYS = 30;

export interface GrantedFilesPorts {
  /** The workspace. */
  root: string;
  /** Where it is noted what a write was about to do, so that after a crash it is not done twice. */
  recordFolder: string;
  /** Whether the user has granted it to the workflow with this content hash. */
  allows(workflowHash: string, wanted: Reach): boolean;
  /** Epoch milliseconds. */
  now(): number;
}

/** What a write found before it began. */
interface WriteRecord {
  path: string;
  size: number | null;
}

/** The capability `files` of nodes. Nothing on the way to a file may be a link, so that no path leads elsewhere. */
export function createGrantedFiles(ports: GrantedFilesPorts): FilesCapability {
  const records = new WriteRecords(ports.recordFolder, ports.now);

  async function write(request: WriteFileRequest, options: CallOptions = {}): Promise<WriteFileResponse> {
    const { folder } = request;
    const wanted = makeReach('write', folder);
    const { about, idempotencyKey: key } = options;
    if (!ports.allows(about?.workflowHash ?? '', wanted))
      refuseUngranted(about?.runId ?? 'WORKFLOW', [wanted], about && `step ${about.step}`);
    if (!isPlainPath(request.path)) {
      throw new AppError('file.name', {
        message: 'This is no path of a file below its folder.',
        where: request.path.slice(0, 200),
        remedy: 'Use names without ..: no drive, no hidden part, none of \\ : * ? " < > |.',
      });
    }
    const path = `${wanted.target}/${request.path}`;
    const bytes = contentOf(request);
    if (bytes.length > MAX_BYTES) {
      throw new AppError('file.too_large', {
        message: `The content has ${bytes.length} bytes; at most ${MAX_BYTES} are written.`,
        where: path,
        remedy: 'Write it in parts.',
      });
    }
    const { file, size } = await placeOf(ports.root, path);
    const before = key === undefined ? undefined : records.read(key);
    if (before?.path === path && (await isDone(request.mode, file, before, bytes)))
      return { path, bytes: size ?? 0, written: false };
    if (request.mode === 'create' && size !== undefined) {
      throw new AppError('file.exists', {
        message: 'There is such a file already.',
        where: path,
        remedy: 'Choose another name, or the mode replace or append.',
      });
    }
    if (key !== undefined && request.mode !== 'replace') records.write(key, { path, size: size ?? null });
    if (request.mode === 'append') await append(file, bytes, path);
    else await writeFileAtomic(file, bytes);
    return { path, bytes: (request.mode === 'append' ? (size ?? 0) : 0) + bytes.length, written: true };
  }
  return { write };
}

function contentOf({ content }: WriteFileRequest): Buffer {
  return 'text' in content ? Buffer.from(content.text) : Buffer.from(content.base64, 'base64');
}

/** Where a file lies, its folders made; refused when any part of the way is a link, or the file is none. @throws AppError */
async function placeOf(root: string, path: string): Promise<{ file: string; size: number | undefined }> {
  const parts = path.split('/');
  let at = await realpath(root);
  for (const [i, part] of parts.entries()) {
    at = join(at, part);
    const last = i === parts.length - 1;
    const facts = await lstat(at).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw storageError(error, path);
    });
    if (facts === undefined) {
      if (last) return { file: at, size: undefined };
      await mkdir(at).catch((error: NodeJS.ErrnoException) => {
        // Another step made it meanwhile; what it made is looked at like any other.
        if (error.code !== 'EEXIST') throw storageError(error, path);
      });
      if ((await lstat(at)).isDirectory()) continue;
    }
    if (facts?.isSymbolicLink()) throw outside(path, `“${part}” is a link`);
    if (last && facts?.isFile()) return { file: at, size: facts.size };
    if (last || !facts?.isDirectory()) throw outside(path, `“${part}” is no ${last ? 'file' : 'folder'}`);
  }
  throw outside(path, 'it names no file');
}

/** Whether a write that was begun has happened: its content stands where it would have been put. */
async function isDone(
  mode: WriteFileRequest['mode'],
  file: string,
  before: WriteRecord,
  bytes: Buffer,
): Promise<boolean> {
  if (mode === 'replace' || !existsSync(file)) return false;
  const now = readFileSync(file);
  return mode === 'create' ? now.equals(bytes) : now.indexOf(bytes, before.size ?? 0) >= 0;
}

/** At the end of the file, wherever that is by then: two that append at once do not overwrite each other. */
async function append(file: string, bytes: Buffer, path: string): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
  try {
    const handle = await open(file, flags, 0o666);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw storageError(error, path);
  }
}

class WriteRecords {
  private readonly folder: string;
  private readonly now: () => number;
  private swept = false;

  constructor(folder: string, now: () => number) {
    this.folder = folder;
    this.now = now;
  }

  private fileOf(key: string): string {
    return join(this.folder, `${createHash('sha256').update(key).digest('hex')}.json`);
  }

  read(key: string): WriteRecord | undefined {
    try {
      return JSON.parse(readFileSync(this.fileOf(key), 'utf8')) as WriteRecord;
    } catch {
      // None, or torn: then nothing had been written yet.
      return undefined;
    }
  }

  write(key: string, record: WriteRecord): void {
    writeProfileFile(this.fileOf(key), JSON.stringify(record));
    if (this.swept) return;
    this.swept = true;
    for (const name of readdirSync(this.folder)) {
      const path = join(this.folder, name);
      const age = this.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? this.now());
      if (age > RECORD_DAYS * 86_400_000) rmSync(path, { force: true });
    }
  }
}

function outside(path: string, why: string): AppError {
  return new AppError('file.outside', {
    message: `This file is not written: ${why}.`,
    where: path,
    remedy: 'Name a file in a folder of the workspace itself.',
  });
}
