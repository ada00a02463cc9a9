import * as z from 'zod';
import { defineNode, later } from '../../app/core/nodekit/index.ts';

export const attach = defineNode({
  type: 'attach',
  version: 1,
  family: 'model',
  title: 'Attach',
  summary: 'Puts images and files into the messages for a model, from the documents folder or from a wire.',
  icon: 'paperclip',
  config: later(() =>
    z.strictObject({
      /** Glob patterns relative to the documents folder of the workspace. */
      files: z.array(z.string().min(1).max(300)).max(100).default([]),
      /** What happens with a file that cannot be taken. */
      onFault: z.enum(['fail', 'skip']).default('fail'),
      maxFiles: z.int().min(1).max(50).default(10),
      /** Bytes of one file: 5 MiB by default, which every provider takes. */
      maxFileBytes: z.int().min(1024).max(20_971_520).default(5_242_880),
    }),
  ),
  inputs: {
    messages: { type: 'messages', help: 'The last one of the user gets the attachments; without one, a new message.' },
    data: {
      type: 'any',
      many: true,
      help: 'Images or files: data:<type>;base64,…, base64 of an image or PDF, { data, name, mime }, or a list of those.',
    },
    text: { type: 'text', help: 'Words of the new message when there is none to put them into.' },
  },
  outputs: {
    messages: { type: 'messages' },
    failures: { type: 'list', help: 'One per file that was skipped: { file, code, message }.' },
  },
  needs: ['documents'],
  effect: 'read',
  reads: ({ files }) => files.map((name) => ({ kind: 'documents', name, field: 'files' })),
  form: {
    files: { widget: 'files', label: 'Files', help: 'Patterns such as photos/*.jpg, below the documents folder.' },
    onFault: { widget: 'select', label: 'When a file cannot be taken' },
    maxFiles: { widget: 'number', label: 'Most files' },
    maxFileBytes: { widget: 'number', label: 'Largest file', unit: 'bytes' },
  },
  examples: [
    { title: 'Images and files from a wire', config: {} },
    { title: 'Photos of the workspace', config: { files: ['photos/*.jpg'], onFault: 'skip' } },
  ],
});
