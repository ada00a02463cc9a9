import type { Passage } from '../../app/core/asking/locate-fields.ts';
import { AppError, isJsonObject, type Json, type JsonObject } from '../../app/core/nodekit/index.ts';
import { splitBySize } from '../../app/core/text/split-text.ts';

/** The texts in a value: of a list each one's, of a context its chunks'. @throws AppError step.input */
export function sourcesIn(value: Json, where: string): Passage[] {
  const list = Array.isArray(value)
    ? value
    : isJsonObject(value) && Array.isArray(value['chunks'])
      ? value['chunks']
      : [value];
  return list.map((item, source) => {
    if (typeof item === 'string') return { source, text: item, start: 0, line: 1 };
    if (isJsonObject(item) && typeof item['text'] === 'string') return asPassage(item, source);
    throw new AppError('step.input', {
      message: 'The source holds something that is neither a text nor a document nor a chunk.',
      where: `${where}, port source${list.length > 1 ? `, item ${source + 1}` : ''}`,
      remedy: 'Wire texts, documents or chunks, or put a transform in between.',
    });
  });
}

function asPassage(item: JsonObject, source: number): Passage {
  const { text, file, start, line, page, pages } = item;
  return {
    source,
    text: text as string,
    start: typeof start === 'number' ? start : 0,
    ...(typeof file === 'string' && { file }),
    // A chunk says its line when it has one; a whole text begins at the first.
    line: typeof line === 'number' ? line : start === undefined ? 1 : undefined,
    ...(typeof page === 'number' && { page }),
    ...(Array.isArray(pages) && pages.length > 0 && { pages: pages.filter((one) => typeof one === 'number') }),
  };
}

/** Parts of a passage of about so many tokens; the whole when it is not longer, or `size` is 0. */
export function partsOf(
  passage: Passage,
  { size, overlap }: { size: number; overlap: number },
  count: (text: string) => number,
): Passage[] {
  const { text } = passage;
  if (size === 0 || count(text) <= size) return text.trim() === '' ? [] : [passage];
  return splitBySize(text, { size, overlap: Math.min(overlap, size - 1) }, count).map(({ start, end }) => ({
    ...passage,
    text: text.slice(start, end),
    start: passage.start + start,
    line: passage.line === undefined ? undefined : passage.line + text.slice(0, start).split('\n').length - 1,
  }));
}
