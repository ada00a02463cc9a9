import * as z from 'zod';
import { defineNode, later } from '../../app/core/nodekit/index.ts';

export const split = defineNode({
  type: 'split',
  version: 1,
  family: 'logic',
  title: 'Split',
  summary: 'Splits a text, documents, a list or JSON into a list of parts.',
  icon: 'split',
  config: later(() =>
    z
      .strictObject({
        /** items: a list into lists of `size`. path: what a JSON path selects. The others split text. */
        by: z.enum(['separator', 'regex', 'lines', 'pages', 'size', 'items', 'path']).default('separator'),
        /** For separator: the text between the parts. */
        separator: z.string().min(1).max(200).default('\n\n'),
        /** For regex: what stands between the parts, in RE2 syntax. */
        pattern: z.string().min(1).max(2000).optional(),
        /** For regex. */
        ignoreCase: z.boolean().default(false),
        /** What becomes of the separator or match: left out, or kept in the part before or after it. */
        keep: z.enum(['none', 'before', 'after']).default('none'),
        /** For size and items: units or items of a part. */
        size: z.int().min(1).max(1_000_000).default(1000),
        /** For size. */
        unit: z.enum(['characters', 'words', 'tokens']).default('characters'),
        /** For size: units that a part shares with the one before it. */
        overlap: z.int().min(0).max(500_000).default(0),
        /** For path: a JSON path such as $.orders[*].lines[*]. */
        path: z.string().min(1).max(2000).optional(),
        /** Take white space off both ends of a text. */
        trim: z.boolean().default(true),
        /** Leave out texts that are empty then. */
        dropEmpty: z.boolean().default(true),
        /** More parts than this are an error. */
        maxParts: z.int().min(1).max(100_000).default(10_000),
      })
      .refine((config) => config.by !== 'regex' || config.pattern !== undefined, {
        path: ['pattern'],
        message: 'With `by: regex` a pattern is needed.',
      })
      .refine((config) => config.by !== 'path' || config.path !== undefined, {
        path: ['path'],
        message: 'With `by: path` a path is needed.',
      })
      .refine((config) => config.overlap < config.size, {
        path: ['overlap'],
        message: '`overlap` must be less than `size`.',
      }),
  ),
  inputs: { value: { type: 'any', required: true, help: 'A text, a document, a list of those, a list, or JSON.' } },
  outputs: {
    parts: { type: 'list' },
    spans: { type: 'list', help: 'Of texts: { source, start, end, page? } of each part.' },
    count: { type: 'number' },
  },
  needs: ['tokenizer'],
  effect: 'pure',
  form: {
    by: { widget: 'select', label: 'Split' },
    separator: { widget: 'text', label: 'Separator' },
    pattern: { widget: 'regex', label: 'Pattern' },
    ignoreCase: { widget: 'toggle', label: 'Ignore case' },
    keep: { widget: 'select', label: 'Keep the separator' },
    size: { widget: 'number', label: 'Size' },
    unit: { widget: 'select', label: 'Unit' },
    overlap: { widget: 'number', label: 'Overlap' },
    path: { widget: 'text', label: 'JSON path', code: true },
    trim: { widget: 'toggle', label: 'Trim' },
    dropEmpty: { widget: 'toggle', label: 'Leave out empty parts' },
    maxParts: { widget: 'number', label: 'Most parts' },
  },
  examples: [
    { title: 'Paragraphs', config: {} },
    { title: 'Sections of a Markdown text', config: { by: 'regex', pattern: '(?m)^## ', keep: 'after' } },
    { title: 'Batches of twenty', config: { by: 'items', size: 20 } },
    { title: 'Order lines', config: { by: 'path', path: '$.orders[*].lines[*]' } },
  ],
});
