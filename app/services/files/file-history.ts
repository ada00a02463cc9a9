import { AppError, isAppError } from '../../core/errors/app-error.ts';
import { sha256Hex } from '../../core/graph/hash.ts';
import type { TextFolder } from './text-folder.ts';

/** One earlier state of a file. */
export interface FileVersion {
  /** Names it within its file. */
  version: string;
  /** When it was written, epoch milliseconds. */
  at: number;
  bytes: number;
}

/** Local history: what a file was, apart from version control, so that nothing that was saved is lost. */
export interface FileHistory {
  /** Keeps a text as a version, unless the newest one is the same. Old ones go when there are too many. */
  keep(file: string, text: string, at: number): Promise<void>;
  /** Newest first. */
  list(file: string): Promise<FileVersion[]>;
  /** @throws AppError history.missing */
  read(file: string, version: string): Promise<string>;
  /** The history goes with a file that gets another name. */
  moved(from: string, to: string): Promise<void>;
}

const FOLDER = 'history';
/** Versions that are kept of one file. */
export const MAX_VERSIONS = 50;
const versionForm = /^\d{13}-[0-9a-f]{16}$/;

/** @param state the folder of machine state, `.pipewright` */
export function createFileHistory(state: TextFolder): FileHistory {
  // Paths may be long and hold anything: a digest is a safe name for their folder.
  const folderOf = (file: string) => `${FOLDER}/${sha256Hex(file).slice(0, 32)}`;

  async function names(file: string): Promise<string[]> {
    const found = await state.find(`${folderOf(file)}/*.txt`);
    return found
      .map((path) => path.slice(path.lastIndexOf('/') + 1, -'.txt'.length))
      .filter((name) => versionForm.test(name))
      .sort()
      .reverse();
  }

  return {
    async keep(file, text, at) {
      const known = await names(file);
      const digest = sha256Hex(text).slice(0, 16);
      if (known[0]?.endsWith(digest)) return;
      // Never before the newest one, whatever the clock says: the order of names is the order of versions.
      const newest = Number(known[0]?.slice(0, 13) ?? 0);
      const time = String(Math.max(Math.floor(at), newest + 1)).padStart(13, '0');
      await state.write(`${folderOf(file)}/${time}-${digest}.txt`, text);
      for (const old of known.slice(MAX_VERSIONS - 1)) await state.remove(`${folderOf(file)}/${old}.txt`);
    },
    async list(file) {
      const versions: FileVersion[] = [];
      for (const version of await names(file)) {
        const facts = await state.facts(`${folderOf(file)}/${version}.txt`);
        if (facts) versions.push({ version, at: Number(version.slice(0, 13)), bytes: facts.bytes });
      }
      return versions;
    },
    async read(file, version) {
      if (!versionForm.test(version)) throw missing(file, version);
      try {
        return (await state.read(`${folderOf(file)}/${version}.txt`)).text;
      } catch (thrown) {
        if (isAppError(thrown) && thrown.code === 'document.missing') throw missing(file, version);
        throw thrown;
      }
    },
    async moved(from, to) {
      for (const version of await names(from)) {
        await state
          .move(`${folderOf(from)}/${version}.txt`, `${folderOf(to)}/${version}.txt`)
          .catch((thrown: unknown) => {
            // The file of that name had such a version already.
            if (!isAppError(thrown) || thrown.code !== 'storage.exists') throw thrown;
          });
      }
    },
  };
}

function missing(file: string, version: string): AppError {
  return new AppError('history.missing', {
    message: `There is no version “${version}” of this file.`,
    where: file,
    remedy: `At most ${MAX_VERSIONS} versions are kept; list them again.`,
  });
}
