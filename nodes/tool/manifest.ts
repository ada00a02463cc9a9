import * as z from 'zod';
import {
  defineNode,
  isJsonObject,
  type Json,
  type JsonObject,
  later,
  type Port,
  type PortTypeName,
} from '../../app/core/nodekit/index.ts';

const portTypes: { readonly [type: string]: PortTypeName } = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  array: 'list',
  object: 'json',
};

export const tool = defineNode({
  type: 'tool',
  version: 1,
  family: 'logic',
  title: 'Tool',
  summary: 'Offers the nodes inside it to the agent around it, which calls them with arguments of its own.',
  icon: 'wrench',
  config: later(() =>
    z.strictObject({
      name: z
        .string()
        .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'A name begins with a letter and holds letters, digits, _ and -.')
        .describe('What the model calls it by.'),
      description: z
        .string()
        .trim()
        .min(1)
        .max(4000)
        .describe('What it does and when to use it: all that the model knows.'),
      /** JSON Schema of the arguments: an object. */
      parameters: z
        .record(z.string(), z.json())
        .default({ type: 'object', properties: {}, additionalProperties: false }),
      approval: z
        .enum(['effects', 'always', 'untrusted'])
        .default('effects')
        .describe(
          'When a person is asked before a call. effects: if the tool has effects. always: each time. untrusted: if it has effects and text of others is in the context.',
        ),
      effects: z
        .enum(['auto', 'yes', 'no'])
        .default('auto')
        .describe('Whether a call changes or sends something; auto: by the nodes inside.'),
    }),
  ),
  inputs: {},
  outputs: { result: { type: 'any', help: 'What the model is given.' } },
  ports: ({ parameters }) => ({ sources: argumentPorts(parameters) }),
  body: {
    sources: { arguments: { type: 'json', help: 'All arguments, as they fit the schema.' } },
    sinks: { result: { type: 'any', help: 'What the model is given; silent: it is told that there is none.' } },
  },
  tool: ({ name, description, parameters, approval, effects }) => ({
    spec: { name, description, parameters: parameters as JsonObject },
    approval,
    effects,
  }),
  needs: ['body'],
  effect: 'read',
  form: {
    name: { widget: 'text', label: 'Name' },
    description: { widget: 'textarea', label: 'Description' },
    parameters: { widget: 'schema', label: 'Arguments' },
    approval: { widget: 'select', label: 'Ask a person' },
    effects: { widget: 'select', label: 'Has effects' },
  },
  examples: [
    {
      title: 'Search the handbook',
      config: {
        name: 'search',
        description: 'Finds passages of the handbook about a question.',
        parameters: {
          type: 'object',
          properties: { query: { type: 'string', maxLength: 300 } },
          required: ['query'],
          additionalProperties: false,
        },
      },
    },
    {
      title: 'Approved by a person each time',
      config: { name: 'refund', description: 'Refunds an order.', approval: 'always', effects: 'yes' },
    },
  ],
});

/** A port for each argument beside the whole; one that cannot be a port is found in `arguments`. */
function argumentPorts(parameters: { [key: string]: Json }): { [name: string]: Port } {
  const properties = isJsonObject(parameters['properties']) ? parameters['properties'] : {};
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(name) && name !== 'arguments')
      .map(([name, schema]): [string, Port] => {
        const { type, description } = isJsonObject(schema) ? schema : ({} as JsonObject);
        return [
          name,
          {
            type: (typeof type === 'string' && portTypes[type]) || 'any',
            ...(typeof description === 'string' && { help: description }),
          },
        ];
      }),
  );
}
