import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspaceStore } from '../../app/adapters/sqlite/workspace-store.ts';
import { openWorkspace, type Workspace } from '../../app/index.ts';
import { dialects } from '../kit/providers/dialects.ts';
import { type ProviderServer, startProviderServer } from '../kit/providers/provider-server.ts';
import { runHere } from '../kit/run-here.ts';

const openai = dialects.find(({ provider }) => provider === 'openai-compatible') as (typeof dialects)[number];
const folder = mkdtempSync(join(tmpdir(), 'pipewright-chat-'));
const root = join(folder, 'workspace');
let server: ProviderServer;
let workspace: Workspace;
const command = (...args: string[]) => runHere(args, { cwd: root });

function flow(name: string, config: object, personal = false): object {
  const node = (id: string, type: string, settings: object, parent?: string) => ({
    id,
    type,
    version: 1,
    config: settings,
    ...(parent && { parent }),
    ...(personal && { personal }),
  });
  const wires = [
    'session.value > talk.session',
    'message.value > talk.message',
    'talk.history > ask.history',
    'talk.message > ask.message',
    'ask.messages > model.messages',
    'model.text > talk.reply',
    'talk.reply > reply.value',
  ];
  return {
    format: 1,
    id: `wf_${name}`,
    name,
    inputs: { session: { type: 'text' }, message: { type: 'text' } },
    outputs: { reply: { type: 'text' } },
    resources: { profiles: { m: { name: 'm' } } },
    nodes: [
      node('session', 'input', { name: 'session' }),
      node('message', 'input', { name: 'message' }),
      node('talk', 'chat-memory', config),
      node(
        'ask',
        'prompt',
        {
          messages: [
            { role: 'system', template: 'You sell coffee.' },
            { role: 'user', template: '{{ message }}' },
          ],
          variables: ['message'],
        },
        'talk',
      ),
      node('model', 'model', { profile: 'm', citations: 'none' }, 'talk'),
      node('reply', 'output', { name: 'reply' }),
    ],
    edges: wires.map((wire, i) => {
      const [from = [], to = []] = wire.split(' > ').map((end) => end.split('.'));
      return { id: `e${i}`, from: { node: from[0], port: from[1] }, to: { node: to[0], port: to[1] } };
    }),
  };
}

beforeAll(async () => {
  server = await startProviderServer();
  expect((await runHere(['init', 'workspace'], { cwd: folder })).code).toBe(0);
  const config = JSON.parse(readFileSync(join(root, 'pipewright.json'), 'utf8'));
  config.profiles.m = { use: 'chat', provider: 'openai-compatible', model: 'm', baseUrl: `${server.url}/v1` };
  writeFileSync(join(root, 'pipewright.json'), JSON.stringify(config));
  const write = (name: string, settings: object, personal?: boolean) =>
    writeFileSync(join(root, `workflows/${name}.flow.json`), JSON.stringify(flow(name, settings, personal)));
  write('chat', { turns: 2, older: 'summary', profile: 'm' });
  write('private', { space: 'private' }, true);
  write('nosy', { space: 'private' });
  workspace = await openWorkspace(root, { env: {}, profileDir: join(root, '.home') });
});
afterAll(async () => {
  await workspace.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => server.script());

const answers = (...texts: string[]) => server.script(...texts.map((text) => openai.answer({ pieces: [text] })));
const asked = () => server.requests.map(({ body }) => body.messages as { role: string; content: string }[]);
async function say(workflow: string, session: string, message: string) {
  const run = await workspace.run(workflow, { session, message });
  return run.result;
}

/** What a crash leaves behind that falls between the effect of a call and its answer: a log that ends with the intent. */
async function forgetAfterIntent(runId: string, kind: string): Promise<void> {
  await workspace.close();
  const store = openWorkspaceStore({
    folder: join(root, '.pipewright'),
    keyFile: join(root, '.home', 'personal.key'),
    now: Date.now,
  });
  const { raw } = store.database;
  const { rid } = raw.prepare('SELECT rid FROM runs WHERE run_id = ?').get(runId) as { rid: number };
  const { seq } = raw
    .prepare("SELECT seq FROM events WHERE rid = ? AND body ->> 'type' = 'call.intended' AND body ->> 'kind' = ?")
    .get(rid, kind) as { seq: number };
  expect(raw.prepare('DELETE FROM events WHERE rid = ? AND seq > ?').run(rid, seq).changes).toBeGreaterThan(1);
  raw.prepare('UPDATE runs SET last_seq = ? WHERE rid = ?').run(seq, rid);
  await store.doctor.rebuildProjections();
  store.close();
  workspace = await openWorkspace(root, { env: {}, profileDir: join(root, '.home') });
}

describe('a conversation', () => {
  it('goes on from run to run, sums up what falls out, and is replayed as it was', async () => {
    answers('We have Huila.', 'It is 12 euros.', 'Two bags, then.', 'They asked for Huila, two bags.', 'On Monday.');
    for (const [message, reply] of [
      ['What do you have?', 'We have Huila.'],
      ['What is it?', 'It is 12 euros.'],
      ['Two, please.', 'Two bags, then.'],
    ] as const)
      expect(await say('chat', 'c-1', message)).toMatchObject({ status: 'succeeded', outputs: { reply } });
    const last = await say('chat', 'c-1', 'When?');
    expect(last).toMatchObject({ outputs: { reply: 'On Monday.' } });

    const [first, second, , summing, fourth] = asked();
    expect(first).toEqual([
      { role: 'system', content: 'You sell coffee.' },
      { role: 'user', content: 'What do you have?' },
    ]);
    expect(second?.map(({ content }) => content)).toEqual([
      'You sell coffee.',
      'What do you have?',
      'We have Huila.',
      'What is it?',
    ]);
    expect(JSON.parse(summing?.[1]?.content ?? '').conversation).toHaveLength(2);
    expect(fourth?.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user', 'assistant', 'user']);
    expect(fourth?.[1]?.content).toContain('They asked for Huila, two bags.');

    // Replay reads the conversation as it was then, adds nothing and asks nobody.
    server.script();
    for (const { runId } of await workspace.runs())
      expect((await command('replay', runId)).code, `replay ${runId}`).toBe(0);
    expect(server.requests).toEqual([]);
    const listed = JSON.parse((await command('sessions', 'list', '--json')).stdout);
    expect(listed).toMatchObject([{ space: 'chat', session: 'c-1', turns: 4, summarised: 2, personal: false }]);
    expect((await command('sessions', 'list')).stdout).toMatch(/c-1 +chat +4 +first 2/);
    const shown = await command('sessions', 'show', 'c-1');
    for (const text of [
      'summary of the first 2 turns',
      'They asked for Huila',
      'What do you have?',
      'On Monday.',
      last.runId,
    ])
      expect(shown.stdout).toContain(text);
  });

  it('is told once by a step that a crash cut off between keeping the turn and knowing so', async () => {
    answers('It is open until six.');
    const { runId, outputs } = await say('chat', 'c-crash', 'How long is it open?');
    const asks = server.requests.length;
    await forgetAfterIntent(runId, 'memory.append');
    const resumed = await (await workspace.resume(runId)).result;
    expect(resumed).toMatchObject({ status: 'succeeded', outputs });
    expect(server.requests).toHaveLength(asks);
    const shown = JSON.parse((await command('sessions', 'show', 'c-crash', '--json')).stdout);
    expect(shown).toMatchObject({ turns: 1, history: [{ user: 'How long is it open?', runId }] });
    expect(await workspace.trace(runId)).toMatchObject({ starts: 2 });
    await command('sessions', 'remove', 'c-crash');
  });

  it('fails without keeping half a turn', async () => {
    server.script(openai.error(400, 'invalid'));
    expect(await say('chat', 'c-2', 'Hello?')).toMatchObject({ status: 'failed' });
    expect((await command('sessions', 'show', 'c-2')).stderr).toContain(
      'There is no conversation “c-2”. Did you mean “c-1”?',
    );
    expect(await say('chat', ' ', 'Hello?')).toMatchObject({ status: 'failed', error: { code: 'memory.session' } });
  });

  it('of personal nodes is encrypted, shown to nobody and read by no other node', async () => {
    answers('Dear Ottoline, yes.');
    expect(await say('private', 'p-1', 'I am Ottoline. Is it open?')).toMatchObject({ status: 'succeeded' });
    answers('Still yes.');
    expect(await say('private', 'p-1', 'And now?')).toMatchObject({ status: 'succeeded' });
    expect(JSON.stringify(asked())).toContain('I am Ottoline');
    expect(await say('nosy', 'p-1', 'What is my name?')).toMatchObject({ error: { code: 'memory.personal' } });
    const shown = await command('sessions', 'show', 'p-1');
    expect(shown.stdout).toContain('(not shown: personal data)');
    expect(shown.stdout + (await command('sessions', 'show', 'p-1', '--json')).stdout).not.toContain('Ottoline');
    for (const file of ['pipewright.db', 'pipewright.db-wal'])
      expect(readFileSync(join(root, '.pipewright', file)).includes('Ottoline'), file).toBe(false);
  });

  it('is removed by name or by age, and by nothing else', async () => {
    const usage = await command('sessions', 'remove');
    expect(usage.code).toBe(2);
    expect(usage.stderr).toContain('--unused-for');
    expect((await command('sessions', 'remove', '--unused-for', '1')).stdout).toBe('0 conversations removed.\n');
    expect((await command('sessions', 'remove', 'c-1')).stdout).toBe('1 conversation removed.\n');
    const rest = JSON.parse((await command('sessions', 'remove', '--unused-for', '0', '--json')).stdout);
    expect(rest).toEqual({ removed: [{ space: 'private', session: 'p-1' }] });
    expect((await command('sessions', 'list')).stderr).toContain('No conversations.');
  });
});
