import { describe, expect, it } from 'vitest';
import type { CodeRequest, CodeResponse } from '../../app/core/capabilities/capabilities.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { check } from './check.ts';
import { code } from './manifest.ts';
import { run } from './run.ts';

const lines: string[] = [];
const asked: CodeRequest[] = [];
function of(response: Partial<CodeResponse>, config: object = {}, inputs: object = { value: 1 }) {
  lines.length = 0;
  asked.length = 0;
  return runNode(code, run, {
    config: { code: 'return 1;', ...config } as never,
    inputs: inputs as never,
    cap: {
      code: {
        run: async (request) => {
          asked.push(request);
          return { logs: [], ...response };
        },
      },
      clock: { now: () => 1234 },
      random: { next: () => 0.5 },
      log: { write: ({ message }) => lines.push(message) },
    },
  });
}
const about = { nodeId: 'n', connected: new Set<string>(), workflow: {} as never, prompts: new Map<string, string>() };
const two = { outputs: [{ name: 'large' }, { name: 'small', type: 'number' }] };

describe('code', () => {
  it('hands over inputs and limits, and gives the outputs that came back', async () => {
    const inputs = [{ name: 'a' }, { name: 'b', required: false }];
    const { outputs, detail } = await of(
      { value: { small: 3 }, logs: ['one', 'two'] },
      { ...two, inputs, timeoutMs: 50, memoryMb: 8 },
      { a: [1] },
    );
    expect(asked).toEqual([{ code: 'return 1;', inputs: { a: [1] }, now: 0, seed: 0, timeoutMs: 50, memoryMb: 8 }]);
    expect(outputs).toEqual({ small: 3 });
    expect(lines).toEqual(['one', 'two']);
    expect(detail).toEqual({ logs: 2 });
  });

  it.each([
    ['return now;', 1234, 0],
    ['return new Date().getTime();', 1234, 0],
    ['return random();', 0, 0.5],
    ['return Math.random() + now;', 1234, 0.5],
    ['return knowledge + randomness;', 0, 0],
  ])('records time and chance only for code that speaks of them: %s', async (text, now, seed) => {
    await of({}, { code: text });
    expect(asked[0]).toMatchObject({ now, seed });
  });

  it.each([undefined, null, {}])('stays silent when the code returns %j', async (value) => {
    expect((await of(value === undefined ? {} : { value })).outputs).toEqual({});
  });

  it.each<[string, Partial<CodeResponse>, object]>([
    ['no object', { value: 7 }, { code: 'code.result', remedy: 'Write return { result: … };' }],
    ['a list', { value: [] }, { code: 'code.result' }],
    [
      'a name that is no output',
      { value: { reslt: 1 } },
      { message: expect.stringContaining('Did you mean “result”?') },
    ],
    ['a hostile name', { value: JSON.parse('{"__proto__":{"x":1}}') }, { code: 'code.result' }],
    ['what is too large', { fault: { kind: 'result', name: '', message: 'Too large.' } }, { code: 'code.result' }],
    ['too long', { fault: { kind: 'timeout', name: '', message: '' } }, { code: 'code.timeout' }],
    [
      'too much',
      { fault: { kind: 'memory', name: 'InternalError', message: 'out of memory' } },
      { code: 'code.memory', remedy: expect.stringContaining('raise memoryMb') },
    ],
    [
      'an error',
      { fault: { kind: 'failed', name: 'TypeError', message: 'x is no function', line: 2, column: 4 } },
      {
        code: 'code.failed',
        message: 'TypeError: x is no function In: x();',
        where: 'node node1, config.code, line 2, column 4',
        data: { line: 2, column: 4 },
      },
    ],
    [
      'a thrown text',
      { fault: { kind: 'failed', name: '', message: '' } },
      { message: 'The code threw: (no message)' },
    ],
  ])('tells of %s', async (_, response, error) => {
    const failed = of({ ...response, logs: ['seen'] }, { code: 'let x;\n  x();' });
    await expect(failed).rejects.toMatchObject(error);
    expect(lines).toEqual(['seen']);
  });

  it('checks the types of its outputs', async () => {
    await expect(of({ value: { small: 'x' } }, two)).rejects.toMatchObject({
      code: 'code.result',
      message: expect.stringContaining('“small” is no number'),
    });
    const chunks = { outputs: [{ name: 'chunks', type: 'chunks' }] };
    await expect(of({ value: { chunks: [{ text: 'x' }] } }, chunks)).rejects.toMatchObject({ code: 'code.result' });
  });

  it('has the ports of its config', () => {
    const ports = code.ports?.(code.config.parse({ code: 'x', inputs: [{ name: 'a', type: 'text' }], ...two }));
    expect(ports).toEqual({
      inputs: { a: { type: 'text', required: true } },
      outputs: { large: { type: 'any' }, small: { type: 'number' } },
    });
  });

  it.each([
    { inputs: [{ name: 'a' }, { name: 'a' }] },
    { outputs: [{ name: 'error' }] },
    { outputs: [] },
    { inputs: [{ name: '__proto__' }] },
    { timeoutMs: 60_000 },
    { memoryMb: 64 },
    { code: '' },
  ])('refuses the config %j', (config) => {
    expect(code.config.safeParse({ code: 'return 1;', ...config }).success).toBe(false);
  });
});

it.each([
  ['return { result: fetch("x") };', 'the network'],
  ['import fs from "fs"; return 1;', 'modules'],
  ['const fs = require("fs"); return 1;', 'modules'],
  ['setTimeout(() => 1); return 1;', 'timers'],
  ['return process.env;', 'a process'],
  ['console.log(1); return 1;', 'a console'],
  ['1 + 1;', 'returns nothing'],
  ['return { result: inputs.value };', undefined],
])('check looks at %s', async (text, what) => {
  const findings = await check(code.config.parse({ code: text }), about);
  expect(findings).toEqual(
    what === undefined
      ? []
      : [expect.objectContaining({ severity: 'warning', message: expect.stringContaining(what) })],
  );
});
