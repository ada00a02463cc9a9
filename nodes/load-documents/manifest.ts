import * as z from 'zod';
import { defineNode, later } from '../../app/core/nodekit/index.ts';

export const loadDocuments = defineNode({
  type: 'load-documents',
  version: 1,
  family: 'ingest',
  title: 'Load documents',
  summary: 'Reads files of the workspace as documents and reports each one that it could not read.',
  icon: 'file-text',
  config: later(() =>
    z.strictObject({
      /** Glob patterns relative to the documents folder of the workspace. */
      patterns: z.array(z.string().min(1).max(300)).min(1).max(100),
      /** Put on each document; what a file says about itself (front matter, mail headers) wins. */
      metadata: z.record(z.string().max(64), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}),
    }),
  ),
  inputs: {},
  outputs: {
    documents: { type: 'documents', help: 'One per file that could be read.' },
    failures: { type: 'list', help: 'One per file that could not: { file, code, message }.' },
  },
  needs: ['documents'],
  effect: 'read',
  reads: ({ patterns }) => patterns.map((name) => ({ kind: 'documents', name })),
  form: {
    patterns: {
      widget: 'files',
      label: 'Files',
      help: 'Patterns such as tickets/**/*.md, below the documents folder.',
    },
    metadata: { widget: 'map', label: 'Metadata', help: 'Fields to put on each document, for filters.' },
  },
  examples: [
    { title: 'All Markdown files', config: { patterns: ['**/*.md'] } },
    { title: 'Manuals, marked as such', config: { patterns: ['manuals/*.pdf'], metadata: { kind: 'manual' } } },
  ],
});
