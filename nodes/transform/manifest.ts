import * as z from 'zod';
import { defineNode, later, valuePort, variableNames, variablePorts } from '../../app/core/nodekit/index.ts';

export const transform = defineNode({
  type: 'transform',
  version: 1,
  family: 'logic',
  title: 'Transform',
  summary: 'Makes a new value out of others, by an expression or a template.',
  icon: 'variable',
  config: later(() =>
    z.strictObject({
      language: z.enum(['cel', 'template']).default('cel').describe('cel gives any value, template gives text.'),
      expression: z.string().min(1).max(200_000),
      /** Further names, each an input. */
      variables: variableNames(['value']),
    }),
  ),
  inputs: { value: { type: 'any' } },
  outputs: { value: { type: 'any' } },
  ports: ({ expression, variables }) => ({ inputs: { ...valuePort(expression), ...variablePorts(variables) } }),
  needs: [],
  effect: 'pure',
  form: {
    language: { widget: 'select', label: 'Language' },
    expression: { widget: 'expression', label: 'Expression' },
    variables: { widget: 'list', label: 'Variables' },
  },
  // A new node begins with the first: it has to work on whatever is wired to it.
  examples: [
    { title: 'The value as it is', config: { expression: 'value' } },
    {
      title: 'Texts of the chunks that scored well',
      config: { expression: 'value.filter(c, c.score > 0.5).map(c, c.text)' },
    },
    {
      title: 'A greeting',
      config: { language: 'template', expression: 'Dear {{ customer.name }},\n\n{{ value }}', variables: ['customer'] },
    },
  ],
});
