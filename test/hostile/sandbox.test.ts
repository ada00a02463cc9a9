import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../app/adapters/sandbox/sandbox.ts';
import type { CodeRequest } from '../../app/core/capabilities/capabilities.ts';
import { escapes } from './corpus/sandbox-escapes.ts';

const canary = 'canary-5f1d0c7e9a';
let sandbox: Sandbox;
const run = (code: string, more: Partial<CodeRequest> = {}) =>
  sandbox.run({ code, inputs: { value: 1 }, now: 0, seed: 0, timeoutMs: 300, memoryMb: 32, ...more });

const host = globalThis as { escapeCanary?: unknown; canary?: unknown };
const intrinsics = [
  Object.prototype,
  Array.prototype,
  Function.prototype,
  Promise.prototype,
  Error,
  String.prototype,
  JSON,
];
const shapes = () => intrinsics.map((one) => Reflect.ownKeys(one).map(String).sort().join());

beforeAll(() => {
  host.escapeCanary = host.canary = { secret: canary };
  process.env['ESCAPE_CANARY'] = canary;
  sandbox = createSandbox();
});
afterAll(async () => {
  await sandbox.close();
  delete host.escapeCanary;
  delete host.canary;
  delete process.env['ESCAPE_CANARY'];
});

describe('ways out of sandboxes', () => {
  it(`are typed errors here, each of ${escapes.length}, and leave the host as it was`, async () => {
    expect(escapes.length).toBeGreaterThanOrEqual(150);
    const before = shapes();
    const got = await Promise.all(escapes.map(async ([way, code]) => ({ way, code, response: await run(code) })));
    for (const { way, code, response } of got) {
      const told = `${way}: ${code.slice(0, 100)} gave ${JSON.stringify(response)}`;
      expect(['failed', 'timeout', 'memory', 'result'], told).toContain(response.fault?.kind);
      expect(JSON.stringify(response), told).not.toContain(canary);
    }
    expect(shapes()).toEqual(before);
    expect(host.escapeCanary).toEqual({ secret: canary });
    expect(({} as { escaped?: unknown }).escaped).toBeUndefined();
  });

  it('would be noticed', async () => {
    expect(await run('return [1].map((x) => x);')).toEqual({ value: [1], logs: [] });
  });
});

/** Each means to stop whatever runs it: by time, by memory, by depth, by what it gives back. */
const bombs: { [name: string]: string } = {
  loop: 'while (true);',
  'empty loop in a condition': 'for (;;) { try { for (;;); } catch {} finally { continue; } }',
  'catastrophic regex': 'return /^(a+)+$/.test("a".repeat(50) + "b");',
  'large regex': 'return new RegExp("^(?:(?:a{0,99}){0,99}){0,99}b").test("a".repeat(99));',
  'array of 3e8': 'return new Array(3e8).fill(1).length;',
  'array that grows': 'const a = []; while (true) a.push(new Array(1e5).fill("x"));',
  'deep parse': 'return JSON.parse("[".repeat(1e6));',
  'deep recursion': 'const f = (n) => f(n + 1) + 1; return f(0);',
  'recursion in a getter': 'const o = { get a() { return this.a; } }; return o;',
  'promise flood':
    'const f = () => { for (let i = 0; i < 1000; i += 1) Promise.resolve().then(f); }; f(); await new Promise(() => {});',
  'promise chain': 'const f = () => Promise.resolve().then(f); await f();',
  'string that doubles': 'let s = "x"; while (true) s += s;',
  'string that pads': 'const a = []; while (true) a.push("x".padEnd(1e7, "ab"));',
  'proxy that answers':
    'const p = new Proxy({}, { ownKeys: () => Array.from({ length: 1e6 }, (_, i) => "k" + i), getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }) }); return { ...p };',
  'proxy without end': 'const p = new Proxy({}, { getPrototypeOf: () => p, get: (t, k) => p[k] }); return p.x;',
  'proxy of a proxy': 'let p = {}; for (let i = 0; i < 1e6; i += 1) p = new Proxy(p, {}); return p.x;',
  'list that shares': 'let a = [1]; for (let i = 0; i < 40; i += 1) a = [a, a]; return a;',
  'text that escapes': 'return "\\0".repeat(3e6);',
  'toJSON without end': 'const o = { toJSON() { return { a: o }; } }; return o;',
  'spread without end': 'return [...(function* () { while (true) yield 1; })()];',
  'sort without end': 'return Array(100).fill(0).map((_, i) => i).sort(() => { while (true); });',
  'replace without end': 'return "a".repeat(1e5).replace(/a/g, () => "b".repeat(1e5));',
  'large power': 'return String(7n ** 10000000n);',
  'large buffers': 'const a = []; while (true) a.push(new Uint8Array(1e6).fill(1));',
  'map that grows': 'const m = new Map(); for (let i = 0; ; i += 1) m.set(i, { i });',
  'symbols without end': 'const o = {}; while (true) o[Symbol()] = 1;',
  'code that makes code': 'let s = "1"; while (true) s = eval("(" + JSON.stringify(s + s) + ")");',
  'wait on shared memory': 'return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);',
  'log flood': 'while (true) log("x".repeat(1e6));',
  'error in an error': 'throw new Proxy(new Error("x"), { get() { while (true); } });',
  'async iteration': 'for await (const x of (async function* () { while (true) yield 1; })());',
  finalizers: 'const r = new FinalizationRegistry(() => {}); while (true) r.register({}, 1);',
};

it('a thousand bombs in a row leave the engine answering, and no more memory than before', {
  timeout: 300_000,
}, async () => {
  const names = Object.keys(bombs);
  await run('return 1;');
  globalThis.gc?.();
  const begun = process.cpuUsage();
  const before = process.memoryUsage.rss();
  let highest = before;
  let longestSilence = 0;
  let last = performance.now();
  const heartbeat = setInterval(() => {
    const now = performance.now();
    longestSilence = Math.max(longestSilence, now - last);
    last = now;
    highest = Math.max(highest, process.memoryUsage.rss());
  }, 20);
  const kinds: { [name: string]: Set<string> } = {};
  let slowest = 0;
  let next = 0;
  const oneAfterTheOther = async (): Promise<void> => {
    while (next < 1_000) {
      const i = next;
      next += 1;
      const name = names[i % names.length] as string;
      const begin = performance.now();
      // Most meet the shortest limit that a node may set; in one round they get so far as to meet the others too.
      const timeoutMs = Math.floor(i / names.length) === 1 ? 400 : 20;
      const { fault, value } = await run(bombs[name] as string, { timeoutMs });
      slowest = Math.max(slowest, performance.now() - begin);
      kinds[name] ??= new Set();
      kinds[name].add(fault?.kind ?? `value ${JSON.stringify(value).slice(0, 40)}`);
      if (i % 50 === 0) expect((await run('return inputs.value + 1;', { timeoutMs: 5_000 })).value).toBe(2);
    }
  };
  // As many at once as the sandbox works on at once.
  await Promise.all([oneAfterTheOther(), oneAfterTheOther()]);
  clearInterval(heartbeat);
  const { user, system } = process.cpuUsage(begun);
  const cpuSeconds = (user + system) / 1e6;
  const shown = Object.entries(kinds).map(([name, found]) => `${name}: ${[...found].sort().join(', ')}`);
  console.log(
    `${shown.join('\n')}\nslowest ${slowest.toFixed(0)} ms, longest silence ${longestSilence.toFixed(0)} ms, memory +${((highest - before) / 1e6).toFixed(0)} MB, processor time ${cpuSeconds.toFixed(0)} s`,
  );
  for (const [name, found] of Object.entries(kinds))
    for (const kind of found) expect(['timeout', 'memory', 'failed', 'result'], name).toContain(kind);
  // Two engines of 64 MiB at most, and what belongs to their threads.
  expect((highest - before) / 1_048_576).toBeLessThan(200);
  // Two minutes where the machine is quiet; a worker of its own for each bomb took ten.
  expect(cpuSeconds).toBeLessThan(300);
  // Whatever the machine does beside: nothing waits for a bomb.
  expect(longestSilence).toBeLessThan(5_000);
  expect((await run('return "still here";', { timeoutMs: 5_000 })).value).toBe('still here');
});
