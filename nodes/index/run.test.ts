import { describe, expect, it } from 'vitest';
import type { EmbedRequest, WriteChunksRequest } from '../../app/core/capabilities/capabilities.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { index } from './manifest.ts';
import { run } from './run.ts';

const chunk = (id: string, more = {}) => ({
  id,
  documentId: id,
  file: id,
  text: `text ${id}`,
  start: 0,
  end: 6,
  hash: '',
  metadata: {},
  ...more,
});
const free = {
  usage: { inputTokens: 0, outputTokens: 0, estimated: true },
  cost: { nanoUsd: 0, known: true, priceVersion: '' },
};

function fakes() {
  const embedded: EmbedRequest[] = [];
  const written: WriteChunksRequest[] = [];
  const embed = async (request: EmbedRequest) => {
    embedded.push(request);
    return { vectors: request.texts.map((text) => [text.length]), fingerprint: 'f1', ...free };
  };
  const write = async (request: WriteChunksRequest) => {
    written.push(request);
    return { written: request.chunks.length, version: `v${written.length}` };
  };
  return { embedded, written, cap: { embedder: { embed }, collections: { write } } };
}

describe('index', () => {
  it('embeds and writes in batches, each chunk once, under its title', async () => {
    const { embedded, written, cap } = fakes();
    const chunks = [
      [chunk('a', { title: 'Guide' }), chunk('b')],
      [chunk('a', { title: 'Guide' }), chunk('c')],
    ];
    const { outputs, detail } = await runNode(index, run, {
      config: { collection: 'docs', embedder: 'e', batch: 2 },
      inputs: { chunks },
      cap,
    });
    expect(embedded.map(({ texts, purpose, profile }) => [texts, purpose, profile])).toEqual([
      [['Guide\ntext a', 'text b'], 'document', 'e'],
      [['text c'], 'document', 'e'],
    ]);
    expect(
      written.map((request) => [
        request.collection,
        request.embedder,
        request.fingerprint,
        request.chunks.map(({ id }) => id),
        request.vectors,
      ]),
    ).toEqual([
      ['docs', 'e', 'f1', ['a', 'b'], [[12], [6]]],
      ['docs', 'e', 'f1', ['c'], [[6]]],
    ]);
    expect(outputs).toEqual({ count: 3, version: 'v2' });
    expect(detail).toEqual({ collection: 'docs', chunks: 3, written: 3 });
  });

  it('writes nothing for nothing', async () => {
    const { outputs } = await runNode(index, run, {
      config: { collection: 'docs', embedder: 'e' },
      inputs: { chunks: [[]] },
      cap: fakes().cap,
    });
    expect(outputs).toEqual({ count: 0 });
  });
});
