import type { Seen } from '../../app/core/run/retrieval-flow.ts';
import { t } from '../strings/text.ts';

/** Where a chunk stands. */
export interface PlacedChunk {
  id: string;
  file?: string | undefined;
  line?: number | undefined;
  page?: number | undefined;
  start?: number | undefined;
  end?: number | undefined;
}

/** The file's own name and the place in it; its folders are told by the title. */
export function chunkName({ id, file, line, page }: PlacedChunk): string {
  if (file === undefined) return id.slice(0, 8);
  const name = file.slice(file.lastIndexOf('/') + 1);
  if (page !== undefined) return t('chunk.page', { file: name, page });
  return line === undefined ? name : `${name}:${line}`;
}

/** Why a step did not hand a chunk on. `nameOf` names the other chunk, where there is one. */
export function dropText(
  { dropped, of, tokens }: Pick<Seen, 'dropped' | 'of' | 'tokens'>,
  nameOf: (id: string) => string,
): string {
  if (dropped === undefined) return '';
  const other = of === undefined ? t('chunk.another') : nameOf(of);
  return t(`chunk.dropped.${dropped}`, { other, tokens: tokens ?? '?' });
}
