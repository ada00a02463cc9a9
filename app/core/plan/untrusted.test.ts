import { describe, expect, it } from 'vitest';
import { registry } from '../../../nodes/registry.ts';
import { testRegistry } from '../../../test/kit/engine-nodes.ts';
import { type GraphNode, graph } from '../../../test/kit/graph.ts';
import { linkSubflows } from '../graph/link-subflows.ts';
import type { Workflow } from '../graph/workflow.ts';
import { buildPlan, type PlanNode } from './plan.ts';
import { untrustedNodes } from './untrusted.ts';

const docs: GraphNode = { id: 'docs', type: 'load-documents', config: { patterns: ['*'] } };
const merge = (id: string, parent?: string): GraphNode => ({ id, type: 'merge', ...(parent && { parent }) });
const input: GraphNode = { id: 'in', type: 'input', config: { name: 'q' } };
const box = (id: string, type: string, more: Partial<GraphNode> = {}): GraphNode => ({ id, type, ...more });
const tool = (id: string, parent = 'agent', config: GraphNode['config'] = {}): GraphNode => ({
  id,
  type: 'tool',
  parent,
  config: { name: id, description: id, ...config },
});
const agent: GraphNode = { id: 'agent', type: 'agent', config: { profile: 'm' } };
const seen = (workflow: Workflow) => {
  const { inputs, outputs } = untrustedNodes(workflow, registry);
  return { inputs: [...inputs].sort(), outputs: [...outputs].sort() };
};

describe('text of others', () => {
  it('flows along wires, and not from what a run was started with', () => {
    const given = graph([docs, input, merge('a'), merge('b'), merge('c')], ['docs.documents > a', 'a > b', 'in > c']);
    expect(seen(given)).toEqual({ inputs: ['a', 'b'], outputs: ['a', 'b', 'docs'] });
  });

  it('goes into containers and comes out of them', () => {
    const nodes = [docs, input, box('map', 'map'), merge('x', 'map'), merge('after')];
    const wires = ['map.item > x', 'x > map.result', 'map.results > after'];
    expect(seen(graph(nodes, ['in > map.items', ...wires]))).toEqual({ inputs: [], outputs: ['docs'] });
    expect(seen(graph(nodes, ['docs.documents > map.items', ...wires])).inputs).toEqual(['after', 'map', 'x']);
    // Read inside: what stands before it in the body has seen nothing of it.
    const inside = graph(
      [input, box('map', 'map'), merge('x', 'map'), { ...docs, parent: 'map' }, merge('after')],
      ['in > map.items', 'map.item > x', 'docs.documents > map.result', 'map.results > after'],
    );
    expect(seen(inside)).toEqual({ inputs: ['after'], outputs: ['after', 'docs', 'map'] });
  });

  it('comes back in the next turn of a loop', () => {
    const given = graph(
      [input, box('loop', 'loop'), merge('x', 'loop'), { ...docs, parent: 'loop' }],
      ['in > loop.state', 'loop.state > x', 'docs.documents > loop.state'],
    );
    expect(seen(given).inputs).toContain('x');
  });

  it('goes into workflows that nodes run, and comes out of them', () => {
    const flow = graph(
      [input, merge('m'), { id: 'out', type: 'output', config: { name: 'a' } }],
      ['in > m', 'm > out.value'],
    );
    const sub: GraphNode = { id: 'sub', type: 'subflow', config: { workflow: 'flow' } };
    const linked = (wire: string) =>
      linkSubflows(
        { workflow: graph([docs, input, sub, merge('after')], [wire, 'sub.a > after']), prompts: {} },
        new Map([['flow', { workflow: flow, prompts: {} }]]),
        registry,
      ).workflow;
    expect(seen(linked('docs.documents > sub.q')).inputs).toEqual(['after', 'sub', 'sub/m', 'sub/out']);
    expect(seen(linked('in > sub.q'))).toEqual({ inputs: [], outputs: ['docs'] });
  });
});

describe('tools in a plan', () => {
  const planned = (nodes: GraphNode[], wires: string[]) =>
    buildPlan(graph([docs, input, agent, ...nodes], wires), registry).root.nodes.find(
      ({ id }) => id === 'agent',
    ) as PlanNode;
  const offers = (node: PlanNode) =>
    Object.fromEntries([...(node.tools ?? [])].map(([id, { offer }]) => [id, [offer.effects, offer.untrusted]]));

  it('are told by what is inside whether they act, and whether they give text of others', () => {
    const node = planned(
      [
        tool('reads'),
        { id: 'load', type: 'load-documents', parent: 'reads', config: { patterns: ['*'] } },
        tool('writes'),
        { id: 'each', type: 'map', parent: 'writes' },
        { id: 'put', type: 'index', parent: 'each', config: { collection: 'c', embedder: 'e' } },
        tool('says', 'agent', { effects: 'yes' }),
        tool('denies', 'agent', { effects: 'no' }),
        { id: 'put2', type: 'index', parent: 'denies', config: { collection: 'c', embedder: 'e' } },
        tool('captures'),
        merge('m', 'captures'),
        tool('asks'),
        { id: 'person', type: 'human-review', parent: 'asks' },
        { ...tool('off'), disabled: true },
      ],
      ['load.documents > reads.result', 'docs.documents > m', 'm > captures.result', 'in > agent.task'],
    );
    expect(offers(node)).toEqual({
      reads: [false, true],
      writes: [true, false],
      says: [true, false],
      denies: [false, false],
      captures: [false, true],
      asks: [false, false],
    });
    expect(node.untrustedInput).toBe(false);
  });

  it('are approved each time where something inside cannot be taken back, whatever the file says', () => {
    const nodes = [
      agent,
      tool('final', 'agent', { approval: 'untrusted', effects: 'no' }),
      { id: 'send', type: 't-send', parent: 'final', config: { id: 'letter' } },
    ];
    const [node] = buildPlan(graph(nodes, []), new Map([...testRegistry, ...registry])).root.nodes;
    expect(node?.tools?.get('final')?.offer).toMatchObject({ approval: 'effects', effects: true });
  });

  it('know where the input of their agent comes from', () => {
    expect(planned([tool('t')], ['docs.documents > agent.messages']).untrustedInput).toBe(true);
    // What a tool reads does not come in: it counts once it is called.
    const reads = planned(
      [tool('t'), { id: 'load', type: 'load-documents', parent: 't', config: { patterns: ['*'] } }],
      ['in > agent.task', 'load.documents > t.result'],
    );
    expect(reads.untrustedInput).toBe(false);
  });
});
