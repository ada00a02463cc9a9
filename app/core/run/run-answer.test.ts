import { describe, expect, it } from 'vitest';
import { registry } from '../../../nodes/registry.ts';
import type { Workflow } from '../graph/workflow.ts';
import { givenOutputs, runAnswer } from './run-answer.ts';

const node = (id: string, type: string, config: Workflow['nodes'][number]['config']) => ({
  id,
  type,
  version: 1,
  config,
});
const wire = (id: string, to: string) => ({ id, from: { node: 'in', port: 'value' }, to: { node: to, port: 'value' } });

const workflow: Workflow = {
  ...{ format: 1, id: 'wf_1', name: 'One', resources: {} },
  inputs: { question: { type: 'text', required: true } },
  outputs: { log: { type: 'text' }, answer: { type: 'answer' }, score: { type: 'number' } },
  nodes: [
    node('in', 'input', { name: 'question' }),
    node('a', 'output', { name: 'answer' }),
    node('b', 'output', { name: 'log' }),
    node('c', 'output', { name: 'score' }),
  ],
  edges: [wire('e1', 'a'), wire('e2', 'b'), wire('e3', 'c')],
};
const steps = (...ids: string[]) => ids.map((step) => ({ step, state: 'succeeded' }));
const given = (...ids: string[]) => givenOutputs(workflow, registry, steps(...ids));

describe('the answer of a run', () => {
  it('is of the outputs that were given out, in the order of the workflow', () => {
    expect(given('in', 'c', 'a', 'b').map(({ name, step }) => [name, step])).toEqual([
      ['log', 'b'],
      ['answer', 'a'],
      ['score', 'c'],
    ]);
    expect(givenOutputs(workflow, registry, [{ step: 'a', state: 'skipped' }])).toEqual([]);
  });

  it('is an answer before a text before anything else', () => {
    expect(runAnswer(given('a', 'b', 'c'))?.name).toBe('answer');
    expect(runAnswer(given('b', 'c'))?.name).toBe('log');
    expect(runAnswer(given('c'))?.name).toBe('score');
    expect(runAnswer([])).toBeUndefined();
  });
});
