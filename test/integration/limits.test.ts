import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { graph } from '../kit/graph.ts';
import { runCommand } from '../kit/run-command.ts';

let workspace: string;
let server: Server;
/** Calls that the server works on, and the most there ever were. */
let under = 0;
let most = 0;
let asked = 0;
let answerMs = 20;

beforeEach(async () => {
  workspace = mkdtempSync(join(tmpdir(), 'pipewright-limited-'));
  mkdirSync(join(workspace, 'workflows'));
  [under, most, asked, answerMs] = [0, 0, 0, 20];
  server = createServer((request, response) => {
    request.resume();
    under += 1;
    asked += 1;
    most = Math.max(most, under);
    setTimeout(() => {
      under -= 1;
      const choices = [{ index: 0, message: { role: 'assistant', content: 'pong' }, finish_reason: 'stop' }];
      const usage = { prompt_tokens: 6, completion_tokens: 1, total_tokens: 7 };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices, usage }));
    }, answerMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const workflow = graph(
    [
      { id: 'in', type: 'input', config: { name: 'x' } },
      { id: 'each', type: 'map', config: { concurrency: 8 } },
      {
        id: 'ask',
        type: 'prompt',
        config: { messages: [{ role: 'user', template: 'Ping {{ text }}' }], variables: ['text'] },
        parent: 'each',
      },
      { id: 'answer', type: 'model', config: { profile: 'm', citations: 'none' }, parent: 'each' },
      { id: 'out', type: 'output', config: { name: 'y' } },
    ],
    [
      'in.value > each.items',
      'each.item > ask.text',
      'ask.messages > answer.messages',
      'answer.text > each.result',
      'each.results > out.value',
    ],
  );
  writeFileSync(join(workspace, 'workflows/ask.flow.json'), JSON.stringify(workflow));
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(workspace, { recursive: true, force: true });
});

function configure(more: object): void {
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const profile = { use: 'chat', provider: 'openai-compatible', model: 'm', baseUrl, ...more };
  writeFileSync(
    join(workspace, 'pipewright.json'),
    JSON.stringify({ format: 1, name: 'Limited', profiles: { m: profile } }),
  );
}
const run = (count: number) =>
  runCommand(['run', 'ask', '--input', `x=${JSON.stringify(Array.from({ length: count }, (_, i) => i))}`, '--json'], {
    cwd: workspace,
  });

it('keeps two processes of one workspace within the calls in flight of an account', async () => {
  configure({ limits: { inFlight: 2 } });
  const ends = await Promise.all([run(12), run(12)]);
  for (const { code, stderr } of ends) expect([code, stderr]).toEqual([0, expect.any(String)]);
  expect(asked).toBe(24);
  expect(most).toBe(2);
  expect(readdirSync(join(workspace, '.pipewright'))).toContain('limits.db');
  // The wait is told where the call is told of.
  const trace = await runCommand(['trace', 'last', '--json'], { cwd: workspace });
  expect(trace.stdout).toMatch(/"queuedMs": ?[1-9]/);
});

it('fails a call that no place comes free for in time, with a code that a fallback can answer', async () => {
  answerMs = 2000;
  configure({ limits: { inFlight: 1 }, queueMs: 100 });
  const { code, stdout } = await run(2);
  expect(code).toBe(1);
  expect(JSON.parse(stdout).error).toMatchObject({ code: 'provider.queue_timeout', class: 'rate_limit.queue' });
  expect(asked).toBe(1);
});

it('frees the place of a process that was killed in the middle of its call', async () => {
  answerMs = 600_000;
  configure({ limits: { inFlight: 1 } });
  const killed = runCommand(['run', 'ask', '--input', 'x=[1]'], {
    cwd: workspace,
    onStart: (child) => {
      const dying = setInterval(() => {
        if (asked === 0) return;
        clearInterval(dying);
        child.kill('SIGKILL');
      }, 10);
    },
  });
  expect((await killed).code).toBe(null);
  server.closeAllConnections();
  answerMs = 20;
  // A lease alone would hold it for longer than a call waits at most here.
  configure({ limits: { inFlight: 1 }, queueMs: 30_000 });
  const { code } = await run(1);
  expect([code, asked]).toEqual([0, 2]);
});
