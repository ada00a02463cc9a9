import type { Chunk, Run } from '../../app/core/nodekit/index.ts';
import { mergeChunkLists } from '../../app/core/text/merge-chunk-lists.ts';
import { packContext } from '../../app/core/text/pack-context.ts';
import type { context } from './manifest.ts';

export const run: Run<typeof context> = ({ config, inputs }, { cap, detail }) => {
  const { expand, ...options } = config;
  const candidates = mergeChunkLists(inputs.chunks);
  const packed = packContext(candidates, { ...options, join: expand === 'join' }, (text) => cap.tokenizer.count(text));
  const dropped = (reason: string) => packed.dropped.filter((chunk) => chunk.reason === reason).length;
  detail({
    candidates: candidates.length,
    packed: packed.chunks.length,
    tokens: packed.tokens,
    budget: config.budgetTokens,
    overBudget: dropped('budget'),
    duplicates: dropped('duplicate'),
  });
  const chunks = packed.chunks.map(({ marker: _marker, tokens: _tokens, ...chunk }): Chunk => chunk);
  return { context: packed, text: packed.text, chunks };
};
