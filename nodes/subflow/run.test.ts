import { describe, expect, it } from 'vitest';
import { AppError, type Json } from '../../app/core/nodekit/index.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { subflow } from './manifest.ts';
import { run } from './run.ts';

const face = {
  inputs: {
    question: { type: 'text' as const, required: true, description: 'What is asked.' },
    tone: { type: 'text' as const, required: true, default: 'kind' },
    hint: { type: 'text' as const, required: false },
  },
  outputs: { reply: { type: 'text' as const }, score: { type: 'number' as const, description: 'From 0.' } },
};
const config = { workflow: 'wf_one', interface: face };

function runWith(
  inputs: { [port: string]: Json },
  body: (sources: { [port: string]: Json }) => { [port: string]: Json },
) {
  const frames: number[] = [];
  const ran = runNode(subflow, run, {
    config,
    inputs,
    cap: {
      body: {
        run: async (index, sources) => {
          frames.push(index);
          return body(sources);
        },
        spent: () => ({ nanoUsd: 2_000_000, unpriced: 1 }),
      },
    },
  });
  return { ran, frames };
}

describe('subflow', () => {
  it('has the ports of the workflow that it runs', () => {
    const { inputs, outputs, sinks } = subflow.ports?.(subflow.config.parse(config)) ?? {};
    expect(inputs).toEqual({
      question: { type: 'text', help: 'What is asked.', required: true },
      tone: { type: 'text' },
      hint: { type: 'text' },
    });
    expect(outputs).toEqual({ reply: { type: 'text' }, score: { type: 'number', help: 'From 0.' } });
    expect(sinks).toEqual(outputs);
    expect(subflow.ports?.({ workflow: 'wf_one' })).toEqual({});
  });

  it('runs it once with its inputs and defaults, and gives what it gave', async () => {
    const seen: object[] = [];
    const { ran, frames } = runWith({ question: 'q' }, (sources) => {
      seen.push(sources);
      return { reply: 'r' };
    });
    expect(await ran).toMatchObject({ outputs: { reply: 'r' }, detail: { costUsd: 0.002, unpricedCalls: 1 } });
    expect(seen).toEqual([{ question: 'q', tone: 'kind' }]);
    expect(frames).toEqual([0]);
    await runWith({ question: 'q', tone: 'dry', hint: 'h' }, (sources) => {
      expect(sources).toEqual({ question: 'q', tone: 'dry', hint: 'h' });
      return {};
    }).ran;
  });

  it('fails as what is inside fails', async () => {
    const { ran } = runWith({ question: 'q' }, () => {
      throw new AppError('output.empty', { message: 'The answer is empty.' });
    });
    await expect(ran).rejects.toMatchObject({ code: 'output.empty' });
  });
});
