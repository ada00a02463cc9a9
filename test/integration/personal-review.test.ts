import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkspace, type Workspace } from '../../app/index.ts';
import { runHere } from '../kit/run-here.ts';

const names = { payload: 'Philippa', edit: 'Ottoline', comment: 'Barnaby', reason: 'Cordelia', field: 'Leopoldine' };
const folder = mkdtempSync(join(tmpdir(), 'pipewright-personal-'));
const workspaceFolder = join(folder, 'workspace');
// Where a command of the test keeps its profile: both processes need the same key.
const home = join(workspaceFolder, '.home');
let workspace: Workspace;

function flow(personal: boolean): object {
  const node = (id: string, type: string, config: object) => ({
    id,
    type,
    version: 1,
    config,
    ...(personal && { personal }),
  });
  const edge = (id: string, from: [string, string], to: [string, string]) => ({
    id,
    from: { node: from[0], port: from[1] },
    to: { node: to[0], port: to[1] },
  });
  return {
    format: 1,
    id: `wf_review-${personal}`,
    name: 'Ask',
    inputs: { text: { type: 'text' }, why: { type: 'text' } },
    outputs: { said: { type: 'any' } },
    nodes: [
      node('text', 'input', { name: 'text' }),
      node('why', 'input', { name: 'why' }),
      node('person', 'human-review', { form: { type: 'object', properties: { note: { type: 'string' } } } }),
      node('said', 'output', { name: 'said' }),
    ],
    edges: [
      edge('e1', ['text', 'value'], ['person', 'payload']),
      edge('e2', ['why', 'value'], ['person', 'reason']),
      edge('e3', ['why', 'value'], ['person', 'config/title']),
      edge('e4', ['person', 'approved'], ['said', 'value']),
    ],
  };
}

beforeAll(async () => {
  expect((await runHere(['init', 'workspace'], { cwd: folder })).code).toBe(0);
  for (const [file, personal] of [
    ['personal', true],
    ['open', false],
  ] as const)
    writeFileSync(join(workspaceFolder, `workflows/${file}.flow.json`), JSON.stringify(flow(personal)));
  workspace = await openWorkspace(workspaceFolder, { env: {}, profileDir: home });
});
afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

const command = (...args: string[]) => runHere(args, { cwd: workspaceFolder });

/** Which names stand in the files of the store, as they are, in hex or in base64 (at each of the three offsets). */
function found(): string[] {
  // By another process: closing a database file in this one would give up the locks that SQLite holds on it.
  const copy = join(mkdtempSync(join(folder, 'copy-')), 'state');
  execFileSync('cp', ['-r', join(workspaceFolder, '.pipewright'), copy]);
  const files = readdirSync(copy, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['pipewright.db', 'pipewright.db-wal']));
  const forms = Object.entries(names).flatMap(([what, name]) => {
    const bytes = Buffer.from(name);
    const base64 = [0, 1, 2].map((offset) => {
      const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
      // Without what the neighbours decide.
      return text.slice(offset === 0 ? 0 : offset + 1, Math.floor(((offset + bytes.length) * 8) / 6));
    });
    return [name, bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...base64].map((text) => ({
      what,
      text,
    }));
  });
  const seen = new Set<string>();
  for (const { parentPath, name } of files) {
    const content = readFileSync(join(parentPath, name), 'latin1');
    for (const { what, text } of forms) if (content.includes(text)) seen.add(what);
  }
  return [...seen].sort();
}

/** Runs up to the review, has another process show and decide it, goes on and replays. */
async function reviewed(workflow: string) {
  const { runId, result } = await workspace.run(workflow, { text: names.payload, why: names.reason });
  expect((await result).status).toBe('waiting');
  const [task] = await workspace.reviews({ runId });
  const wait = task?.wait ?? '';
  const shown = await command('review', 'show', wait, '--json');
  const values = ['--value', `payload=${names.edit}`, '--value', `note=${names.field}`];
  const decide = ['review', 'decide', wait, 'edit', ...values, '--comment', names.comment, '--no-resume'];
  const decided = await command(...decide);
  expect(decided).toMatchObject({ code: 0 });
  const whilePending = found();
  const again = await command(...decide);
  const answered = await workspace.review(wait);
  const ended = await (await workspace.resume(runId)).result;
  const replayed = await workspace.replay(runId);
  return {
    task,
    wait,
    shown,
    whilePending,
    again,
    answered,
    ended,
    replayed,
    listed: await workspace.reviews({ all: true }),
  };
}

describe('a decision about a node marked personal', () => {
  it('works as any other and lies nowhere in plain', async () => {
    const { task, wait, shown, whilePending, again, answered, ended, replayed, listed } = await reviewed('personal');
    expect(JSON.parse(shown.stdout)).toMatchObject({
      title: names.reason,
      reason: names.reason,
      payload: names.payload,
      form: { properties: { note: { type: 'string' } } },
    });
    expect(task).toMatchObject({ title: 'Decision for person', form: null, reason: null, decision: null });
    expect(whilePending).toEqual([]);
    expect(again.code).toBe(0);
    expect(answered).toMatchObject({
      state: 'answered',
      decision: { action: 'edit', values: { payload: names.edit, note: names.field }, comment: names.comment },
    });
    expect(ended).toMatchObject({ status: 'succeeded', outputs: { said: names.edit } });
    expect(replayed).toMatchObject({ steps: 4, differences: [] });
    expect(found()).toEqual([]);
    expect(JSON.stringify(listed)).not.toMatch(new RegExp(Object.values(names).join('|')));
    expect(await workspace.review(wait)).toMatchObject({ state: 'decided', decision: { comment: names.comment } });
  });

  it('would be found by this test if it did', async () => {
    const { task, whilePending, ended, replayed } = await reviewed('open');
    expect(task).toMatchObject({ title: names.reason, reason: names.reason });
    expect(whilePending).toEqual(Object.keys(names).sort());
    expect(ended).toMatchObject({ outputs: { said: names.edit } });
    expect(replayed.differences).toEqual([]);
  });
});
