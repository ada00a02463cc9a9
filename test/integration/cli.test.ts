import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../app/core/run/events.ts';
import { compileCache } from '../kit/compile-cache.ts';
import { type CommandOptions, runCommand } from '../kit/run-command.ts';
import { runHere } from '../kit/run-here.ts';

const root = mkdtempSync(join(tmpdir(), 'pipewright-cli-'));
const workspace = join(root, 'handbook');
const pipewright = (args: string[], options: Partial<CommandOptions> = {}) =>
  runHere(args, { cwd: workspace, ...options });
const json = async (args: string[], options: Partial<CommandOptions> = {}) =>
  JSON.parse((await pipewright([...args, '--json'], options)).stdout);

const node = (id: string, type: string, config: object = {}) => ({ id, type, version: 1, config });
const edge = (id: string, from: string, to: string) => {
  const [[a, p], [b, q]] = [from.split('.'), to.split('.')];
  return { id, from: { node: a, port: p }, to: { node: b, port: q } };
};
function writeFlow(name: string, flow: object): void {
  const whole = { format: 1, id: `wf_${name}`, name, ...flow };
  writeFileSync(join(workspace, `workflows/${name}.flow.json`), JSON.stringify(whole));
}

beforeAll(async () => {
  const made = await runCommand(['init', 'handbook'], { cwd: root });
  expect(made).toMatchObject({ code: 0 });
  writeFlow('shout', {
    inputs: { text: { type: 'text' }, times: { type: 'number', required: false, default: 1 } },
    outputs: { loud: { type: 'any' } },
    nodes: [
      node('text', 'input', { name: 'text' }),
      node('times', 'input', { name: 'times' }),
      node('mark', 'transform', { expression: "value + '!'" }),
      node('twice', 'transform', { expression: 'value + value' }),
      node('loud', 'output', { name: 'loud' }),
    ],
    edges: [
      edge('e1', 'text.value', 'mark.value'),
      edge('e2', 'mark.value', 'twice.value'),
      edge('e3', 'twice.value', 'loud.value'),
    ],
  });
  writeFlow('ask', {
    inputs: { text: { type: 'text' } },
    outputs: { said: { type: 'any' } },
    nodes: [
      node('text', 'input', { name: 'text' }),
      node('person', 'human-review', {
        title: 'Look at this',
        actions: ['approve', 'reject'],
        form: {
          type: 'object',
          properties: { grade: { type: 'integer', minimum: 1, maximum: 5 } },
          required: ['grade'],
        },
      }),
      node('said', 'output', { name: 'said' }),
    ],
    edges: [edge('e1', 'text.value', 'person.payload'), edge('e2', 'person.approved', 'said.value')],
  });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('init', () => {
  it('makes a workspace whose workflow answers at once, with a citation that leads to the line', async () => {
    const { code, stdout, stderr } = await pipewright([
      'run',
      'answer',
      '-q',
      '-i',
      'question=How many tools may members borrow?',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [, line] = /documents\/handbook\.md:(\d+)/.exec(stdout) ?? [];
    const quoted = readFileSync(join(workspace, 'documents/handbook.md'), 'utf8').split('\n')[Number(line) - 1];
    expect(quoted).toContain('Members may borrow up to three tools');
    expect(stdout).toContain('Members may borrow up to three tools for seven days. [1]');
  });

  it('changes nothing in a workspace', async () => {
    const before = readFileSync(join(workspace, 'pipewright.json'), 'utf8');
    const again = await pipewright(['init']);
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expect(again.stderr).toContain('workspace.exists');
    expect(readFileSync(join(workspace, 'pipewright.json'), 'utf8')).toBe(before);
  });
});

describe('looking back where nothing ran', () => {
  it('says so and makes no database, which a workspace that cannot be written would refuse', async () => {
    const folder = join(root, 'fresh');
    await runHere(['init', 'fresh'], { cwd: root });
    const state = join(folder, '.pipewright');
    rmSync(state, { recursive: true, force: true });
    // Refuses a database to anyone, also to the one whom permissions do not stop.
    writeFileSync(state, '');
    const at = (args: string[]) => runHere(args, { cwd: folder });
    expect(await at(['runs'])).toEqual({ code: 0, stdout: '', stderr: 'No runs.\n' });
    expect(JSON.parse((await at(['runs', '--json'])).stdout)).toEqual([]);
    expect(await at(['review', 'list'])).toEqual({ code: 0, stdout: '', stderr: 'Nothing waits for a person.\n' });
    const trace = await at(['trace']);
    expect(trace).toMatchObject({ code: 4, stdout: '' });
    expect(trace.stderr).toContain('There are no runs yet.');
    expect((await at(['trace', 'run_nope'])).stderr).toContain('run.not_found');
    expect((await at(['runs', '--before', 'last'])).stderr).toContain('run.not_found');
    expect((await at(['run', 'answer', '-q', '-i', 'question=a'])).stderr).toContain('storage.');
  }, 60_000);
});

describe('run', () => {
  it('prints results on stdout and progress on stderr', async () => {
    const { code, stdout, stderr } = await runCommand(['run', 'shout', '--input', 'text=hey'], { cwd: workspace });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'hey!hey!\n' });
    expect(stderr).toContain('✓ mark');
    expect(stderr).not.toContain('\u001b');
  });

  it('takes inputs from stdin and files, and lets --input win', async () => {
    const input = JSON.stringify({ text: 'a', times: 3 });
    expect((await json(['run', 'shout', '--inputs', '-'], { input })).outputs).toEqual({ loud: 'a!a!' });
    writeFileSync(join(root, 'case.json'), input);
    expect((await json(['run', 'shout', '--inputs', '../case.json', '-i', 'text=b'])).outputs).toEqual({
      loud: 'b!b!',
    });
  });

  it.concurrent.each([
    [['run', 'shuot'], 4, 'workflow.missing', 'shout'],
    [['run', 'shout'], 2, 'run.input', 'text'],
    [['run', 'shout', '-i', 'txt=1'], 2, 'run.input', 'Did you mean “text”?'],
    [['run', 'shout', '-i', 'text=a', '-i', 'times=many'], 2, 'run.input', 'number'],
    [['run', 'shout', '--inputs', '-'], 2, 'run.input', 'not JSON'],
    [['run', 'shout', '--inptus', '-'], 2, 'cli.usage', 'Did you mean “--inputs”?'],
    [['run', 'shout', '-i', 'text'], 2, 'cli.usage', 'name=value'],
    [['run', 'shout', '--fork', 'last'], 2, 'cli.usage', '--at'],
    [['run', 'shout', '-i', 'text=a', '--to', 'marc'], 4, 'run.step_not_found', 'mark'],
    [['rn', 'shout'], 2, 'cli.usage', 'run'],
    [['nodes', 'retreiver'], 4, 'cli.unknown', 'retriever'],
    [['trace', 'run_nope'], 4, 'run.not_found', ''],
    [['search', 'dosc', 'x'], 4, 'collection.missing', 'docs'],
    [['ingest', 'dosc'], 4, 'collection.missing', 'docs'],
    [['run', 'shout', '-w', '/'], 4, 'workspace.missing', 'pipewright init'],
    [['review', 'decide', 'wait_nope', 'approve'], 4, 'review.not_found', ''],
    [['schema', 'workflo'], 4, 'cli.unknown', 'workflow'],
    [['completion', 'bsh'], 2, 'cli.usage', 'bash'],
  ])('%j exits with %i and names code, fault, place and remedy', async (args, code, errorCode, hint) => {
    const options = args.includes('-') ? { input: '' } : {};
    const ended = await pipewright(args, options);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toContain(errorCode);
    expect(ended.stderr).toContain('where:');
    expect(ended.stderr).toContain('remedy:');
    expect(ended.stderr.replace(/\s+/g, ' ')).toContain(hint);
    expect(ended.stderr).not.toMatch(/\n\s+at .*:\d+:\d+/);
    const wire = await pipewright([...args, '--json'], options);
    if (wire.stdout !== '') expect(JSON.parse(wire.stdout).error).toMatchObject({ message: expect.any(String) });
  });

  it('refuses hostile stdin', async () => {
    const deep = await pipewright(['run', 'shout', '--inputs', '-'], { input: '['.repeat(100_000) });
    expect(deep).toMatchObject({ code: 2 });
    const large = await pipewright(['run', 'shout', '--inputs', '-'], { input: `"${'x'.repeat(11 * 1_048_576)}"` });
    expect(large).toMatchObject({ code: 2 });
    expect(large.stderr).toContain('MB');
    const keys = await pipewright(['run', 'shout', '--inputs', '-'], { input: '{"__proto__": {"text": "a"}}' });
    expect(keys).toMatchObject({ code: 2 });
  });

  it('prints its events as JSON lines without a gap', async () => {
    const { stdout } = await pipewright(['run', 'shout', '-i', 'text=a', '--events']);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RunEvent | { type: 'step.running' });
    const events = lines.filter((line): line is RunEvent => 'seq' in line);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    expect(events.at(-1)?.type).toBe('run.finished');
  });

  it('runs to a node, from a node, with pins, and forks with edits', async () => {
    const to = await json(['run', 'shout', '-i', 'text=a', '--to', 'mark']);
    expect(to).toMatchObject({ status: 'succeeded', outputs: {}, targets: { mark: { value: 'a!' } } });
    const shown = await pipewright(['run', 'shout', '-q', '-i', 'text=a', '--to', 'mark']);
    expect(shown).toMatchObject({ code: 0, stdout: 'a!\n', stderr: '' });
    const two = await pipewright(['run', 'shout', '-q', '-i', 'text=a', '--to', 'mark', '--to', 'loud']);
    expect(two.stdout).toBe('loud: a!a!\nmark.value: a!\n');
    const whole = await json(['run', 'shout', '-i', 'text=a']);
    const from = await json(['run', 'shout', '--from', 'twice', '--of', whole.runId]);
    expect(from.outputs).toEqual({ loud: 'a!a!' });
    const { steps } = await json(['trace', from.runId]);
    expect(
      Object.fromEntries(steps.map((step: { node: string; state: string }) => [step.node, step.state])),
    ).toMatchObject({
      mark: 'cached',
      twice: 'succeeded',
    });
    expect((await json(['run', 'shout', '-i', 'text=a', '--pin', 'mark.value="p"'])).outputs).toEqual({ loud: 'pp' });
    const fork = await json(['run', '--fork', whole.runId, '--at', 'twice', '--edit', 'twice.value="q"']);
    expect(fork.outputs).toEqual({ loud: 'qq' });
    expect((await json(['trace', fork.runId])).origin).toMatchObject({
      kind: 'fork',
      parent: whole.runId,
      at: 'twice',
    });
  });

  it('pauses at a breakpoint and goes on with an edited value', async () => {
    const paused = await json(['run', 'shout', '-i', 'text=a', '--break', 'twice if inputs.value == "a!"']);
    expect(paused.status).toBe('waiting');
    const passed = await json(['run', 'shout', '-i', 'text=a', '--break', 'mark.value->twice.value if value == "b!"']);
    expect(passed.status).toBe('succeeded');
    const [task] = await json(['review', 'list', '--run', paused.runId]);
    expect(task).toMatchObject({ kind: 'breakpoint', step: 'twice' });
    const gone = await json(['review', 'decide', task.wait, 'continue', '--value', 'inputs={"value":"z"}']);
    expect(gone).toMatchObject({ status: 'succeeded', outputs: { loud: 'zz' } });
  });

  it('is stepped through, run to a place and edited without a terminal', async () => {
    const stopped = await pipewright(['run', 'shout', '-q', '-i', 'text=a', '--break', 'mark', '--break', 'e3 hit 2']);
    expect(stopped).toMatchObject({ code: 3, stdout: '' });
    const [, runId = ''] = /pipewright resume (run_\w+) --continue/.exec(stopped.stderr) ?? [];
    expect(stopped.stderr).toContain('Stopped before mark');
    const stepped = await pipewright(['resume', runId, '-q', '--step']);
    expect(stepped.stderr).toContain('Stopped before twice');
    const wrong = await pipewright(['resume', runId, '--set', 'valeu=1']);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean “value”?') });
    expect((await pipewright(['resume', runId, '--continue', '--at', 'mark'])).stderr).toContain('twice');
    const edited = await pipewright(['resume', runId, '-q', '--set', 'value="b"', '--until', 'loud']);
    expect(edited.stderr).toContain('Stopped before loud – here, as asked (loud)');
    expect(await json(['resume', runId, '--continue'])).toMatchObject({ status: 'succeeded', outputs: { loud: 'bb' } });
    expect((await json(['replay', runId])).differences).toEqual([]);
    expect((await pipewright(['resume', runId, '--step'])).stderr).toContain('stopped at no breakpoint');
  });

  it('says how a breakpoint is written, and where one cannot stand', async () => {
    const asked = async (at: string) => pipewright(['run', 'shout', '-i', 'text=a', '--break', at]);
    expect(await asked('mark after 3')).toMatchObject({ code: 2, stderr: expect.stringContaining('hit 3') });
    expect(await asked('mrak')).toMatchObject({ stderr: expect.stringContaining('Did you mean “mark”?') });
    expect((await asked('mark.value->twice.valeu')).stderr).toContain('mean “mark.value->twice.value”?');
    expect((await asked('mark if 1 +')).stderr).toContain('expression.syntax');
  });

  it('survives a reader that goes away', async () => {
    const ended = await pipewright(['run', 'shout', '-i', 'text=a', '--events'], {
      onStart: (child) => child.stdout?.once('data', () => child.stdout?.destroy()),
    });
    expect(ended.code).toBe(0);
    const [run] = await json(['runs', '-n', '1']);
    expect(run.status).toBe('succeeded');
  });
});

describe('a person', () => {
  it('is waited for, decides once, and the run goes on', async () => {
    const cancelled = await json(['run', 'ask', '-i', 'text=withdrawn']);
    const cancel = ['runs', 'cancel', cancelled.runId, '--reason', 'not needed'];
    expect(await pipewright(cancel)).toMatchObject({ code: 0, stdout: `${cancelled.runId} was cancelled.\n` });
    expect(await json(['trace', cancelled.runId])).toMatchObject({ status: 'cancelled', cancelReason: 'not needed' });
    expect(await pipewright(cancel)).toMatchObject({ code: 2, stderr: expect.stringContaining('run.finished') });
    const waiting = await pipewright(['run', 'ask', '-q', '-i', 'text=hello']);
    expect(waiting.code).toBe(3);
    expect(waiting.stderr).toContain('review decide');
    const [task] = (await json(['review', 'list'])).filter(({ kind }: { kind: string }) => kind === 'review');
    expect((await pipewright(['review', 'show', task.wait])).stdout).toContain('hello');
    const wrong = await pipewright(['review', 'decide', task.wait, 'approve', '--value', 'grade=9']);
    expect(wrong).toMatchObject({ code: 2 });
    expect(wrong.stderr).toContain('/grade');
    const stale = await pipewright([
      'review',
      'decide',
      task.wait,
      'approve',
      '--value',
      'grade=3',
      '--payload-hash',
      'x',
    ]);
    expect(stale).toMatchObject({ code: 2 });
    const decided = await pipewright(['review', 'decide', task.wait, 'approve', '--value', 'grade=3', '-q']);
    expect(decided).toMatchObject({ code: 0, stdout: 'hello\n' });
    const again = await pipewright(['review', 'decide', task.wait, 'reject', '--value', 'grade=3']);
    expect(again).toMatchObject({ code: 2 });
    expect(again.stderr).toContain('already decided');
    expect((await pipewright(['resume', task.runId])).stderr).toContain('run.finished');
  });
});

describe('looking at runs', () => {
  it('lists, traces, replays and examines', async () => {
    const { runId } = await json(['run', 'shout', '-i', 'text=seen']);
    expect((await json(['runs', '--search', runId])).map((run: { runId: string }) => run.runId)).toEqual([runId]);
    const table = (await pipewright(['trace', runId.slice(0, 15)])).stdout;
    for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(table).toMatch(/mark +succeeded/);
    expect((await pipewright(['trace', runId, '--step', 'mark'])).stdout).toContain('seen!');
    expect((await pipewright(['trace', runId, '--step', 'marc'])).code).toBe(4);
    expect(await json(['replay', runId])).toMatchObject({ differences: [], recorded: 'succeeded' });
    expect((await json(['doctor'])).healthy).toBe(true);
    expect((await json(['doctor', '--rebuild'])).rebuilt.damaged).toEqual([]);
  });

  it('backs up what it has into a new folder, and nothing over it', async () => {
    const { runId } = await json(['run', 'shout', '-i', 'text=kept']);
    const { backup, healthy } = await json(['doctor', '--backup', 'backups/one']);
    expect({ healthy, folder: backup.folder }).toEqual({ healthy: true, folder: join(workspace, 'backups/one') });
    expect(statSync(join(backup.folder, 'pipewright.db')).mode & 0o777).toBe(0o600);
    const before = readFileSync(join(backup.folder, 'pipewright.db'));
    const again = await pipewright(['doctor', '--backup', 'backups/one']);
    expect({ code: again.code, stderr: again.stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('already'),
    });
    expect(readFileSync(join(backup.folder, 'pipewright.db')).equals(before)).toBe(true);

    const restored = join(workspace, 'restored');
    mkdirSync(restored);
    for (const part of ['pipewright.json', 'workflows'])
      cpSync(join(workspace, part), join(restored, part), { recursive: true });
    cpSync(backup.folder, join(restored, '.pipewright'), { recursive: true });
    expect(await json(['replay', runId, '--workspace', restored])).toMatchObject({
      differences: [],
      recorded: 'succeeded',
    });
  });

  it('shows payloads as the capture setting allows, and forgets them with off', async () => {
    const secret = 'jo@example.com';
    const redacted = await json(['run', 'shout', '-i', `text=${secret}`, '--capture', 'redacted']);
    expect(redacted.outputs.loud).toContain(secret);
    const traced = JSON.stringify(await json(['trace', redacted.runId]));
    expect(traced).toContain('[email]');
    expect(traced).not.toContain(secret);
    for (const capture of ['hashed', 'off']) {
      const { stdout } = await pipewright(['run', 'shout', '-i', `text=${secret}`, '--capture', capture, '--events']);
      expect(stdout).not.toContain(secret);
      const [run] = await json(['runs', '-n', '1']);
      expect(JSON.stringify(await json(['trace', run.runId]))).not.toContain(secret);
      if (capture === 'off') expect((await pipewright(['replay', run.runId])).stderr).toContain('run.not_replayable');
    }
  });

  it('purges old payloads and keeps the figures', async () => {
    const { runId } = await json(['run', 'shout', '-i', 'text=old']);
    expect((await pipewright(['runs', 'purge'])).code).toBe(2);
    expect((await json(['runs', 'purge', '--older-than', '0'])).purged).toContain(runId);
    expect((await json(['trace', runId])).steps.length).toBeGreaterThan(0);
  });
});

describe('workflow files', () => {
  it('are validated with place and remedy, and nothing is run', async () => {
    writeFlow('broken', { nodes: [node('a', 'transfrm'), node('b', 'transform', { expresion: 'x' })], edges: [] });
    const { code, stdout } = await pipewright(['validate', 'broken']);
    rmSync(join(workspace, 'workflows/broken.flow.json'));
    expect(code).toBe(2);
    expect(stdout).toContain('$.nodes[0].type');
    expect(stdout).toContain('Did you mean “transform”?');
    expect(stdout).toContain('Did you mean “expression”?');
    expect((await json(['validate'])).valid).toBe(true);
  });

  it('are compared by meaning', async () => {
    const file = join(workspace, 'workflows/shout.flow.json');
    const flow = JSON.parse(readFileSync(file, 'utf8'));
    mkdirSync(join(root, 'other'), { recursive: true });
    const other = join(root, 'other/shout.flow.json');
    flow.layout = { positions: { mark: { x: 1, y: 2 } } };
    flow.nodes.reverse();
    writeFileSync(other, JSON.stringify(flow));
    expect(await pipewright(['diff', 'shout', other])).toMatchObject({ code: 0, stdout: '' });
    flow.nodes.find(({ id }: { id: string }) => id === 'mark').config.expression = "value + '?'";
    writeFileSync(other, JSON.stringify(flow));
    const changed = await pipewright(['diff', 'shout', other]);
    expect(changed.code).toBe(8);
    expect(changed.stdout).toContain('nodes.mark.config.expression');
  });
});

describe('knowledge', () => {
  it('is ingested, searched, and reports files that cannot be read', async () => {
    writeFileSync(join(workspace, 'documents/broken.pdf'), 'no pdf');
    const [report] = await json(['ingest', 'docs']);
    expect(report).toMatchObject({ added: 1, failures: [{ file: 'documents/broken.pdf' }] });
    expect((await pipewright(['ingest', '--strict', '-q'])).code).toBe(1);
    rmSync(join(workspace, 'documents/broken.pdf'));
    const found = await json(['search', 'docs', 'opening', 'hours', '-k', '1']);
    expect(found.chunks).toHaveLength(1);
    expect(
      (await pipewright(['search', 'docs', 'hours', '--filter', '{"field":"nope","op":"eq","value":1}'])).stderr,
    ).toContain('collection.filter');
  });
});

describe('stopping', () => {
  it('lets the call under way end, and a resume does not repeat it', async () => {
    let calls = 0;
    let answer: (() => void) | undefined;
    const asked = Promise.withResolvers<void>();
    const server = createServer((request, response) => {
      request.resume();
      calls += 1;
      answer = () => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const head = { id: 'x', object: 'chat.completion.chunk', created: 1, model: 'slow' };
        const delta = { role: 'assistant', content: 'Slow but sure.' };
        const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
        for (const piece of [
          { ...head, choices: [{ index: 0, delta, finish_reason: null }] },
          { ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
          { ...head, choices: [], usage },
        ])
          response.write(`data: ${JSON.stringify(piece)}\n\n`);
        response.end('data: [DONE]\n\n');
      };
      asked.resolve();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const file = join(workspace, 'pipewright.json');
    const config = JSON.parse(readFileSync(file, 'utf8'));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    config.profiles.slow = { use: 'chat', provider: 'openai-compatible', model: 'slow', baseUrl };
    writeFileSync(file, JSON.stringify(config));
    writeFlow('slow', {
      outputs: { text: { type: 'text' } },
      nodes: [
        node('prompt', 'prompt', { messages: [{ role: 'user', template: 'Go.' }] }),
        node('model', 'model', { profile: 'slow', streaming: false, citations: 'none' }),
        node('text', 'output', { name: 'text' }),
      ],
      edges: [edge('e1', 'prompt.messages', 'model.messages'), edge('e2', 'model.text', 'text.value')],
    });
    let child: import('node:child_process').ChildProcess | undefined;
    const running = pipewright(['run', 'slow'], {
      onStart: (started) => {
        child = started;
      },
    });
    await asked.promise;
    child?.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 300));
    answer?.();
    const stopped = await running;
    expect(stopped).toMatchObject({ code: 7, stdout: '' });
    const [, runId = ''] = /pipewright resume (run_\w+)/.exec(stopped.stderr) ?? [];
    expect((await json(['runs', '-n', '1']))[0].runId).toBe(runId);
    const resumed = await pipewright(['resume', runId, '-q']);
    server.close();
    expect(resumed).toMatchObject({ code: 0, stdout: 'Slow but sure.\n' });
    expect(calls).toBe(1);
  });
});

describe('help', () => {
  it('is there on every level, with examples', async () => {
    const { stdout } = await pipewright(['--help']);
    const commands = [...stdout.matchAll(/^ {2}([a-z]+)(?: \[| <| {2})/gm)].map(([, name = '']) => name);
    expect(commands.length).toBeGreaterThan(14);
    const helps = commands.filter((name) => name !== 'help').map((name) => pipewright([name, '--help']));
    for (const help of await Promise.all(helps)) {
      expect(help.code).toBe(0);
      expect(help.stdout).toContain('Usage: pipewright');
      for (const line of help.stdout.split('\n'))
        if (!line.startsWith('  $')) expect(line.length).toBeLessThanOrEqual(80);
    }
  }, 120_000);

  it('completes in bash what can come next, and what the workspace holds', async () => {
    const { stdout: completion } = await pipewright(['completion', 'bash']);
    const paused = await json(['run', 'ask', '-i', 'text=a']);
    const wait = paused.waits[0].slice(0, 'wait_'.length + 8);
    const harm = join(workspace, 'workflows/$(touch harmed).flow.json');
    writeFileSync(harm, '{}');
    const bin = join(root, 'bin');
    mkdirSync(bin, { recursive: true });
    const entry = join(import.meta.dirname, '../../app/hosts/cli/pipewright.ts');
    writeFileSync(join(bin, 'pipewright'), `#!/bin/sh\nexec '${process.execPath}' '${entry}' "$@"\n`, { mode: 0o755 });
    /** What bash offers after this line, as its own completion would call the function. */
    const offered = (line: string, cwd = workspace): string[] => {
      const words = line.split(' ').map((word) => `'${word}'`);
      const script = `${completion}\nCOMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _pipewright; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const env = { PATH: `${bin}:${process.env['PATH']}`, HOME: root, ...compileCache };
      const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8', cwd, env });
      expect(stderr).toBe('');
      return stdout.split('\n').filter((word) => word !== '');
    };
    expect(offered('pipewright review de')).toEqual(['decide']);
    expect(offered('pipewright v')).toEqual(['validate']);
    expect(offered('pipewright run ')).toEqual(expect.arrayContaining(['answer', 'ask', 'shout']));
    expect(offered('pipewright run --input a=b sh')).toEqual(['shout']);
    expect(offered('pipewright run shout s')).toEqual([]);
    expect(offered('pipewright validate ask sh')).toEqual(['shout']);
    expect(offered('pipewright diff shout as')).toEqual(['ask']);
    expect(offered('pipewright runs --workflow sh')).toEqual(['shout']);
    expect(offered(`pipewright validate -w ${workspace} sh`, root)).toEqual(['shout']);
    expect(offered('pipewright run sh', root)).toEqual([]);
    expect(offered('pipewright nodes retr')).toEqual(['retriever']);
    expect(offered('pipewright ingest d')).toEqual(['docs']);
    expect(offered('pipewright search ')).toEqual(['docs']);
    expect(offered('pipewright search docs d')).toEqual([]);
    for (const command of ['resume', 'replay', 'trace', 'runs cancel', 'run --of'])
      expect(offered(`pipewright ${command} `)).toEqual(expect.arrayContaining(['last', paused.runId]));
    expect(offered(`pipewright trace ${paused.runId.slice(0, -2)}`)).toEqual([paused.runId]);
    for (const command of ['show', 'decide'])
      expect(offered(`pipewright review ${command} `)).toEqual(expect.arrayContaining(['last', wait]));
    expect(offered('pipewright run shout --capture r')).toEqual(['redacted']);
    expect(offered('pipewright run shout --capture = ha')).toEqual(['hashed']);
    expect(offered('pipewright runs --status wai')).toEqual(['waiting']);
    expect(offered('pipewright search docs --mode ')).toEqual(['vector', 'text', 'hybrid']);
    expect(offered('pipewright schema e')).toEqual(['events']);
    expect(offered('pipewright completion f')).toEqual(['fish']);
    expect(offered('pipewright run --cap')).toEqual(['--capture']);
    expect(offered('pipewright run shout ')).toContain('--input');
    rmSync(harm);
    expect(existsSync(join(workspace, 'harmed'))).toBe(false);
    await pipewright(['runs', 'cancel', paused.runId]);
  }, 120_000);

  it('offers nothing, and never complains, where there is nothing to offer', async () => {
    const broken = join(root, 'broken');
    mkdirSync(join(broken, '.pipewright'), { recursive: true });
    writeFileSync(join(broken, 'pipewright.json'), '{');
    writeFileSync(join(broken, '.pipewright/pipewright.db'), 'no database');
    for (const of of ['workflows', 'collections', 'runs', 'tasks', 'toString', ''])
      for (const cwd of [broken, root])
        expect(await runCommand(['__complete', of], { cwd })).toEqual({ code: 0, stdout: '', stderr: '' });
  }, 60_000);

  it.each(['zsh', 'fish'])('prints a completion for %s', async (shell) => {
    const { code, stdout } = await pipewright(['completion', shell]);
    expect(code).toBe(0);
    for (const word of ['__complete', 'decide', 'redacted', 'retriever']) expect(stdout).toContain(word);
  });
});
