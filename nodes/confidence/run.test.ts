import { describe, expect, it } from 'vitest';
import { chunkOf } from '../../test/kit/chunk.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { check } from './check.ts';
import { confidence } from './manifest.ts';
import { run } from './run.ts';

const chunk = (id: string, score: number, text = '', scores?: { [name: string]: number }) =>
  chunkOf(id, text, { score, ...(scores && { scores }) });
const context = {
  text: '',
  tokens: 0,
  dropped: [],
  chunks: [
    { ...chunk('a', 0.9, 'Backups run every night.', { coverage: 0.8 }), marker: '1', tokens: 4 },
    { ...chunk('b', 0.3, 'Prices rise.'), marker: '2', tokens: 2 },
  ],
};
const answer = (text: string, markers: string[], abstained = false) => ({
  text,
  citations: markers.map((marker) => ({ marker })),
  abstained,
});
const verdict = (passed: boolean, warnings = 0) => ({
  passed,
  repairs: 0,
  reasks: 0,
  findings: Array.from({ length: warnings }, () => ({ rule: 'r', severity: 'warning', message: 'm' })),
});
const judge = async (inputs: { [port: string]: unknown }, config = {}) =>
  (await runNode(confidence, run, { config, inputs })).outputs as {
    confidence: { score: number; calibrated: boolean; parts: { [part: string]: number }; reasons: string[] };
    score: number;
  };

describe('confidence', () => {
  it('takes margin, relevance, support and validation together and says that it is not calibrated', async () => {
    const { confidence: result, score } = await judge({
      context,
      answer: answer('Backups run each night [1].', ['1']),
      verdict: verdict(true),
    });
    expect(result.parts['margin']).toBeCloseTo(2 / 3);
    expect(result.parts['relevance']).toBe(0.8);
    expect(result.parts['support']).toBeCloseTo(1);
    expect(result.parts['validation']).toBe(1);
    expect(result.score).toBeCloseTo((2 / 3 + 0.8 + 2 + 1) / 5);
    expect(score).toBe(result.score);
    expect(result.calibrated).toBe(false);
    expect(result.reasons).toHaveLength(4);
  });

  it('falls when the answer says what the cited chunk does not, or cites nothing', async () => {
    expect((await judge({ context, answer: answer('Prices rise [1].', ['1']) })).confidence.parts['support']).toBe(0);
    expect((await judge({ context, answer: answer('Backups run.', []) })).confidence.parts['support']).toBe(0);
  });

  it('is 0 for an abstention and at most 0.3 for a rejected answer', async () => {
    expect((await judge({ context, answer: answer('Backups run every night. [1]', ['1'], true) })).score).toBe(0);
    expect((await judge({ context, verdict: verdict(false) }, { weights: { validation: 0 } })).score).toBe(0.3);
  });

  it('counts warnings, weights, and leaves out what is not there', async () => {
    expect((await judge({ verdict: verdict(true, 2) })).score).toBeCloseTo(0.7);
    expect((await judge({ verdict: verdict(true, 9) })).score).toBe(0.5);
    expect(
      (await judge({ chunks: [chunk('a', 1), chunk('b', 0.5)], verdict: verdict(true) }, { weights: { margin: 3 } }))
        .score,
    ).toBeCloseTo((3 * 0.5 + 1) / 4);
    const nothing = await judge({ chunks: [chunk('a', 1)] });
    expect(nothing.score).toBe(0);
    expect(nothing.confidence.reasons).toContain('Nothing that has a weight could be judged.');
  });
});

describe('check', () => {
  const about = (...ports: string[]) => ({
    nodeId: 'n',
    connected: new Set(ports),
    workflow: {} as never,
    prompts: new Map(),
  });
  it('wants something to judge by, and the context beside an answer', async () => {
    const config = confidence.config.parse({});
    expect((await check(config, about())).map(({ severity }) => severity)).toEqual(['error']);
    expect((await check(config, about('answer'))).map(({ severity }) => severity)).toEqual(['warning']);
    expect(await check(config, about('answer', 'context'))).toEqual([]);
  });
});
