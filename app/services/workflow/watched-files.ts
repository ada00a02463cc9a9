import type { WorkflowFiles } from './workflow-files.ts';

type Read = Pick<WorkflowFiles, 'find' | 'readInside'>;

export interface WatchedFiles extends Read {
  /** Whether all that was read and looked for through it would be found as it was. */
  unchanged(): Promise<boolean>;
}

/** Remembers what is read through it, so that what was made of it can be kept for as long as it is true. */
export function watchFiles(files: Read): WatchedFiles {
  const texts = new Map<string, Promise<string>>();
  const lists = new Map<string, Promise<string[]>>();
  const same = async <T>(now: () => Promise<T>, before: Promise<T>) =>
    JSON.stringify(await now().catch(() => undefined)) === JSON.stringify(await before.catch(() => undefined));
  return {
    find(pattern) {
      const list = files.find(pattern);
      lists.set(pattern, list);
      return list;
    },
    readInside(path) {
      const text = files.readInside(path);
      texts.set(path, text);
      return text;
    },
    async unchanged() {
      const checks = [
        ...[...texts].map(([path, text]) => same(() => files.readInside(path), text)),
        ...[...lists].map(([pattern, list]) => same(() => files.find(pattern), list)),
      ];
      return (await Promise.all(checks)).every(Boolean);
    },
  };
}
