import { AppError, isAppError } from '../../core/errors/app-error.ts';
import type { FileHistory } from './file-history.ts';
import { oneAtATime } from './one-at-a-time.ts';
import type { DiskVersion, TextFolder } from './text-folder.ts';

export interface TrashedFile {
  trash: string;
  file: string;
  /** When it was removed, epoch milliseconds. */
  at: number;
}

/** Text files of a workspace as an editor keeps them: nothing that someone else wrote is overwritten unseen. */
export interface SavedFiles {
  /** @throws AppError document.* */
  read(file: string): Promise<{ text: string } & DiskVersion>;
  /**
   * Writes a text over the version that it was made from; with `base` null, a new file. What was there and what is
   * written are both in the history.
   * @throws AppError file.conflict (`data`: hash and modifiedAt of what is there now, or `gone`), file.exists, storage.*
   */
  save(file: string, text: string, base: string | null): Promise<DiskVersion>;
  /** @throws AppError file.exists, document.missing */
  rename(from: string, to: string): Promise<void>;
  /**
   * Into the trash of the workspace, from which it can be taken back. With `base`, only the version of that hash.
   * @throws AppError document.missing, file.conflict
   */
  remove(file: string, base?: string): Promise<TrashedFile>;
  /** Newest first. */
  trashed(): Promise<TrashedFile[]>;
  /** Where it was, or beside it under a free name. @throws AppError history.missing */
  restore(trash: string, freeName: (file: string) => Promise<string>): Promise<string>;
}

export interface SavedFilesPorts {
  workspace: TextFolder;
  /** `.pipewright` */
  state: TextFolder;
  history: FileHistory;
  now: () => number;
}

const TRASH = 'trash';
const MAX_TRASHED = 200;
const trashForm = /^\d{13}-[a-z0-9-]{1,80}$/;

export function createSavedFiles({ workspace, state, history, now }: SavedFilesPorts): SavedFiles {
  const inTurn = oneAtATime();

  async function current(file: string) {
    try {
      return await workspace.read(file);
    } catch (thrown) {
      if (isAppError(thrown) && thrown.code === 'document.missing') return undefined;
      throw thrown;
    }
  }

  async function trashed(): Promise<TrashedFile[]> {
    const found = await state.find(`${TRASH}/*/file.json`);
    const list: TrashedFile[] = [];
    for (const path of found) {
      const trash = path.split('/')[1] ?? '';
      if (!trashForm.test(trash)) continue;
      const { file } = JSON.parse((await state.read(path)).text) as { file: string };
      list.push({ trash, file, at: Number(trash.slice(0, 13)) });
    }
    return list.sort((a, b) => (a.trash < b.trash ? 1 : -1));
  }

  return {
    read: (file) => workspace.read(file),
    save: (file, text, base) =>
      inTurn(async () => {
        const there = await current(file);
        if (there && base === null) throw exists(file);
        if (there?.hash !== base && base !== null) throw conflict(file, there);
        if (there) await history.keep(file, there.text, there.modifiedAt);
        if (there?.text === text) return { hash: there.hash, modifiedAt: there.modifiedAt };
        const written = await workspace.write(file, text);
        await history.keep(file, text, now());
        return written;
      }),
    rename: (from, to) =>
      inTurn(async () => {
        if (from === to) return;
        try {
          await workspace.move(from, to);
        } catch (thrown) {
          if (isAppError(thrown) && thrown.code === 'storage.exists') throw exists(to);
          throw thrown;
        }
        await history.moved(from, to);
      }),
    remove: (file, base) =>
      inTurn(async () => {
        const { text, hash, modifiedAt } = await workspace.read(file);
        if (base !== undefined && hash !== base) throw conflict(file, { hash, modifiedAt });
        await history.keep(file, text, modifiedAt);
        const at = now();
        const words = file
          .toLowerCase()
          .replace(/[^a-z0-9]+/g, '-')
          .replace(/^-|-$/g, '')
          .slice(-80);
        let trash = `${String(Math.floor(at)).padStart(13, '0')}-${words || 'file'}`;
        while (await state.facts(`${TRASH}/${trash}/file.json`)) trash = `${trash.slice(0, 90)}-x`;
        // The copy is safe before the file goes.
        await state.write(`${TRASH}/${trash}/text.txt`, text);
        await state.write(`${TRASH}/${trash}/file.json`, JSON.stringify({ file }));
        await workspace.remove(file);
        for (const old of (await trashed()).slice(MAX_TRASHED)) await state.remove(`${TRASH}/${old.trash}`);
        return { trash, file, at };
      }),
    trashed,
    restore: (trash, freeName) =>
      inTurn(async () => {
        const found = trashForm.test(trash) ? (await trashed()).find((one) => one.trash === trash) : undefined;
        if (!found) {
          throw new AppError('history.missing', {
            message: 'This is not in the trash any more.',
            where: trash,
            remedy: 'List the trash again.',
          });
        }
        const { text } = await state.read(`${TRASH}/${trash}/text.txt`);
        const file = (await workspace.facts(found.file)) ? await freeName(found.file) : found.file;
        await workspace.write(file, text);
        await state.remove(`${TRASH}/${trash}`);
        return file;
      }),
  };
}

function exists(file: string): AppError {
  return new AppError('file.exists', {
    message: 'There is a file of that name already.',
    where: file,
    remedy: 'Choose another name.',
  });
}

function conflict(file: string, there: DiskVersion | undefined): AppError {
  return new AppError('file.conflict', {
    message: there
      ? 'The file was changed by someone else since it was opened.'
      : 'The file was removed since it was opened.',
    where: file,
    remedy: 'Look at their version, and then keep yours, take theirs, or save yours under another name.',
    data: there ? { hash: there.hash, modifiedAt: there.modifiedAt } : { gone: true },
  });
}
