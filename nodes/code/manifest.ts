import * as z from 'zod';
import { defineNode, later, type Ports, portTypeNames } from '../../app/core/nodekit/index.ts';

const name = later(() =>
  z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'A name begins with a letter and holds letters, digits and underscores.'),
);
const PortType = later(() => z.enum(portTypeNames));
const isUnique = (ports: readonly { name: string }[]) => new Set(ports.map((port) => port.name)).size === ports.length;

export const code = defineNode({
  type: 'code',
  version: 1,
  family: 'logic',
  title: 'Code',
  summary: 'Runs JavaScript on its inputs, in a sandbox without files, network or clock.',
  config: later(() =>
    z.strictObject({
      /** The body of an async function: `inputs`, `now`, `random()` and `log()` are there; it returns the outputs. */
      code: z.string().min(1).max(100_000),
      /** Each becomes an input port and a member of `inputs`. */
      inputs: z
        .array(z.strictObject({ name, type: PortType.default('any'), required: z.boolean().default(true) }))
        .max(50)
        .refine(isUnique, 'Two inputs have the same name.')
        .default([{ name: 'value', type: 'any', required: true }]),
      /** Each becomes an output port; one that the code does not return stays silent. */
      outputs: z
        .array(
          z.strictObject({
            name: name.refine((given) => given !== 'error', 'No output can be called error.'),
            type: PortType.default('any'),
          }),
        )
        .min(1)
        .max(50)
        .refine(isUnique, 'Two outputs have the same name.')
        .default([{ name: 'result', type: 'any' }]),
      /** Time that the code may work. */
      timeoutMs: z.int().min(10).max(10_000).default(1_000),
      /** Memory that its values may take. */
      memoryMb: z.int().min(4).max(48).default(32),
    }),
  ),
  inputs: {},
  outputs: {},
  ports: ({ inputs, outputs }) => ({
    inputs: Object.fromEntries(
      inputs.map((input) => [input.name, { type: input.type, required: input.required }]),
    ) satisfies Ports,
    outputs: Object.fromEntries(outputs.map((output) => [output.name, { type: output.type }])) satisfies Ports,
  }),
  needs: ['code', 'clock', 'random', 'log'],
  effect: 'read',
  form: {
    code: { widget: 'code', label: 'JavaScript', help: 'Return an object with the outputs.' },
    inputs: { widget: 'list', label: 'Inputs' },
    outputs: { widget: 'list', label: 'Outputs' },
    timeoutMs: { widget: 'number', label: 'Longest time', unit: 'ms', group: 'Limits' },
    memoryMb: { widget: 'slider', label: 'Memory', unit: 'MB', group: 'Limits' },
  },
  examples: [
    { title: 'Words of a text', config: { code: 'return { result: inputs.value.split(/\\s+/).length };' } },
    {
      title: 'Two ways out',
      config: {
        inputs: [{ name: 'order', type: 'json' }],
        outputs: [{ name: 'large' }, { name: 'small' }],
        code: 'const total = inputs.order.lines.reduce((sum, line) => sum + line.price * line.count, 0);\nlog("total", total);\nreturn total >= 100 ? { large: total } : { small: total };',
      },
    },
  ],
});
