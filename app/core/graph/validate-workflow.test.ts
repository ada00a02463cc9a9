import { describe, expect, it } from 'vitest';
import { registry } from '../../../nodes/registry.ts';
import { type GraphNode, graph } from '../../../test/kit/graph.ts';
import { findCycles, waitsFor } from './cycle.ts';
import { edgeKind, Frames } from './frames.ts';
import { boundField, nodePorts } from './node-ports.ts';
import { accepts, needsCheck, portTypeNames } from './ports.ts';
import { readWorkflow } from './read-workflow.ts';
import { validateWorkflow } from './validate-workflow.ts';
import { Workflow } from './workflow.ts';
import { issuesError, jsonPath } from './workflow-issue.ts';

const expression = { expression: 'value' };
const t = (id: string, parent?: string): GraphNode => ({
  id,
  type: 'transform',
  config: expression,
  ...(parent && { parent }),
});
const merge = (id: string, parent?: string): GraphNode => ({ id, type: 'merge', ...(parent && { parent }) });
const container = (id: string, parent?: string): GraphNode => ({ id, type: 'cache', ...(parent && { parent }) });

/** root: a, outer{ b, inner{ c } }, d */
const nested = graph(
  [t('a'), container('outer'), t('b', 'outer'), container('inner', 'outer'), t('c', 'inner'), t('d')],
  [
    'a.value > outer.key',
    'outer.key > b.value',
    'b.value > inner.key',
    'inner.key > c.value',
    'c.value > inner.value',
    'inner.value > outer.value',
    'outer.value > d.value',
    'a.value > c.config/language',
    'b.value > c.config/variables',
    'outer.key > c.config/language',
    'outer.key > outer.value',
    'c.value > d.value',
    'b.value > d.value',
    'd.value > inner.value',
  ],
);
const frames = new Frames(nested.nodes);

describe('frames', () => {
  it('know who lies in whom', () => {
    expect(frames.around('c')).toEqual(['inner', 'outer', null]);
    expect(frames.around('a')).toEqual([null]);
    expect([
      frames.liftTo('c', null),
      frames.liftTo('c', 'outer'),
      frames.liftTo('c', 'inner'),
      frames.liftTo('a', 'outer'),
    ]).toEqual(['outer', 'inner', 'c', undefined]);
    expect([frames.has('c'), frames.has('x'), frames.parentOf('c'), frames.parentOf('a')]).toEqual([
      true,
      false,
      'inner',
      null,
    ]);
  });

  it('tell how each wire lies', () => {
    expect(nested.edges.map((edge) => edgeKind(edge, frames))).toEqual([
      'wire',
      'source',
      'wire',
      'source',
      'sink',
      'sink',
      'wire',
      'wire',
      'wire',
      'source',
      'through',
      'illegal',
      'illegal',
      'wire',
    ]);
  });
});

describe('circles', () => {
  const circles = (nodes: GraphNode[], wires: string[]) => {
    const workflow = graph(nodes, wires);
    return findCycles(workflow, new Frames(workflow.nodes)).map(({ nodes: names }) => names.join(' '));
  };
  it.each([
    [['a > b', 'b > c', 'a > c'], []],
    [['a > b', 'b > a'], ['a b a']],
    [['a > b', 'b > c', 'c > b'], ['b c b']],
    [
      ['a > b', 'b > c', 'c > a', 'b > a'],
      ['a b c a', 'a b a'],
    ],
  ])('of %j are %j', (wires, found) => {
    const nodes = ['a', 'b', 'c'].map((id) => merge(id));
    expect(circles(nodes, wires).sort()).toEqual([...found].sort());
  });

  it('run through containers: what reads a node inside makes the container wait', () => {
    const nodes = [merge('a'), container('box'), merge('x', 'box')];
    expect(circles(nodes, ['a > x.values', 'box.value > a.values'])).toEqual(['a box a']);
    expect(circles(nodes, ['a > x.values', 'box.key > x.values', 'x.value > box.value'])).toEqual([]);
    const workflow = graph(nodes, ['a > x.values']);
    expect(waitsFor(workflow, new Frames(workflow.nodes))).toEqual(new Map([['a', [{ to: 'box', edge: 'e0000' }]]]));
  });

  it('are sought without recursion and told in small number', () => {
    const ids = Array.from({ length: 5_000 }, (_, i) => `n${i}`);
    const chain = ids.slice(1).map((id, i) => `${ids[i]} > ${id}`);
    expect(
      circles(
        ids.map((id) => merge(id)),
        chain,
      ),
    ).toEqual([]);
    expect(
      circles(
        ids.map((id) => merge(id)),
        [...chain, ...ids.map((id) => `${id} > n0`)],
      ).length,
    ).toBe(20);
  });
});

describe('ports', () => {
  it('join equal types, wider ones and lists of things', () => {
    for (const type of portTypeNames) {
      expect([accepts(type, type), accepts('any', type), accepts(type, 'any'), needsCheck(type, type)]).toEqual([
        true,
        true,
        true,
        false,
      ]);
    }
    expect([
      accepts('list', 'chunks'),
      accepts('chunks', 'list'),
      accepts('text', 'number'),
      accepts('messages', 'text'),
    ]).toEqual([true, false, false, false]);
    expect([
      needsCheck('text', 'any'),
      needsCheck('any', 'text'),
      needsCheck('list', 'chunks'),
      needsCheck('json', 'any'),
    ]).toEqual([true, false, false, false]);
  });

  it('of a node are the fixed ones, those of its config, and the error port when its policy sends errors there', () => {
    const { manifest } = registry.get('router') as { manifest: never };
    const config = { branches: [{ name: 'yes', when: 'true' }], default: false, mode: 'first-match', variables: ['x'] };
    expect(Object.keys(nodePorts({}, manifest, config).outputs)).toEqual(['yes']);
    const ports = nodePorts({ policy: { onError: { action: 'port' } } }, manifest, config);
    expect([Object.keys(ports.inputs), Object.keys(ports.outputs)]).toEqual([
      ['value', 'x'],
      ['yes', 'error'],
    ]);
    expect(Object.keys(nodePorts({}, (registry.get('map') as { manifest: never }).manifest, {}).sources)).toEqual([
      'item',
      'index',
    ]);
  });

  it('bind config fields that exist, and nothing that every object has', () => {
    const { manifest } = registry.get('model') as { manifest: never };
    expect(
      ['config/profile', 'config/toString', 'config/__proto__', 'config/', 'profile'].map((port) =>
        boundField(port, manifest),
      ),
    ).toEqual(['profile', undefined, undefined, undefined, undefined]);
  });
});

describe('validation', () => {
  const sound = () =>
    graph(
      [
        { id: 'in', type: 'input', config: { name: 'a' } },
        t('x'),
        { id: 'out', type: 'output', config: { name: 'b' } },
      ],
      ['in.value > x.value', 'x.value > out.value'],
    );

  it('finds nothing in a sound workflow', () => expect(validateWorkflow(sound(), registry)).toEqual([]));

  it('tells every fault, each with code, path and remedy', () => {
    const workflow = sound();
    Object.assign(workflow.nodes[1] as object, { type: 'trasform' });
    (workflow.outputs as { [name: string]: unknown })['c'] = { type: 'any' };
    (workflow.inputs as { [name: string]: unknown })['n'] = { type: 'number', required: false, default: 'many' };
    workflow.edges.push({
      id: 'dangling',
      from: { node: 'nobody', port: 'value' },
      to: { node: 'out', port: 'value' },
    });
    const issues = validateWorkflow(workflow, registry);
    expect(issues.map(({ code, path }) => [code, path])).toEqual([
      ['workflow.unknown_node_type', '$.nodes[1].type'],
      ['workflow.edge_endpoint', '$.edges[2].from.node'],
      ['workflow.interface', '$.inputs.n.default'],
      ['workflow.interface', '$.outputs.c'],
    ]);
    for (const { message, remedy } of issues)
      expect([message, remedy]).toEqual([expect.stringMatching(/\S/), expect.stringMatching(/\S/)]);
  });

  it('lets a disabled node lack its wires, and takes no output from it', () => {
    const workflow = sound();
    Object.assign(workflow.nodes[2] as object, { disabled: true });
    workflow.edges.pop();
    expect(validateWorkflow(workflow, registry).map(({ code, path }) => [code, path])).toEqual([
      ['workflow.interface', '$.outputs.b'],
    ]);
  });

  it('allows 16 containers in each other and not 17', () => {
    const boxes = (count: number) =>
      graph(
        Array.from({ length: count }, (_, i) => ({
          ...container(`c${i}`),
          disabled: true,
          ...(i > 0 && { parent: `c${i - 1}` }),
        })),
        [],
      );
    expect(validateWorkflow(boxes(17), registry)).toEqual([]);
    expect(validateWorkflow(boxes(18), registry)).toMatchObject([
      { code: 'workflow.parent', path: '$.nodes[17].parent' },
    ]);
  });

  it('reads wires that say the port of a bound field, once', () => {
    const wires = ['a.value > b.value', 'a.value > b.config/language', 'a.value > b.config/language'];
    const start = { id: 'in', type: 'input', config: { name: 'x' } };
    const issues = validateWorkflow(graph([start, t('a'), t('b')], ['in.value > a.value', ...wires]), registry);
    expect(issues.map(({ code }) => code)).toEqual(['workflow.edge_crowded']);
  });

  it('wants one limit for a concurrency group', () => {
    const at = (id: string, limit: number) => ({ ...t(id), policy: { concurrency: { group: 'g', limit } } });
    const limits = (...nodes: GraphNode[]) =>
      validateWorkflow(graph(nodes, []), registry).filter(({ path }) => path.endsWith('limit'));
    expect(limits(at('a', 2), at('b', 2))).toEqual([]);
    expect(limits(at('a', 2), at('b', 3))).toMatchObject([
      { path: '$.nodes[1].policy.concurrency.limit', nodeId: 'b' },
    ]);
  });

  it.each([
    ['transform', 'expression'],
    ['query', 'sql'],
    ['router', 'branches'],
    ['prompt', 'messages'],
    ['log', 'message'],
  ])('lets no wire fill what %s evaluates', (type, field) => {
    const { examples } = registry.get(type)?.manifest ?? {};
    const workflow = graph(
      [t('a'), { id: 'b', type, config: examples?.[0]?.config as never }],
      [`a.value > b.config/${field}`],
    );
    const refused = validateWorkflow(workflow, registry).find(({ message }) => message.includes('is evaluated'));
    expect(refused).toMatchObject({ code: 'workflow.edge_endpoint', path: '$.edges[0].to.port' });
  });
});

describe('reading', () => {
  it('gives the workflow with its defaults, and says whether a node was migrated', () => {
    const { workflow, migrated } = readWorkflow(
      '{"format":1,"id":"wf_abc","name":"x","nodes":[],"edges":[]}',
      registry,
    );
    expect({ workflow, migrated }).toEqual({
      workflow: { format: 1, id: 'wf_abc', name: 'x', nodes: [], edges: [], inputs: {}, outputs: {}, resources: {} },
      migrated: false,
    });
  });

  it('keeps unknown types and names of every script', () => {
    const node = {
      id: 'a',
      type: 'from-the-future',
      version: 7,
      config: { any: ['thing'] },
      name: 'مراجعة · 審查 · Prüfung 🧪',
    };
    const { workflow } = readWorkflow(
      JSON.stringify({ format: 1, id: 'wf_abc', name: 'x', nodes: [node], edges: [] }),
      registry,
    );
    expect(workflow.nodes).toEqual([node]);
  });

  it.each([
    ['prompts/answer.md', true],
    ['prompts/de/größe 2.v1.md', true],
    ['prompts/../a.md', false],
    ['prompts/.md', false],
    ['xprompts/a.md', false],
  ])('of the prompt file %s is possible: %s', (file, fits) => {
    const resources = { prompts: { a: { file } } };
    expect(Workflow.safeParse({ format: 1, id: 'wf_abc', name: 'x', nodes: [], edges: [], resources }).success).toBe(
      fits,
    );
  });
});

describe('issues', () => {
  it('name their place as a JSON path', () => {
    expect(jsonPath(['nodes', 3, 'config', 'odd key', 'a-b', '$x'])).toBe('$.nodes[3].config["odd key"].a-b.$x');
    expect(jsonPath([])).toBe('$');
  });

  it('make one error with the first in its message and the rest in its data', () => {
    const issue = (i: number) => ({
      code: 'workflow.schema' as const,
      severity: 'error' as const,
      path: `$.x[${i}]`,
      message: `Fault ${i}.`,
      remedy: 'Mend it.',
    });
    const error = issuesError(
      [{ ...issue(0), severity: 'warning' }, ...Array.from({ length: 60 }, (_, i) => issue(i + 1))],
      'a.flow.json',
    );
    expect(error).toMatchObject({
      code: 'workflow.schema',
      message: 'Fault 1. (and 59 more)',
      where: 'a.flow.json at $.x[1]',
      remedy: 'Mend it.',
      data: { more: 11 },
    });
    expect(error.data?.['issues']).toHaveLength(50);
  });
});
