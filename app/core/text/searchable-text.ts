/**
 * What a chunk is indexed and embedded by: its document's title, unless it opens with it already, then its text.
 * A chunk from the middle of a page seldom repeats what the page is about.
 */
export function searchableText(chunk: { title?: string | undefined; text: string }): string {
  const title = chunk.title?.trim();
  if (title === undefined || title === '') return chunk.text;
  const opening = chunk.text.slice(0, title.length + 8).replace(/^[\s#]+/, '');
  return opening.startsWith(title) ? chunk.text : `${title}\n${chunk.text}`;
}
