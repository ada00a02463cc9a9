import * as z from 'zod';
import { defineNode, later, type Ports, variableNames, variablePorts } from '../../app/core/nodekit/index.ts';

const reserved = ['default', 'error'];

export const router = defineNode({
  type: 'router',
  version: 1,
  family: 'logic',
  title: 'Router',
  summary: 'Sends a value down the branches whose conditions hold.',
  icon: 'git-fork',
  config: later(() =>
    z.strictObject({
      branches: z
        .array(
          z.strictObject({
            /** Name of the branch and of its output. */
            name: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/),
            /** Condition in CEL. */
            when: z.string().min(1).max(20_000),
          }),
        )
        .min(1)
        .max(50)
        .refine(
          (branches) => new Set(branches.map(({ name }) => name)).size === branches.length,
          'Two branches have the same name.',
        )
        .refine(
          (branches) => !branches.some(({ name }) => reserved.includes(name)),
          `No branch can be called ${reserved.join(' or ')}.`,
        ),
      mode: z.enum(['first-match', 'all-matches']).default('first-match'),
      /** Whether there is an output for values that no branch takes. */
      default: z.boolean().default(true),
      /** Further names for the conditions, each an input. */
      variables: variableNames(['value']),
    }),
  ),
  inputs: { value: { type: 'any', required: true, help: 'Goes on unchanged; `value` in the conditions.' } },
  outputs: {},
  ports: (config) => ({
    inputs: variablePorts(config.variables),
    outputs: Object.fromEntries(
      [...config.branches.map(({ name }) => name), ...(config.default ? ['default'] : [])].map((name) => [
        name,
        { type: 'any' },
      ]),
    ) as Ports,
  }),
  needs: [],
  effect: 'pure',
  form: {
    branches: { widget: 'list', code: true, label: 'Branches', help: 'Conditions in CEL, asked from the top.' },
    mode: { widget: 'select', label: 'Mode' },
    default: { widget: 'toggle', label: 'Branch for the rest' },
    variables: { widget: 'list', label: 'Variables' },
  },
  examples: [
    {
      title: 'Answer, or ask a person',
      config: {
        branches: [{ name: 'answer', when: 'confidence.score >= 0.6 && !value.abstained' }],
        variables: ['confidence'],
      },
    },
    {
      title: 'Every topic that fits',
      config: {
        mode: 'all-matches',
        default: false,
        branches: [
          { name: 'billing', when: 'value.topics.exists(t, t == "billing")' },
          { name: 'shipping', when: 'value.topics.exists(t, t == "shipping")' },
        ],
      },
    },
  ],
});
