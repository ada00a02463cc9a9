import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { registry } from '../../../nodes/registry.ts';
import { expectCpuWithin } from '../../../test/kit/cpu-time.ts';
import { type GraphNode, graph } from '../../../test/kit/graph.ts';
import { shuffled } from '../../../test/kit/json-arbitrary.ts';
import { Frames } from '../graph/frames.ts';
import type { Workflow } from '../graph/workflow.ts';
import { buildPlan, type PlanFrame } from './plan.ts';
import { ancestorsOf, descendantsOf } from './slice.ts';

const merge = (id: string, parent?: string): GraphNode => ({ id, type: 'merge', ...(parent && { parent }) });
const ids = (frame: PlanFrame | undefined) => frame?.nodes.map(({ id }) => id);

/** A graph without circles over the root and one container, its nodes named in an order that says nothing. */
const graphs = fc
  .record({
    size: fc.integer({ min: 1, max: 14 }),
    links: fc.array(fc.tuple(fc.nat(13), fc.nat(13)), { maxLength: 30 }),
    inside: fc.array(fc.boolean(), { minLength: 14, maxLength: 14 }),
    order: fc.shuffledSubarray([...'abcdefghijklmn'], { minLength: 14 }),
  })
  .map(({ size, links, inside, order }) => {
    const name = (i: number) => order[i] as string;
    // The box stands in the middle of the order: what lies in it reads the first half, the second half reads it.
    const half = Math.floor(size / 2);
    const isIn = (i: number) => inside[i] === true && i >= half;
    const nodes: GraphNode[] = [{ id: 'box', type: 'cache' }];
    for (let i = 0; i < size; i += 1) nodes.push(merge(name(i), isIn(i) ? 'box' : undefined));
    const wires = links.flatMap(([a, b]) => {
      const [from, to] = [Math.min(a, b) % size, Math.max(a, b) % size];
      if (from >= to || (isIn(from) && !isIn(to)) || (!isIn(from) && isIn(to) && from >= half)) return [];
      return [`${name(from)} > ${name(to)}`];
    });
    return graph(nodes, [...new Set(wires)]);
  });

describe('a plan', () => {
  it('puts every node after all that it waits for, in each frame', () => {
    fc.assert(
      fc.property(graphs, (workflow) => {
        const plan = buildPlan(workflow, registry);
        const box = plan.root.nodes.find(({ id }) => id === 'box');
        const place = new Map((ids(plan.root) ?? []).map((id, i) => [id, i]));
        const inner = new Map((ids(box?.body) ?? []).map((id, i) => [id, i]));
        expect(place.size + inner.size).toBe(workflow.nodes.length);
        for (const { from, to } of workflow.edges) {
          if (inner.has(from.node)) expect(inner.get(from.node)).toBeLessThan(inner.get(to.node) as number);
          else expect(place.get(from.node)).toBeLessThan(place.get(inner.has(to.node) ? 'box' : to.node) as number);
        }
        plan.root.nodes.forEach((node, i) => {
          expect(node.order).toBe(i);
          expect(node.waitsFor).toBe(plan.root.nodes.flatMap(({ wakes }) => wakes).filter((to) => to === i).length);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on the order in the file', () => {
    fc.assert(
      fc.property(graphs, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (workflow, stream) => {
        const random = () => stream.next().value as number;
        const other = { ...workflow, nodes: shuffled(workflow.nodes, random), edges: shuffled(workflow.edges, random) };
        const facts = (given: Workflow) =>
          buildPlan(given, registry).root.nodes.map(({ id, memoBase, wires, wakes, body }) => [
            id,
            memoBase,
            wires,
            wakes,
            ids(body),
          ]);
        expect(facts(other)).toEqual(facts(workflow));
      }),
      { numRuns: 100 },
    );
  });

  it('leads wires outwards by frames and to inner ports', () => {
    const workflow = graph(
      [
        merge('a'),
        { id: 'box', type: 'cache' },
        { id: 'in', type: 'cache', parent: 'box' },
        merge('x', 'in'),
        { id: 'out', type: 'output', config: { name: 'r' } },
      ],
      [
        'a > box.key',
        'box.key > in.key',
        'a > x',
        'box.key > x',
        'in.key > x',
        'x > in.value',
        'in.value > box.value',
        'box.value > out.value',
      ],
    );
    const plan = buildPlan(workflow, registry);
    expect([...plan.outputs.keys()]).toEqual(['r']);
    const box = plan.root.nodes[1];
    const inner = box?.body?.nodes[0];
    expect(inner?.body?.nodes[0]?.wires.map(({ source }) => source)).toEqual([
      { kind: 'node', up: 2, order: 0, port: 'value' },
      { kind: 'source', up: 1, port: 'key' },
      { kind: 'source', up: 0, port: 'key' },
    ]);
    expect(box?.captures.map(({ source }) => source)).toEqual([{ kind: 'node', up: 0, order: 0, port: 'value' }]);
    expect(box?.body?.sinks).toMatchObject([
      { port: 'value', source: { kind: 'node', up: 0, order: 0, port: 'value' } },
    ]);
  });

  it('knows a container by all that is inside it', () => {
    const make = (expression: string, nested: boolean) =>
      graph(
        [
          { id: 'box', type: 'map' },
          ...(nested ? [{ id: 'mid', type: 'cache', parent: 'box' }] : []),
          { id: 't', type: 'transform', parent: nested ? 'mid' : 'box', config: { expression } },
        ],
        [
          'box.item > t.value',
          ...(nested ? ['t.value > mid.value', 'mid.value > box.result'] : ['t.value > box.result']),
        ],
      );
    const base = (workflow: Workflow) => buildPlan(workflow, registry).root.nodes[0]?.memoBase;
    const all = [make('value', false), make('value + 1', false), make('value', true), make('value + 1', true)].map(
      base,
    );
    expect(new Set(all).size).toBe(4);
    expect(base(make('value', true))).toBe(all[2]);
  });

  it('leaves out notes and, with targets, all that they do not need', () => {
    const workflow = graph([merge('a'), merge('b'), merge('c'), { id: 'n', type: 'note' }], ['a > b', 'b > c']);
    expect(ids(buildPlan(workflow, registry).root)).toEqual(['a', 'b', 'c']);
    expect(ids(buildPlan(workflow, registry, ['b']).root)).toEqual(['a', 'b']);
  });

  it('is made in little time for thousands of containers between thousands of wires', async () => {
    const nodes = Array.from({ length: 2_400 }, (_, i): GraphNode[] => [
      { id: `c${i}`, type: 'cache' },
      merge(`m${i}`, `c${i}`),
    ]).flat();
    const wires = Array.from({ length: 2_399 }, (_, i) => [
      `c${i}.value > c${i + 1}.key`,
      `c${i}.key > m${i}`,
      `m${i} > c${i}.value`,
      `c${i}.value > m${i + 1}`,
    ]).flat();
    const workflow = graph(nodes, wires);
    await expectCpuWithin(3_000, () => {
      expect(buildPlan(workflow, registry).root.nodes).toHaveLength(2_400);
    });
  });
});

describe('slices', () => {
  const reach = (workflow: Workflow, start: string, from: 'from' | 'to', to: 'from' | 'to') => {
    const found = new Set([start]);
    for (let before = -1; before !== found.size; ) {
      before = found.size;
      for (const edge of workflow.edges) if (found.has(edge[from].node)) found.add(edge[to].node);
    }
    return found;
  };

  it('upwards hold a target, all it needs, containers whole, and are closed', () => {
    fc.assert(
      fc.property(graphs, fc.nat(13), (workflow, pick) => {
        const frames = new Frames(workflow.nodes);
        const target = (workflow.nodes[pick % workflow.nodes.length] as { id: string }).id;
        const kept = ancestorsOf(workflow, frames, [target]);
        const root = frames.liftTo(target, null) as string;
        expect(kept.has(root)).toBe(true);
        for (const { from, to } of workflow.edges) if (kept.has(to.node)) expect(kept.has(from.node)).toBe(true);
        for (const { id, parent } of workflow.nodes)
          if (parent !== undefined) expect(kept.has(id)).toBe(kept.has(parent));
        // Nothing more: in the root frame, with each container as one, just what reaches the target.
        const lifted = workflow.edges.map(({ from, to }) => [
          frames.liftTo(from.node, null),
          frames.liftTo(to.node, null),
        ]);
        const needed = new Set<string | undefined>([root]);
        for (let before = -1; before !== needed.size; ) {
          before = needed.size;
          for (const [from, to] of lifted) if (needed.has(to)) needed.add(from);
        }
        expect([...kept].filter((id) => frames.parentOf(id) === null).sort()).toEqual([...needed].sort());
        // A plan of the slice is a part of the whole plan, in its order.
        const whole = ids(buildPlan(workflow, registry).root) ?? [];
        const part = ids(buildPlan(workflow, registry, [target]).root) ?? [];
        expect([...part].sort()).toEqual(whole.filter((id) => kept.has(id)).sort());
      }),
      { numRuns: 300 },
    );
  });

  it('downwards hold what hangs on a start, and the containers of what does', () => {
    fc.assert(
      fc.property(graphs, fc.nat(13), (workflow, pick) => {
        const frames = new Frames(workflow.nodes);
        const start = (workflow.nodes[pick % workflow.nodes.length] as { id: string }).id;
        const reached = descendantsOf(workflow, frames, [start]);
        for (const id of reach(workflow, start, 'from', 'to')) expect(reached.has(id)).toBe(true);
        for (const id of reached) {
          const parent = frames.parentOf(id);
          if (parent !== null) expect(reached.has(parent)).toBe(true);
        }
        for (const { from, to } of workflow.edges) if (reached.has(from.node)) expect(reached.has(to.node)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('of chosen nodes are as expected', () => {
    const workflow = graph(
      [merge('a'), merge('b'), { id: 'box', type: 'cache' }, merge('x', 'box'), merge('y', 'box'), merge('c')],
      ['a > x', 'b > box.key', 'x > y', 'y > box.value', 'box.value > c'],
    );
    const frames = new Frames(workflow.nodes);
    expect([...ancestorsOf(workflow, frames, ['x'])].sort()).toEqual(['a', 'b', 'box', 'x', 'y']);
    expect([...ancestorsOf(workflow, frames, ['b'])]).toEqual(['b']);
    expect([...descendantsOf(workflow, frames, ['a'])].sort()).toEqual(['a', 'box', 'c', 'x', 'y']);
    expect([...descendantsOf(workflow, frames, ['c'])]).toEqual(['c']);
  });
});
