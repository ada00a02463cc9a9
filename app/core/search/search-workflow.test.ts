import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { registry } from '../../../nodes/registry.ts';
import { expectCpuWithin } from '../../../test/kit/cpu-time.ts';
import { validateWorkflow } from '../graph/validate-workflow.ts';
import { Workflow } from '../graph/workflow.ts';
import { matcherOf } from './query.ts';
import { hitsIn, replaceInText, replaceInWorkflow, searchWorkflow } from './search-workflow.ts';
import type { TextQuery } from './text-query.ts';
import { textKinds, textsOf } from './workflow-texts.ts';

const query = (text: string, more: Partial<TextQuery> = {}): TextQuery => ({
  ...{ text, matchCase: false, wholeWord: false, regex: false },
  ...more,
});
const found = (text: string, where: TextQuery) =>
  matcherOf(where)(text).map(({ start, text: match }) => `${start} ${match}`);

describe('a query', () => {
  it.each<[string, TextQuery, string, string[]]>([
    ['any case', query('heron'), 'Heron herons HERON', ['0 Heron', '6 heron', '13 HERON']],
    ['this case', query('heron', { matchCase: true }), 'Heron herons', ['6 heron']],
    ['whole words', query('heron', { wholeWord: true }), 'heron, herons, a_heron, heron', ['0 heron', '24 heron']],
    ['whole words of any script', query('für', { wholeWord: true }), 'fürs für Gefür', ['5 für']],
    ['signs as they are', query('a.b|c\\d[e]'), 'axb a.b|c\\d[e]', ['4 a.b|c\\d[e]']],
    ['an expression', query('h(.)ron', { regex: true }), 'heron huron', ['0 heron', '6 huron']],
    ['lines', query('^b', { regex: true }), 'a\nb\nb', ['2 b', '4 b']],
    ['nothing empty', query('x*', { regex: true }), 'axxb', ['1 xx']],
    ['pairs of units', query('🦩'), 'a🦩b', ['1 🦩']],
  ])('finds %s', (_what, where, text, expected) => {
    expect(found(text, where)).toEqual(expected);
  });

  it('takes time that grows with the text, whatever the expression', async () => {
    await expectCpuWithin(5000, () => {
      expect(found('a'.repeat(20_000), query('(a+)+$b', { regex: true }))).toEqual([]);
    });
  });

  it('is refused where it is no expression', () => {
    expect(() => matcherOf(query('(', { regex: true }))).toThrow(expect.objectContaining({ code: 'regex.syntax' }));
  });
});

describe('a replacement', () => {
  it.each<[string, TextQuery, string, string, string]>([
    ['literally', query('a'), '$1$&', 'bab', 'b$1$&b'],
    ['with groups', query('(\\w+)@(\\w+)', { regex: true }), '$2 at $1 ($&) $$', 'me@home', 'home at me (me@home) $'],
    ['with a group that took no part', query('(a)|(b)', { regex: true }), '[$2]', 'ab', '[][b]'],
  ])('is put in %s', (_how, where, replacement, text, expected) => {
    expect(replaceInText(text, { query: where, replacement }).text).toBe(expected);
  });

  it('may not name a group that is not there', () => {
    expect(() => replaceInText('a', { query: query('a', { regex: true }), replacement: '$1' })).toThrow(
      expect.objectContaining({ code: 'regex.syntax' }),
    );
  });
});

/** Every kind of place, with the same word at all of them. */
const workflow = Workflow.parse({
  ...{ format: 1, id: 'wf_heron', name: 'Heron', description: 'About heron.' },
  inputs: { heron: { type: 'text', description: 'A heron.' } },
  outputs: { heron: { type: 'any' } },
  resources: { prompts: { heron: { file: 'prompts/heron.md' } }, profiles: { heron: { name: 'heron' } } },
  nodes: [
    { id: 'heron', type: 'input', version: 1, config: { name: 'heron' } },
    { id: 'ask', type: 'prompt', version: 1, name: 'Ask heron', config: { prompt: 'heron' } },
    {
      ...{ id: 'fetch', type: 'http-request', version: 1 },
      config: { url: 'https://heron.example/a', hosts: ['heron.example'], secrets: [{ secret: 'HERON' }] },
    },
    {
      ...{ id: 'make', type: 'transform', version: 1 },
      config: { language: 'template', expression: 'A heron {{ heron }}', variables: ['heron'] },
    },
    {
      ...{ id: 'split', type: 'router', version: 1 },
      config: { branches: [{ name: 'heron', when: "value == 'heron'" }] },
    },
    { id: 'inner', type: 'subflow', version: 1, config: { workflow: 'heron' } },
    { id: 'out', type: 'output', version: 1, config: { name: 'heron' } },
  ],
  edges: [
    { id: 'heron', from: { node: 'heron', port: 'value' }, to: { node: 'make', port: 'heron' } },
    { id: 'two', from: { node: 'heron', port: 'value' }, to: { node: 'split', port: 'value' } },
    { id: 'three', from: { node: 'split', port: 'heron' }, to: { node: 'out', port: 'value' } },
  ],
  layout: {
    notes: [{ id: 'heron', text: 'Two lines\nabout a heron', x: 0, y: 0 }],
    groups: [{ id: 'heron', title: 'Heron', nodes: ['heron'] }],
  },
});
const all = { kinds: textKinds, registry };

describe('the texts of a workflow', () => {
  it('are those that people write, and no ids, ports, resources, secrets or other workflows', () => {
    const hits = searchWorkflow(workflow, { query: query('heron'), ...all });
    expect(hits.map(({ place: { of, id, path = [] }, line }) => `${of} ${id} ${path.join('.')}:${line}`)).toEqual([
      'workflow name :1',
      'workflow description :1',
      'input heron :1',
      'node ask :1',
      'config fetch url:1',
      'config fetch hosts.0:1',
      'config make expression:1',
      'config make expression:1',
      'config split branches.0.when:1',
      'note heron :2',
      'group heron :1',
    ]);
    expect(hits.at(-2)).toMatchObject({ before: 'about a ', match: 'heron', after: '' });
  });

  it('stand near the beginning of what is shown of their line', () => {
    const text = `${'a long way '.repeat(20)}to the heron, ${'and farther '.repeat(20)}`;
    const place = { of: 'note', id: 'n' } as const;
    const [hit] = hitsIn(text, { place, kind: 'notes' }, matcherOf(query('heron')));
    expect(hit).toMatchObject({ before: '…ng way to the ', match: 'heron' });
    expect(hit?.after).toHaveLength(120);
  });

  it('can be limited to some kinds', () => {
    const kinds = (wanted: (typeof textKinds)[number]) =>
      searchWorkflow(workflow, { query: query('heron'), kinds: [wanted], registry }).length;
    expect(textKinds.map(kinds)).toEqual([5, 5, 1, 0]);
  });

  it('are replaced where that leaves the workflow whole, and counted where it does not', () => {
    const { result, count, left } = replaceInWorkflow(workflow, {
      ...{ query: query('heron', { matchCase: true }), replacement: 'two\ncranes' },
      ...all,
    });
    // A name takes one line, and nothing reaches a host that is none.
    expect({ count, left }).toEqual({ count: 7, left: 2 });
    expect(result.description).toBe('About two\ncranes.');
    expect(result.nodes.find(({ id }) => id === 'ask')?.name).toBe('Ask heron');
    expect(result.nodes.find(({ id }) => id === 'fetch')?.config['hosts']).toEqual(['heron.example']);
  });

  it('are replaced only where they are meant', () => {
    const hits = searchWorkflow(workflow, { query: query('heron'), ...all });
    const second = hits.filter(({ place }) => place.id === 'make').slice(1);
    const { result, count } = replaceInWorkflow(workflow, {
      ...{ query: query('heron'), replacement: 'crane', only: second },
      ...all,
    });
    expect(count).toBe(1);
    expect(result.nodes.find(({ id }) => id === 'make')?.config['expression']).toBe('A heron {{ crane }}');
  });

  it('are all that a replacement touches, and what it leaves is a workflow', () => {
    const without = (one: Workflow) => ({
      ids: one.nodes.map(({ id, type, version, parent }) => [id, type, version, parent]),
      ...{ edges: one.edges, resources: one.resources, inputs: Object.keys(one.inputs), outputs: one.outputs },
      secrets: one.nodes.map(({ config }) => config['secrets']),
      positions: one.layout?.positions,
    });
    const letters = fc.string({
      unit: fc.constantFrom('h', 'e', 'r', 'o', 'n', ' ', '.', '\n', '{', '"'),
      maxLength: 4,
    });
    void fc.assert(
      fc.property(
        letters.filter((text) => text !== ''),
        letters,
        fc.boolean(),
        (text, replacement, matchCase) => {
          const where = query(text, { matchCase });
          const hits = searchWorkflow(workflow, { query: where, ...all });
          const { result, count, left } = replaceInWorkflow(workflow, { query: where, replacement, ...all });
          expect(count + left).toBe(hits.length);
          expect(Workflow.safeParse(result).error).toBeUndefined();
          expect(without(result)).toEqual(without(workflow));
          const faults = (one: Workflow) =>
            validateWorkflow(one, registry).map(({ code, nodeId }) => `${code} ${nodeId}`);
          expect(faults(result)).toEqual(faults(workflow));
          expect(textsOf(result, registry).length).toBeLessThanOrEqual(textsOf(workflow, registry).length);
        },
      ),
      { numRuns: 300 },
    );
  });
});
