import { afterAll, describe, expect, it } from 'vitest';
import type { CodeRequest } from '../../core/capabilities/capabilities.ts';
import { createSandbox } from './sandbox.ts';

const sandbox = createSandbox();
afterAll(() => sandbox.close());
const run = (code: string, more: Partial<CodeRequest> = {}) =>
  sandbox.run({ code, inputs: {}, now: 0, seed: 0, timeoutMs: 1_000, memoryMb: 32, ...more });
const value = async (code: string, more: Partial<CodeRequest> = {}) => {
  const response = await run(code, more);
  expect(response.fault).toBeUndefined();
  return response.value;
};

describe('the sandbox for code', () => {
  it('gives what the code returns, as JSON', async () => {
    expect(await value('return { a: [1, "ß🙂", null, true], b: undefined, c: new Date(0), d: NaN };')).toEqual({
      a: [1, 'ß🙂', null, true],
      c: '1970-01-01T00:00:00.000Z',
      d: null,
    });
    for (const code of ['', 'return;', 'return undefined;', 'return () => 1;'])
      expect(await run(code)).toEqual({ logs: [] });
  });

  it('gets copies of its inputs', async () => {
    const inputs = { list: [1, 2], text: '{{7*7}}', ['__proto__']: { x: 1 } };
    expect(await value('inputs.list.push(3); return [inputs.list, inputs.text];', { inputs })).toEqual([
      [1, 2, 3],
      '{{7*7}}',
    ]);
    expect(inputs.list).toEqual([1, 2]);
  });

  it('waits for promises, also chains of them', async () => {
    expect(await value('return await Promise.all([1, 2].map(async (x) => x * 2));')).toEqual([2, 4]);
    expect(await run('await new Promise(() => {}); return 1;')).toMatchObject({
      fault: { kind: 'failed', message: expect.stringContaining('promise') },
    });
    expect(await value('let n = 0; for (let i = 0; i < 5000; i += 1) n += await 1; return n;')).toBe(5000);
  });

  it('tells line and column of what went wrong', async () => {
    expect((await run('const a = 1;\n\n  a.b.c;')).fault).toEqual({
      kind: 'failed',
      name: 'TypeError',
      message: "cannot read property 'c' of undefined",
      line: 3,
      column: expect.any(Number),
    });
    expect((await run('let x = 1;\nlet = ;')).fault).toMatchObject({ kind: 'failed', name: 'SyntaxError', line: 2 });
    expect((await run('function f() {\n  throw new RangeError("no");\n}\nf();')).fault).toMatchObject({
      name: 'RangeError',
      message: 'no',
      line: 2,
    });
    expect((await run('throw "a text";')).fault).toEqual({ kind: 'failed', name: '', message: 'a text' });
    expect((await run('throw { get message() { throw 1; } };')).fault).toMatchObject({ kind: 'failed' });
  });

  it('is told the recorded time and chance and no other, nor a zone', async () => {
    const code =
      'return [now, Date.now(), new Date().toISOString(), new Date(0).getTimezoneOffset(), random(), Math.random()];';
    const first = await value(code, { now: 1_700_000_000_123, seed: 0.25 });
    expect(first).toEqual([
      1_700_000_000_123,
      1_700_000_000_123,
      '2023-11-14T22:13:20.123Z',
      0,
      expect.any(Number),
      expect.any(Number),
    ]);
    expect(await value(code, { now: 1_700_000_000_123, seed: 0.25 })).toEqual(first);
    expect(await value(code, { now: 1_700_000_000_123, seed: 0.26 })).not.toEqual(first);
    const draws = (await value('return Array.from({ length: 2000 }, random);', { seed: 0.5 })) as number[];
    expect(draws.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(new Set(draws).size).toBeGreaterThan(1_990);
    expect(draws.reduce((sum, x) => sum + x, 0) / draws.length).toBeCloseTo(0.5, 1);
  });

  it('keeps what it logs, also before a fault, bounded', async () => {
    expect((await run('log("a", { b: 1 }, 2n, undefined, new Error("e")); return 1;')).logs).toEqual([
      'a {"b":1} 2 undefined Error: e',
    ]);
    expect(await run('log("before"); throw new Error("x");')).toMatchObject({
      logs: ['before'],
      fault: { kind: 'failed' },
    });
    expect((await run('log("before"); while (true);', { timeoutMs: 100 })).logs).toEqual(['before']);
    const { logs } = await run('for (let i = 0; i < 300; i += 1) log("x".repeat(9000));');
    expect(logs.length).toBe(200);
    expect(logs[0]?.length).toBe(2_000);
  });

  it('starts every job anew', async () => {
    const break_ =
      'globalThis.left = 1; Object.prototype.left = 2; Array.prototype.map = () => "mine"; Math.random = () => 7;';
    // Each of the two workers gets both, whichever of them is next.
    for (let i = 0; i < 4; i += 1) await run(break_, { now: 5, seed: 0.5 });
    for (let i = 0; i < 4; i += 1) {
      const code = 'return [typeof left, [1].map((x) => x), ({}).left === undefined, Math.random() < 1, Date.now()];';
      expect(await value(code)).toEqual(['undefined', [1], true, true, 0]);
    }
  });

  it.each<[string, string, Partial<CodeRequest>, string]>([
    ['a loop', 'while (true);', {}, 'timeout'],
    ['waits without end', 'for (;;) await null;', {}, 'timeout'],
    ['a result that is too long', 'return "x".repeat(4_000_001);', {}, 'result'],
    ['a result that is too deep', 'let a = 1; for (let i = 0; i < 300; i += 1) a = [a]; return a;', {}, 'result'],
    ['a large list', 'return new Array(3e8).fill(1).length;', {}, 'memory'],
    ['inputs that are too large', 'return 1;', { inputs: { a: 'x'.repeat(8_000_001) } }, 'memory'],
    [
      'inputs that do not fit into memory',
      'return 1;',
      { inputs: { a: Array(200_000).fill({ a: [1] }) }, memoryMb: 4 },
      'memory',
    ],
    ['deep recursion', 'const f = () => f() + 1; f();', {}, 'failed'],
    ['a circle', 'const a = {}; a.a = a; return a;', {}, 'failed'],
    ['a big integer', 'return { a: 1n };', {}, 'failed'],
  ])('stops %s', async (_, code, more, kind) => {
    // Only what never ends may meet its limit: a busy machine is slow with the rest.
    const timeoutMs = kind === 'timeout' ? 500 : 10_000;
    expect(await run(code, { timeoutMs, ...more })).toMatchObject({ fault: { kind } });
    expect(await value('return 7;')).toBe(7);
  });

  it('stops promises that wait for more and more of each other, at whichever limit comes first', async () => {
    const code = 'const f = () => Promise.resolve().then(f); await f();';
    for (const timeoutMs of [500, 60_000])
      expect((await run(code, { timeoutMs })).fault?.kind).toMatch(/^(timeout|memory)$/);
    expect(await value('return 7;')).toBe(7);
  });

  it.each([
    ['a chain of promises', 'const f = () => Promise.resolve().then(f); await f();', 32],
    ['one in little memory, whose last link is dropped', 'const f = () => Promise.resolve().then(f); await f();', 4],
    ['functions that wait for each other', 'const f = async () => { await null; await f(); }; await f();', 8],
  ])('says that memory was short where there was no room for an error: %s', async (_, code, memoryMb) => {
    expect((await run(code, { timeoutMs: 60_000, memoryMb })).fault).toMatchObject({ kind: 'memory' });
  });

  it('takes a null that the code itself throws for what it is', async () => {
    for (const code of ['throw null;', 'await Promise.reject(null);'])
      expect((await run(code)).fault).toEqual({ kind: 'failed', name: '', message: 'null' });
  });

  it('keeps no memory of what has run, and is ready again at once', async () => {
    const fill = 'const a = []; for (let i = 0; i < 6; i += 1) a.push(new Uint8Array(1e6).fill(1)); return a.length;';
    await value('return 1;');
    const begun = process.cpuUsage();
    const before = process.memoryUsage.rss();
    let highest = before;
    for (let i = 0; i < 60; i += 1) {
      expect(await value(fill, { timeoutMs: 10_000 })).toBe(6);
      highest = Math.max(highest, process.memoryUsage.rss());
    }
    // Sixty times 6 MB, and what each instance begins with, would be more.
    expect((highest - before) / 1_048_576).toBeLessThan(250);
    const { user, system } = process.cpuUsage(begun);
    // A worker of its own for each took 150 ms of processor time and more.
    expect((user + system) / 1_000 / 60).toBeLessThan(80);
  }, 60_000);

  it('runs two at a time, the others in their order, and lets one in the queue be cancelled', async () => {
    const slow = 'const end = 3e6; let n = 0; while (n < end) n += 1; return n;';
    const controller = new AbortController();
    const order: number[] = [];
    const jobs = [0, 1, 2, 3].map((i) => run(slow).then(() => order.push(i)));
    const cancelled = sandbox.run(
      { code: slow, inputs: {}, now: 0, seed: 0, timeoutMs: 1_000, memoryMb: 32 },
      { signal: controller.signal },
    );
    controller.abort(new Error('no longer wanted'));
    await expect(cancelled).rejects.toThrow('no longer wanted');
    await Promise.all(jobs);
    // The third begins when one has ended, the fourth when two have.
    expect(order.indexOf(2)).toBeGreaterThanOrEqual(1);
    expect(order.indexOf(3)).toBeGreaterThanOrEqual(2);
  });

  it('ends a job that is cancelled while it works', async () => {
    const controller = new AbortController();
    const job = sandbox.run(
      { code: 'while (true);', inputs: {}, now: 0, seed: 0, timeoutMs: 60_000, memoryMb: 32 },
      { signal: controller.signal },
    );
    setTimeout(() => controller.abort(new Error('stop')), 100);
    await expect(job).rejects.toThrow('stop');
  });

  it('works no more once it is closed, and leaves no worker behind', async () => {
    const other = createSandbox();
    const job = other.run({ code: 'while (true);', inputs: {}, now: 0, seed: 0, timeoutMs: 5_000, memoryMb: 32 });
    await other.run({ code: 'return 1;', inputs: {}, now: 0, seed: 0, timeoutMs: 1_000, memoryMb: 32 });
    await other.close();
    expect(await job.catch((error: Error) => error)).toBeTruthy();
    await expect(
      other.run({ code: 'return 1;', inputs: {}, now: 0, seed: 0, timeoutMs: 1_000, memoryMb: 32 }),
    ).rejects.toMatchObject({ code: 'internal' });
  });
});
