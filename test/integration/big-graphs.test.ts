import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { readWorkflow } from '../../app/core/graph/read-workflow.ts';
import { validateWorkflow } from '../../app/core/graph/validate-workflow.ts';
import type { Workflow } from '../../app/core/graph/workflow.ts';
import { createEngine } from '../../app/engine/engine.ts';
import { registry } from '../../nodes/registry.ts';
import { modelResponse, snapshotOf, testHost, testPorts } from '../kit/engine-ports.ts';
import { type GraphNode, graph } from '../kit/graph.ts';
import { temporaryWorkspace } from '../kit/temporary-store.ts';

const workspace = temporaryWorkspace();
afterAll(() => workspace.remove());

const wide = Array.from({ length: 200 }, (_, i) => `b${String(i).padStart(3, '0')}`);
const MODEL_MS = 20;
const input: GraphNode = { id: 'in', type: 'input', config: { name: 'x' } };
const output: GraphNode = { id: 'out', type: 'output', config: { name: 'y' } };

/** A workflow written as a file, read and checked as every file is, on the real engine and the real store. */
function prepare(workflow: Workflow, host = testHost({})) {
  const { workflow: read } = readWorkflow(JSON.stringify(workflow), registry);
  expect(validateWorkflow(read, registry)).toEqual([]);
  const store = workspace.open({ now: () => Date.now() });
  const newId = (prefix: string) => `${prefix}_${randomUUID()}`;
  const engine = createEngine({ ...testPorts(store.journal, { registry, host }), newId });
  const snapshot = snapshotOf(read);
  return async (x: string | number) => {
    const begin = performance.now();
    const started = await engine.start(snapshot, { x });
    const result = await started.result;
    const ms = performance.now() - begin;
    return { result, ms, succeeded: store.runs.getRun(started.runId).counts.succeeded };
  };
}

it('runs a chain of 2,000 nodes and gives its output', async () => {
  const links = Array.from({ length: 1_998 }, (_, i) => `t${i}`);
  const workflow = graph(
    [
      input,
      ...links.map((id): GraphNode => ({ id, type: 'transform', config: { expression: 'value + 1.0' } })),
      output,
    ],
    [
      ...links.map((id, i) => `${i === 0 ? 'in' : links[i - 1]}.value > ${id}.value`),
      `${links.at(-1)}.value > out.value`,
    ],
  );
  expect(workflow.nodes).toHaveLength(2_000);
  const { result, ms, succeeded } = await prepare(workflow)(0);
  expect(result).toMatchObject({ status: 'succeeded', outputs: { y: 1_998 } });
  expect(succeeded).toBe(2_000);
  console.log(`2,000-node chain: ${ms.toFixed(0)} ms, ${((ms * 1000) / 2_000).toFixed(0)} µs a step`);
});

it('runs 200 branches at the same time', async () => {
  let working = 0;
  let most = 0;
  const answer = async () => {
    working += 1;
    most = Math.max(most, working);
    await sleep(MODEL_MS);
    working -= 1;
    return 'answer';
  };
  const workflow = graph(
    [
      input,
      {
        id: 'ask',
        type: 'prompt',
        config: { messages: [{ role: 'user', template: '{{ text }}' }], variables: ['text'] },
      },
      ...wide.map((id): GraphNode => ({ id, type: 'model', config: { profile: 'paid', citations: 'none' } })),
      { id: 'join', type: 'merge' },
      output,
    ],
    [
      'in.value > ask.text',
      ...wide.flatMap((id) => [`ask.messages > ${id}.messages`, `${id}.text > join.values`]),
      'join.value > out.value',
    ],
  );
  const host = testHost({ generate: async () => modelResponse(await answer()) });
  const run = prepare(workflow, host);
  // The first run loads the code of the nodes; of the others the quickest counts, since the machine has other work.
  let quickest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 6; i += 1) {
    most = 0;
    const { result, ms } = await run('x');
    expect(result.status).toBe('succeeded');
    expect(result.outputs['y']).toEqual(wide.map(() => 'answer'));
    expect(most).toBe(200);
    if (i > 0) quickest = Math.min(quickest, ms);
  }
  let bare = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i += 1) {
    const begin = performance.now();
    await Promise.all(wide.map(answer));
    bare = Math.min(bare, performance.now() - begin);
  }
  const serial = wide.length * MODEL_MS;
  console.log(
    `200 branches of ${MODEL_MS} ms: ${quickest.toFixed(0)} ms, ${(quickest / bare).toFixed(2)} × a bare promise loop, ${(serial / quickest).toFixed(0)} × faster than one after the other`,
  );
  // A bound against loss of parallelism, not a figure of speed: those are the bench's.
  expect(quickest).toBeLessThan(serial / 5);
});
