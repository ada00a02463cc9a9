import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { runCommand } from '../kit/run-command.ts';

/** Requests of nodes in processes that are killed while the server works on them. */
const folder = mkdtempSync(join(tmpdir(), 'pipewright-http-crash-'));
const workspace = join(folder, 'ws');
let seen: { method: string; headers: IncomingHttpHeaders }[] = [];
let answer: (outgoing: ServerResponse) => void;
let host = '';
const server = createServer((incoming, outgoing) => {
  incoming.resume();
  incoming.on('end', () => {
    seen.push({ method: incoming.method ?? '', headers: incoming.headers });
    answer(outgoing);
  });
});
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect((await runCommand(['init', 'ws'], { cwd: folder })).code).toBe(0);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  seen = [];
});

const command = (args: string[], onStart?: (child: ChildProcess) => void) =>
  runCommand([...args, '--grant', `local-network:${host}`], { cwd: workspace, ...(onStart && { onStart }) });

/** Runs a request, kills the process while the server holds it, and goes on. @returns how resuming ended */
async function crashed(config: object) {
  const nodes = [
    { id: 'ask', type: 'http-request', version: 1, config: { url: `${host}/a`, ...config } },
    { id: 'out', type: 'output', version: 1, config: { name: 'out' } },
  ];
  const edges = [{ id: 'e', from: { node: 'ask', port: 'body' }, to: { node: 'out', port: 'value' } }];
  const flow = { format: 1, id: 'wf_crash', name: 'Crash', outputs: { out: { type: 'any' } }, nodes, edges };
  writeFileSync(join(workspace, 'workflows/crash.flow.json'), JSON.stringify(flow));
  let child: ChildProcess | undefined;
  answer = () => child?.kill('SIGKILL');
  const killed = await command(['run', 'crash'], (started) => {
    child = started;
  });
  expect([killed.code, seen.length]).toEqual([null, 1]);
  answer = (outgoing) => outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{"done":true}');
  return command(['resume', 'last', '--json']);
}

it.each([
  ['GET', {}],
  ['PUT', {}],
  ['DELETE', {}],
  ['POST', { idempotencyHeader: 'Idempotency-Key' }],
])('%s %j is made again after a crash, with the same key', async (method, more) => {
  const resumed = await crashed({ method, ...more });
  expect([resumed.code, JSON.parse(resumed.stdout).outputs]).toEqual([0, { out: { done: true } }]);
  const keys = seen.map(({ headers }) => headers['idempotency-key']);
  expect(keys).toHaveLength(2);
  expect(keys[1]).toBe(keys[0]);
  expect(keys[0] !== undefined).toBe('idempotencyHeader' in more);
});

it.each(['POST', 'PATCH'])('%s without a key is not: a person says whether it happened', async (method) => {
  const waiting = await crashed({ method });
  expect([waiting.code, seen.length]).toEqual([3, 1]);
  const decided = await runCommand(
    [
      'review',
      'decide',
      'last',
      'happened',
      '--value',
      'response={"status":200,"headers":{},"text":"told","bytes":4,"origins":[],"ms":1}',
      '--no-resume',
    ],
    { cwd: workspace },
  );
  expect(decided.code).toBe(0);
  const resumed = await command(['resume', 'last', '--json']);
  expect([resumed.code, JSON.parse(resumed.stdout).outputs, seen.length]).toEqual([0, { out: 'told' }, 1]);
});
