import type { HitRef } from '../../app/core/search/search-workflow.ts';
import type { TextQuery } from '../../app/core/search/text-query.ts';
import type { TextKind } from '../../app/core/search/workflow-texts.ts';
import { replaceText } from '../commands/replace-text.ts';
import type { OpenDocument } from './open-documents.ts';
import type { Studio } from './studio.ts';

export interface ReplaceWish {
  file: {
    file: string;
    hits: readonly HitRef[];
    open: OpenDocument | undefined;
    hash: string | undefined;
  };
  /** These of its matches; all, where this is left out. */
  only?: readonly HitRef[];
}

/**
 * Replaces matches: in open workflows by one step of their history each, in files by a new version of each that is still
 * the one which was searched. Tells what was done and what was not.
 * @throws AppError regex.syntax
 */
export async function replaceFound(
  { client, notices }: Studio,
  wishes: readonly ReplaceWish[],
  request: { query: TextQuery; replacement: string; kinds: readonly TextKind[] },
): Promise<void> {
  let [count, left, changed] = [0, 0, 0];
  const faults: string[] = [];
  const kinds = [...request.kinds];
  for (const { file, only } of wishes) {
    if (!file.open) continue;
    const { document } = file.open;
    const before = document.store.getState().doc;
    document.run(replaceText, { ...request, only });
    const wanted = (only ?? file.hits).length;
    const done = document.store.getState().doc === before ? 0 : replacedBy(document);
    count += done;
    left += wanted - done;
    if (done > 0) changed += 1;
  }
  const files = wishes.flatMap(({ file: { file, hash, open }, only }) =>
    open || hash === undefined ? [] : [{ file, base: hash, ...(only && { only: [...only] }) }],
  );
  if (files.length > 0) {
    for (const one of await client.search.replace({ ...request, kinds, files })) {
      count += one.count;
      left += one.left;
      if (one.count > 0) changed += 1;
      if (one.fault) faults.push(`${one.file}: ${one.fault.message}`);
    }
  }
  notices.tell({ key: 'search.replaced', values: { count, files: changed } }, { tone: count > 0 ? 'success' : 'info' });
  if (left > 0) notices.tell({ key: 'search.left', values: { count: left } }, { tone: 'warning' });
  for (const fault of faults)
    notices.tell({ key: 'search.notReplaced', values: { fault } }, { tone: 'warning', stays: true });
}

/** How many matches the newest step replaced: its label says so. */
function replacedBy({ store }: OpenDocument['document']): number {
  return Number(store.getState().history.past.at(-1)?.label.values?.['count'] ?? 0);
}
