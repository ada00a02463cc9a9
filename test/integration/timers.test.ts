import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openHost } from '../../app/hosts/compose.ts';
import { type ContractService, createContractService } from '../../app/hosts/contract-router.ts';
import { runCommand } from '../kit/run-command.ts';
import { runHere } from '../kit/run-here.ts';

const folder = mkdtempSync(join(tmpdir(), 'pipewright-timers-'));
const workspace = join(folder, 'workspace');
const command = (...args: string[]) => runHere(args, { cwd: workspace });

beforeAll(async () => {
  expect((await runHere(['init', 'workspace'], { cwd: folder })).code).toBe(0);
  const node = (id: string, type: string, config: object) => ({ id, type, version: 1, config });
  const edge = (id: string, from: [string, string], to: [string, string]) => ({
    id,
    from: { node: from[0], port: from[1] },
    to: { node: to[0], port: to[1] },
  });
  writeFileSync(
    join(workspace, 'workflows/pause.flow.json'),
    JSON.stringify({
      format: 1,
      id: 'wf_pause',
      name: 'Pause',
      inputs: { time: { type: 'text' } },
      outputs: { said: { type: 'any' } },
      nodes: [
        node('time', 'input', { name: 'time' }),
        node('rest', 'wait', { title: 'Time to think' }),
        node('said', 'output', { name: 'said' }),
      ],
      edges: [
        edge('e1', ['time', 'value'], ['rest', 'value']),
        edge('e2', ['time', 'value'], ['rest', 'config/for']),
        edge('e3', ['rest', 'value'], ['said', 'value']),
      ],
    }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a short pause is waited for; a long one ends the command, and is shown with its time', async () => {
  const short = await command('run', 'pause', '--input', 'time=300ms');
  expect(short).toMatchObject({ code: 0, stdout: expect.stringContaining('300ms') });
  const long = await command('run', 'pause', '--input', 'time=30d');
  expect(long.code).toBe(3);
  expect(long.stderr).toMatch(/waits for 1 timer:\n {2}Time to think: \d{4}-/);
  const [listed] = JSON.parse((await command('runs', '--json')).stdout);
  expect(listed).toMatchObject({ status: 'waiting', openWaits: 1 });
  expect(Math.abs(listed.dueAt - Date.now() - 30 * 86_400_000)).toBeLessThan(600_000);
  expect((await command('runs')).stdout).toMatch(/waiting until \d{4}-\d\d-\d\d/);
  expect((await command('trace')).stdout).toMatch(/timer {3}Time to think: open/);
  // Nobody is asked anything, and nobody can answer.
  expect(JSON.parse((await command('review', 'list', '--json')).stdout)).toEqual([]);
  expect((await command('resume', 'last')).code).toBe(3);
  expect((await command('resume', '--due')).stderr).toContain('No run waits for a time that has come.');
  await command('runs', 'cancel', 'last');
});

it('a run whose time has come is taken up by resume --due', async () => {
  // A process that has ended by the time.
  const parked = await runCommand(['run', 'pause', '--input', 'time=500ms', '--hold', '0s', '--json'], {
    cwd: workspace,
  });
  expect(parked.code).toBe(3);
  const { runId, dueAt } = JSON.parse(parked.stdout);
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - Date.now()) + 20));
  const due = await command('resume', '--due');
  expect(due).toMatchObject({ code: 0, stdout: expect.stringContaining('500ms') });
  const trace = JSON.parse((await command('trace', runId, '--json')).stdout);
  expect(trace).toMatchObject({ status: 'succeeded', waits: [{ kind: 'timer', state: 'expired' }] });
  expect((await command('replay', runId)).code).toBe(0);
});

it('a host that lives on takes runs up by itself', async () => {
  const host = await openHost({ folder: workspace, env: {}, profileDir: join(folder, '.home') });
  let service: ContractService | undefined;
  try {
    const runs = await host.runs();
    const started = await runs.start({ workflow: 'pause', inputs: { time: { json: '400ms' } }, holdMs: 0 });
    const { status, dueAt = 0 } = await started.result;
    expect(status).toBe('waiting');
    service = createContractService(host);
    const state = () => runs.list({ search: started.runId })[0]?.status;
    for (const limit = Date.now() + 60_000; state() !== 'succeeded' && Date.now() < limit; )
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(state()).toBe('succeeded');
    const [rest] = (await runs.events(started.runId)).filter(({ type }) => type === 'wait.expired');
    expect(rest?.at).toBeGreaterThanOrEqual(dueAt);
  } finally {
    await service?.close();
    await host.close();
  }
});

it('a wrong use is told', async () => {
  expect((await command('resume')).stderr).toContain('No run was named.');
  expect((await command('resume', 'last', '--due')).code).toBe(2);
  expect((await command('run', 'pause', '--hold', 'soon')).stderr).toContain('duration');
});
