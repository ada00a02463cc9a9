import * as z from 'zod';
import {
  defineNode,
  later,
  type Ports,
  type PortTypeName,
  variableNames,
  variablePorts,
} from '../../app/core/nodekit/index.ts';

const expression = later(() => z.string().min(1).max(20_000));
const reserved = ['items', 'item', 'index'];

/** The type of `result` by the operation. */
const resultTypes = {
  join: 'text',
  count: 'number',
  sum: 'number',
  mean: 'number',
  min: 'number',
  max: 'number',
  group: 'list',
  dedupe: 'list',
  top: 'list',
  table: 'table',
} as const satisfies { [operation: string]: PortTypeName };

export const aggregate = defineNode({
  type: 'aggregate',
  version: 1,
  family: 'logic',
  title: 'Aggregate',
  summary: 'Brings the items of lists together: a text, a figure, groups, a table, the best few, or each once.',
  icon: 'sigma',
  config: later(() =>
    z.strictObject({
      operation: z
        .enum(['join', 'count', 'sum', 'mean', 'min', 'max', 'group', 'dedupe', 'top', 'table'])
        .default('join'),
      /** What of an item counts, in CEL over `item` and `index`: the text to join, the number, the figure to rank by. */
      value: expression.default('item'),
      /** For group and dedupe: what makes items belong together, in CEL. */
      key: expression.default('item'),
      /** Takes only the items for which it holds, in CEL. */
      where: expression.optional(),
      /** For join and for groups that are joined. */
      separator: z.string().max(200).default('\n\n'),
      /** For group: what is made of the values of each. */
      each: z.enum(['list', 'count', 'sum', 'mean', 'min', 'max', 'join']).default('list'),
      /** For top: how many. */
      n: z.int().min(1).max(100_000).default(10),
      /** For top: the largest or the smallest first. */
      order: z.enum(['descending', 'ascending']).default('descending'),
      /** For table: its columns; by default the plain fields of the items. */
      columns: z
        .array(z.strictObject({ name: z.string().min(1).max(200), value: expression }))
        .min(1)
        .max(100)
        .refine((columns) => new Set(columns.map(({ name }) => name)).size === columns.length, 'A column stands twice.')
        .optional(),
      /** What happens with an item whose value does not fit: no number, no text. */
      onUnfit: z.enum(['fail', 'skip']).default('fail'),
      /** Further names for the expressions, each an input. */
      variables: variableNames(reserved),
      /** More items than this are an error. */
      maxItems: z.int().min(1).max(100_000).default(10_000),
    }),
  ),
  inputs: {
    items: {
      type: 'any',
      many: true,
      required: true,
      help: 'Lists, one after the other; a value that is no list is an item.',
    },
  },
  outputs: {
    count: { type: 'number', help: 'Items that took part.' },
    skipped: { type: 'list', help: 'Items left out by onUnfit: { index, reason }.' },
  },
  ports: ({ operation, variables }) => ({
    inputs: variablePorts(variables),
    outputs: {
      result: { type: resultTypes[operation], help: 'Silent where nothing has no mean, least or largest.' },
    } satisfies Ports,
  }),
  needs: [],
  effect: 'pure',
  form: {
    operation: { widget: 'select', label: 'Make' },
    value: { widget: 'expression', label: 'Value', help: 'In CEL, over item and index.', names: ['item', 'index'] },
    key: { widget: 'expression', label: 'Key', group: 'Groups' },
    where: { widget: 'expression', label: 'Only where' },
    separator: { widget: 'text', label: 'Separator' },
    each: { widget: 'select', label: 'Of each group', group: 'Groups' },
    n: { widget: 'number', label: 'How many', group: 'Top' },
    order: { widget: 'select', label: 'Order', group: 'Top' },
    columns: { widget: 'list', code: true, label: 'Columns', group: 'Table' },
    onUnfit: { widget: 'select', label: 'When a value does not fit' },
    variables: { widget: 'list', label: 'Variables' },
    maxItems: { widget: 'number', label: 'Most items' },
  },
  examples: [
    { title: 'One text', config: { value: 'item.text' } },
    {
      title: 'Revenue by country',
      config: { operation: 'group', key: 'item.country', value: 'item.amount', each: 'sum' },
    },
    { title: 'The five dearest', config: { operation: 'top', n: 5, value: 'item.price' } },
    { title: 'Each address once', config: { operation: 'dedupe', key: 'item.email.lowerAscii()' } },
  ],
});
