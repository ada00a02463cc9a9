import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { testRegistry } from '../../test/kit/engine-nodes.ts';
import { snapshotOf, testPorts } from '../../test/kit/engine-ports.ts';
import { type GraphNode, graph } from '../../test/kit/graph.ts';
import { createMemoryJournal } from '../../test/kit/memory-journal.ts';
import type { Json } from '../core/graph/json.ts';
import { validateWorkflow } from '../core/graph/validate-workflow.ts';
import { defineNode } from '../core/nodekit/define-node.ts';
import { createEngine } from './engine.ts';

/** Gives one list out of many, and would throw if it ever worked. */
const joiner = defineNode({
  type: 't-joiner',
  version: 1,
  family: 'logic',
  title: 'Joiner',
  summary: 'Never works.',
  config: z.strictObject({}),
  inputs: { query: { type: 'text', required: true }, lists: { type: 'list', many: true, required: true } },
  outputs: { list: { type: 'list' }, count: { type: 'number' } },
  needs: [],
  effect: 'pure',
});
const registry = new Map([
  ...testRegistry,
  [
    't-joiner',
    {
      manifest: joiner,
      run: async () => () => {
        throw new Error('it worked');
      },
    },
  ] as const,
]);

const input: GraphNode = { id: 'in', type: 't-input', config: { name: 'question' } };
const output: GraphNode = { id: 'out', type: 't-output', config: { name: 'answer' } };

async function ran(nodes: readonly GraphNode[], wires: readonly string[], given: Json) {
  const workflow = graph([input, ...nodes, output], wires);
  expect(validateWorkflow(workflow, registry)).toEqual([]);
  const journal = createMemoryJournal();
  const engine = createEngine({ ...testPorts(journal), registry });
  const { result } = await engine.start(snapshotOf(workflow), { question: given });
  const done = await result;
  const events = await journal.events(done.runId);
  const end = (node: string) => events.find((event) => 'node' in event && event.node === node);
  return { done, end, engine };
}

describe('a bypassed step', () => {
  const branch: GraphNode = { id: 'b', type: 't-branch', config: { to: 'b' }, bypassed: true };

  it('gives what came in at its main input, at its main output alone, without working', async () => {
    const wires = ['in > b.value', 'b.a > out.value', 'b.b > side'];
    const { done, end, engine } = await ran([branch, { id: 'side', type: 't-text', config: { id: 's' } }], wires, 'q');
    expect(done).toMatchObject({ status: 'succeeded', outputs: { answer: 'q' } });
    expect(end('b')).toMatchObject({
      type: 'step.finished',
      outputs: { a: { value: 'q' } },
      detail: { bypassed: true },
    });
    expect(end('side')).toMatchObject({ type: 'step.skipped', reason: 'silent' });
    expect(await engine.replay(done.runId)).toMatchObject({ differences: [] });
  });

  it('lays the values of several wires end to end, and wants no other input', async () => {
    const lists: GraphNode[] = [
      { id: 'one', type: 't-list', config: { count: 2 } },
      { id: 'two', type: 't-list', config: { count: 1 } },
      { id: 'join', type: 't-joiner', bypassed: true },
    ];
    const wires = ['in > one', 'in > two', 'one.items > join.lists', 'two.items > join.lists', 'join.list > out.value'];
    const { done } = await ran(lists, wires, 'q');
    expect(done).toMatchObject({ status: 'succeeded', outputs: { answer: ['0:q', '1:q', '0:q'] } });
  });

  it('fails with a value that its output may not have, and stays silent without one', async () => {
    const join: GraphNode = { id: 'join', type: 't-joiner', bypassed: true };
    const { done } = await ran([join], ['in > join.lists', 'join.list > out.value'], 'no list');
    expect(done).toMatchObject({ status: 'failed', error: { code: 'step.input' } });
    const off: GraphNode = { id: 'off', type: 't-text', config: { id: 'o' }, disabled: true };
    const silent = await ran([off, branch], ['in > off', 'off > b.value', 'b.a > out.value'], 'q');
    expect(silent.end('b')).toMatchObject({ type: 'step.skipped', reason: 'silent', ports: ['value'] });
  });

  it('takes personal values into its care', async () => {
    const { end } = await ran([{ ...branch, personal: true }], ['in > b.value', 'b.a > out.value'], 'Ada');
    expect(JSON.stringify(end('b'))).not.toContain('Ada');
  });
});
