/**
 * Keeps, as text, the databases of a workspace that an earlier commit writes, with a run that a provider was paid for:
 *
 *     node test/faults/upgrade/write-fixture.ts COMMIT NAME
 *
 * Needs the history of the repository. Run it once for the last commit before a migration is added; what it writes is
 * committed and never changed.
 */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProvider } from '../provider.ts';
import { databaseText } from './database-text.ts';

const [commit = '', name = ''] = process.argv.slice(2);
if (!/^[\w^~]+$/.test(commit) || !/^[\w-]+$/.test(name)) throw new Error('Usage: write-fixture.ts COMMIT NAME');

const repository = join(import.meta.dirname, '..', '..', '..');
const scratch = mkdtempSync(join(tmpdir(), 'pipewright-fixture-'));
const code = join(scratch, 'code');
const workspace = join(scratch, 'workspace');
const target = join(import.meta.dirname, name);

mkdirSync(code);
execFileSync('tar', ['-x', '-C', code], {
  input: execFileSync('git', ['archive', commit], { cwd: repository, maxBuffer: 1 << 30 }),
});
symlinkSync(join(repository, 'node_modules'), join(code, 'node_modules'));

function pipewright(...args: string[]): void {
  const environment = { ...process.env, HOME: join(scratch, 'home'), NO_COLOR: '1' };
  try {
    execFileSync(process.execPath, [join(code, 'app/hosts/cli/pipewright.ts'), ...args], {
      cwd: existsSync(workspace) ? workspace : scratch,
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } catch (error) {
    // 3: the run waits for a person, as it should.
    if ((error as { status?: number }).status !== 3) throw error;
  }
}

/** A profile that costs something, under a budget and a limit: the ledger and the limits are written by it. */
function addProfile(baseUrl: string): void {
  const file = join(workspace, 'pipewright.json');
  const config = JSON.parse(readFileSync(file, 'utf8')) as { profiles: object };
  const model = { use: 'chat', provider: 'openai-compatible', model: 'paid', baseUrl };
  const paid = { ...model, prices: { input: 3, output: 15 }, limits: { requestsPerMinute: 600 } };
  const budgets = { day: 5, workflow: 20, tags: { north: 1 } };
  writeFileSync(file, JSON.stringify({ ...config, profiles: { ...config.profiles, paid }, budgets }, null, 2));
}

pipewright('init', workspace);
for (const name of ['approve.flow.json', 'ask.flow.json'])
  copyFileSync(join(import.meta.dirname, name), join(workspace, 'workflows', name));
pipewright('ingest');
pipewright('run', 'answer', '--input', 'question=How long may a tool be borrowed?');
pipewright('run', 'approve', '--input', `text=${'A long letter, kept beside the log. '.repeat(100)}`);
pipewright('review', 'decide', 'last', 'approve', '--by', 'ada', '--comment', 'Fine.');
pipewright('run', 'approve', '--input', 'text=This one waits for a person.');
const provider = await startProvider(join(scratch, 'asked.jsonl'));
addProfile(`${provider.url}/v1`);
pipewright('run', 'ask', '--input', 'text=What does this cost?', '--tag', 'north');
await provider.stop();

rmSync(target, { recursive: true, force: true });
mkdirSync(target);
for (const part of ['pipewright.json', 'workflows', 'prompts', 'documents']) {
  cpSync(join(workspace, part), join(target, 'workspace', part), { recursive: true });
}
for (const database of ['pipewright', 'knowledge', 'ledger', 'limits', 'cache']) {
  const file = join(workspace, '.pipewright', `${database}.db`);
  if (existsSync(file)) writeFileSync(join(target, `${database}.sql`), databaseText(file));
}
rmSync(scratch, { recursive: true });
