import * as z from 'zod';
import { defineNode, later, makeReach, variableNames, variablePorts } from '../../app/core/nodekit/index.ts';

export const writeFile = defineNode({
  type: 'write-file',
  version: 1,
  family: 'io',
  title: 'Write file',
  summary: 'Writes a value into a file in a folder that you have granted.',
  icon: 'file-text',
  config: later(() =>
    z.strictObject({
      /** A folder of the workspace: what the user grants. */
      folder: z.string().min(1).max(300),
      /** Path below the folder, a Liquid template; signs that names cannot have become _ in its values. */
      file: z.string().min(1).max(1000),
      /** Each becomes an input port of this name. */
      variables: variableNames(['content']),
      /** create: fails when there is such a file. append: adds to its end. */
      mode: z.enum(['create', 'replace', 'append']).default('create'),
      /** lines: one line of JSON for each item of a list. auto: text as it is, data:…;base64,… as bytes, everything else as JSON. */
      format: z.enum(['auto', 'text', 'json', 'lines', 'csv']).default('auto'),
    }),
  ),
  inputs: { content: { type: 'any', required: true } },
  outputs: {
    path: { type: 'text', help: 'Relative to the workspace.' },
    bytes: { type: 'number', help: 'Of the whole file.' },
  },
  ports: ({ variables }) => ({ inputs: variablePorts(variables) }),
  needs: ['files'],
  effect: 'write',
  reaches: ({ folder }) => [makeReach('write', folder)],
  form: {
    folder: { widget: 'text', label: 'Folder', code: true },
    file: { widget: 'template', label: 'File', help: 'Below the folder: {{ id }}.md' },
    variables: { widget: 'list', label: 'Variables', help: 'Each becomes an input port.' },
    mode: { widget: 'select', label: 'A file that is there' },
    format: { widget: 'select', label: 'Format' },
  },
  examples: [
    {
      title: 'One report a run',
      config: { folder: 'reports', file: '{{ id }}.md', variables: ['id'], mode: 'replace' },
    },
    { title: 'A log of answers', config: { folder: 'out', file: 'answers.jsonl', mode: 'append', format: 'lines' } },
  ],
});
