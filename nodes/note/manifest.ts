import * as z from 'zod';
import { defineNode, later } from '../../app/core/nodekit/index.ts';

export const note = defineNode({
  type: 'note',
  version: 1,
  family: 'logic',
  title: 'Note',
  summary: 'Explains a part of the graph to whoever reads it.',
  icon: 'sticky-note',
  config: later(() =>
    z.strictObject({
      text: z.string().max(20_000).default('').describe('Markdown; HTML in it is shown as text.'),
    }),
  ),
  inputs: {},
  outputs: {},
  needs: [],
  effect: 'pure',
  inert: true,
  form: { text: { widget: 'textarea', label: 'Text' } },
  examples: [{ title: 'A remark', config: { text: '**Tickets first:** they know more than the manual.' } }],
});
