import type { Chunk } from '../../app/core/graph/values.ts';

/** A chunk that is the whole of its file `<id>.md`. */
export function chunkOf(id: string, text: string = id, more: Partial<Chunk> = {}): Chunk {
  return {
    id,
    documentId: id,
    file: `${id}.md`,
    text,
    start: 0,
    end: text.length,
    hash: id,
    metadata: {},
    ...more,
  };
}
