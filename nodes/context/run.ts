import type { Chunk, Run } from '../../app/core/nodekit/index.ts';
import {
  type DropReason,
  type ReportedChunk,
  reportedPlace,
  retrievalReport,
} from '../../app/core/run/retrieval-report.ts';
import { mergeChunkLists } from '../../app/core/text/merge-chunk-lists.ts';
import { type LeftOut, packContext } from '../../app/core/text/pack-context.ts';
import type { context } from './manifest.ts';

const reasons = {
  budget: 'over-budget',
  duplicate: 'duplicate',
  joined: 'joined',
} as const satisfies Record<LeftOut['reason'], DropReason>;

export const run: Run<typeof context> = ({ config, inputs }, { cap, detail }) => {
  const { expand, ...options } = config;
  const candidates = mergeChunkLists(inputs.chunks);
  const { context: packed, leftOut } = packContext(candidates, { ...options, join: expand === 'join' }, (text) =>
    cap.tokenizer.count(text),
  );
  const before = new Map(candidates.map(({ id }, at) => [id, at + 1]));
  const told = (chunk: Chunk): ReportedChunk => {
    const rank = before.get(chunk.id);
    return { ...reportedPlace(chunk), ...(rank !== undefined && { before: rank }) };
  };
  const dropped = (reason: string) => leftOut.filter((one) => one.reason === reason).length;
  detail({
    candidates: candidates.length,
    packed: packed.chunks.length,
    tokens: packed.tokens,
    budget: config.budgetTokens,
    overBudget: dropped('budget'),
    duplicates: dropped('duplicate'),
    ...retrievalReport({
      role: 'pack',
      method: config.order,
      candidates: candidates.length,
      tokens: packed.tokens,
      budget: config.budgetTokens,
      chunks: [
        ...packed.chunks.map((chunk, at) => ({ ...told(chunk), after: at + 1, tokens: chunk.tokens })),
        ...leftOut.map(({ chunk, reason, of, tokens }) => ({
          ...told(chunk),
          dropped: reasons[reason],
          ...(of !== undefined && { of }),
          ...(tokens !== undefined && { tokens }),
        })),
      ],
    }),
  });
  const chunks = packed.chunks.map(({ marker: _marker, tokens: _tokens, ...chunk }): Chunk => chunk);
  return { context: packed, text: packed.text, chunks };
};
