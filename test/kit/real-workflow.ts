import type { Json, JsonObject } from '../../app/core/graph/json.ts';

type Kind = 'text' | 'number' | 'list';

interface Node {
  id: string;
  type: string;
  version: number;
  config: JsonObject;
  parent?: string;
  policy?: JsonObject;
}

interface Wire {
  from: string;
  to: string;
}

export interface RealWorkflow {
  workflow: JsonObject;
  inputs: { [name: string]: Json };
  /** Types of the nodes in it, for a count of what was tried. */
  types: readonly string[];
}

export interface RealWorkflowAbout {
  id: string;
  random: () => number;
  /** Ids of workflows that it may run: each takes a text `text` and gives a text `said`. */
  subflows?: readonly string[];
}

/**
 * A random valid workflow over the nodes that are shipped, which runs offline apart from the chat profile `fast`: it needs
 * the collection `docs`, the table `staff` (columns id and name), and the prompt file `prompts/ask.md` of one variable
 * `text`. Takes a text `text` and a number `n`; gives a text `said` and, beside it, whatever else it made. The same numbers
 * give the same workflow.
 */
export function realWorkflow({ id, random, subflows = [] }: RealWorkflowAbout): RealWorkflow {
  const nodes: Node[] = [];
  const wires: Wire[] = [];
  const below = (n: number) => Math.floor(random() * n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const usesPrompt = { file: false };
  const left = [...subflows];

  function add(type: string, config: JsonObject, more: Partial<Node> = {}): string {
    const name = `${type.replaceAll('-', '_')}${nodes.length}`;
    nodes.push({ id: name, type, version: 1, config, ...more });
    return name;
  }
  const wire = (from: string, to: string) => wires.push({ from, to });
  /** A node with one input that matters. */
  function step(type: string, config: JsonObject, from: string, port: string, parent?: string): string {
    const name = add(type, config, parent === undefined ? {} : { parent });
    wire(from, `${name}.${port}`);
    return name;
  }
  const transform = (expression: string, from: string, parent?: string) =>
    `${step('transform', { expression }, from, 'value', parent)}.value`;

  /** Ways to make a text of a text. */
  const texts: ((from: string, parent?: string) => string)[] = [
    (from, parent) => transform(`value + '${pick(['!', '?', ' and on', ' ß🙂'])}'`, from, parent),
    (from, parent) => transform("size(value) > 20 ? 'long' : value", from, parent),
    (from, parent) => `${step('log', { message: 'met {{ value }}' }, from, 'value', parent)}.value`,
    (from, parent) => {
      const code = `log(inputs.value.length, now > 0); return { result: inputs.value.split('').reverse().join('') };`;
      const outputs = [{ name: 'result', type: 'text' }];
      return `${step('code', { code, outputs, timeoutMs: 10_000 }, from, 'value', parent)}.result`;
    },
    (from, parent) => {
      const checks = [{ kind: 'length', max: pick([5, 40, 4000]) }];
      return `${step('validator', { checks }, from, 'value', parent)}.value`;
    },
    (from, parent) => {
      const more = parent === undefined ? {} : { parent };
      const fails = add(
        'transform',
        { expression: 'value.missing' },
        { ...more, policy: { onError: { action: 'default', outputs: { value: 'made up' } } } },
      );
      wire(from, `${fails}.value`);
      return `${fails}.value`;
    },
    (from, parent) => {
      const more = parent === undefined ? {} : { parent };
      const router = step('router', { branches: [{ name: 'short', when: 'size(value) < 12' }] }, from, 'value', parent);
      const merge = add('merge', { mode: 'any' }, more);
      wire(transform("'short: ' + value", `${router}.short`, parent), `${merge}.values`);
      wire(transform("'other: ' + value", `${router}.default`, parent), `${merge}.values`);
      return `${merge}.value`;
    },
  ];
  const outer: typeof texts = [
    ...texts,
    (from) => {
      const [by, size] = pick<[string, number]>([
        ['size', 3],
        ['size', 1],
      ]);
      const split = step('split', { by, size, unit: 'words' }, from, 'value');
      const map = step('map', { concurrency: pick([1, 4]), onItemError: 'collect' }, `${split}.parts`, 'items');
      wire(pick(texts)(`${map}.item`, map), `${map}.result`);
      return `${step('aggregate', { operation: 'join', separator: pick([' ', '\n']) }, `${map}.results`, 'items')}.result`;
    },
    (from) => {
      const loop = step('loop', { condition: 'size(string(state)) > 30', maxTurns: 4, onBound: 'stop' }, from, 'state');
      const next = transform("string(value) + '+'", `${loop}.state`, loop);
      const said = pick(texts)(next, loop);
      wire(said, `${loop}.state`);
      return transform('string(value)', `${loop}.state`);
    },
    (from) => {
      // A space of its own: which of two equal ones fills a shared space is a matter of speed.
      const cache = step('cache', { ttlMs: 60_000, namespace: `${id} ${nodes.length}` }, from, 'key');
      wire(pick(texts)(`${cache}.key`, cache), `${cache}.value`);
      return transform('string(value)', `${cache}.value`);
    },
    (from) => {
      const found = step(
        'retriever',
        { collection: 'docs', mode: pick(['text', 'vector', 'hybrid']), k: 2 },
        from,
        'query',
      );
      return `${step('context', { budgetTokens: 60 }, `${found}.chunks`, 'chunks')}.text`;
    },
    (from) => {
      const prompt = pick([
        { prompt: 'ask', variables: ['text'] },
        { messages: [{ role: 'user', template: 'Say it anew: {{ text }}' }], variables: ['text'] },
      ]);
      usesPrompt.file ||= 'prompt' in prompt;
      const made = step('prompt', prompt, from, 'text');
      return `${step('model', { profile: 'fast', citations: 'none' }, `${made}.messages`, 'messages')}.text`;
    },
    (from) => {
      const sql = "SELECT name || ' ' || length(:text) AS said FROM staff WHERE id = 1 + length(:text) % 2";
      const query = step('query', { sql, params: ['text'] }, from, 'text');
      return transform('string(value.said)', `${query}.first`);
    },
    ...(subflows.length === 0
      ? []
      : [
          (from: string) => {
            // Each once: two side by side would meet in the spaces of their caches.
            const [workflow] = left.splice(below(left.length), 1);
            return workflow === undefined
              ? transform("value + ' again'", from)
              : `${step('subflow', { workflow }, from, 'text')}.said`;
          },
        ]),
  ];

  const text = add('input', { name: 'text' });
  const number = add('input', { name: 'n' });
  const sources: { end: string; kind: Kind }[] = [
    { end: `${text}.value`, kind: 'text' },
    { end: transform('string(value)', `${number}.value`), kind: 'text' },
  ];
  for (let left = 3 + below(6); left > 0; left -= 1)
    sources.push({ end: pick(outer)(pick(sources).end), kind: 'text' });
  const merge = add('merge', { mode: 'all' });
  for (const { end } of sources.slice(-3)) wire(end, `${merge}.values`);
  const counted = step('aggregate', { operation: 'count' }, `${merge}.value`, 'items');
  const said = step('aggregate', { operation: 'join', value: 'string(item)' }, `${merge}.value`, 'items');
  const ends: [string, Kind, string][] = [
    ['said', 'text', `${said}.result`],
    ['count', 'number', `${counted}.result`],
    ['parts', 'list', `${merge}.value`],
  ];
  for (const [name, , end] of ends) step('output', { name }, end, 'value');

  const place = (at: string) => ({ node: at.split('.')[0] ?? '', port: at.split('.')[1] ?? '' });
  return {
    workflow: {
      ...{ format: 1, id, name: id },
      inputs: { text: { type: 'text' }, n: { type: 'number', required: false, default: 3 } },
      outputs: Object.fromEntries(ends.map(([name, type]) => [name, { type }])),
      resources: usesPrompt.file ? { prompts: { ask: { file: 'prompts/ask.md' } } } : {},
      nodes: nodes as unknown as Json,
      edges: wires.map(({ from, to }, i) => ({ id: `e${i}`, from: place(from), to: place(to) })),
    },
    inputs: {
      text: pick(['a seal', 'When is the workshop open on Sundays and who has the key?', 'ß\n🙂 "quoted"']),
      ...(random() < 0.5 && { n: below(100) }),
    },
    types: nodes.map(({ type }) => type),
  };
}
