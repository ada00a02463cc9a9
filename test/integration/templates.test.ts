import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialects } from '../kit/providers/dialects.ts';
import { type ProviderServer, type ReceivedRequest, startProviderServer } from '../kit/providers/provider-server.ts';
import type { Ended } from '../kit/run-command.ts';
import { runHere } from '../kit/run-here.ts';

const openai = dialects.find(({ provider }) => provider === 'openai-compatible') as (typeof dialects)[number];
const folder = mkdtempSync(join(tmpdir(), 'pipewright-templates-'));
let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

type Messages = { role: string; content: string }[];
const messagesOf = ({ body }: ReceivedRequest): Messages => body.messages;
const allOf = (request: ReceivedRequest): string =>
  messagesOf(request)
    .map(({ content }) => content)
    .join('\n');
const lastOf = (request: ReceivedRequest): string => messagesOf(request).at(-1)?.content ?? '';

/** What a model says: a text, JSON, or calls of tools by name with their arguments. */
type Said = object | string | { calls: [string, object][] };
function saying(said: Said) {
  if (typeof said === 'string') return openai.answer({ pieces: [said] });
  if (!('calls' in said)) return openai.answer({ pieces: [JSON.stringify(said)] });
  const calls = (said.calls as [string, object][]).map(([name, given], i) => ({
    id: `call_${i}`,
    name,
    arguments: JSON.stringify(given),
  }));
  return openai.answer({ pieces: [], calls });
}

/** A workspace of a template, as a user makes it, whose model is a server of one's own. */
async function begin(id: string, model: (request: ReceivedRequest) => Said) {
  const address = ['--base-url', `${server.url}/v1`, '--secret', 'MY_KEY'];
  const made = await runHere(['init', id, '--template', id, ...address], { cwd: folder });
  expect(made).toMatchObject({ code: 0 });
  const root = join(folder, id);
  const config = JSON.parse(readFileSync(join(root, 'pipewright.json'), 'utf8'));
  for (const profile of Object.values<{ use: string; prices?: object }>(config.profiles)) {
    if (profile.use !== 'chat') continue;
    profile.prices = { input: 1, output: 1 };
  }
  writeFileSync(join(root, 'pipewright.json'), JSON.stringify(config));
  server.answerBy((request) => saying(model(request)));
  const run = (...args: string[]) =>
    runHere(args, { cwd: root, env: { MY_KEY: 'sk-of-the-test', OPENAI_API_KEY: 'for another server' } });
  /** The commands of the README, each as a user types it; what init prints is the same. */
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, block = ''] = /```sh\n([\s\S]*?)\n```/.exec(readme) ?? [];
  for (const line of block.split('\n'))
    expect(made.stderr).toContain(`  ${line.replace('export OPENAI_API_KEY', 'export MY_KEY')}\n`);
  const lines = block.split('\n').filter((line) => line.startsWith('pipewright '));
  const ends: Ended[] = [];
  for (const line of lines) {
    const words = (line.match(/(?:[^\s"]|"[^"]*")+/g) ?? []).map((word) => word.replaceAll('"', ''));
    ends.push(await run(...words.slice(1)));
  }
  for (const { headers } of server.requests) expect(headers.authorization).toBe('Bearer sk-of-the-test');
  return { ends, lines, run, root };
}
const codes = ({ ends }: { ends: Ended[] }) => ends.map(({ code }) => code);
const json = async (ended: Promise<Ended>) => JSON.parse((await ended).stdout);

describe('templates, begun and run as their READMEs say', { timeout: 60_000 }, () => {
  it('answer-from-documents cites the passage', async () => {
    const at = await begin('answer-from-documents', (request) => {
      const marker = /\[(\d+)\][^\n]*\n(?:(?!\[\d+\])[\s\S])*?A pass for a year can be given back/.exec(
        lastOf(request),
      )?.[1];
      return `It can be given back within 14 days if it was not used [${marker}].`;
    });
    expect(codes(at)).toEqual([0, 0, 0]);
    expect(at.ends[1]?.stdout).toMatch(/within 14 days[\s\S]*prices\.md/);
    expect(at.ends[2]?.stdout).toContain('succeeded');
    // A mark of no source is found out.
    server.answerBy(() => openai.answer({ pieces: ['Always [99].'] }));
    const wrong = await json(at.run('run', 'answer-from-documents', '--input', 'question=May I?', '--json'));
    expect(wrong.outputs.confidence.reasons.length).toBeGreaterThan(0);
  });

  it('chat-with-documents goes on where it was', async () => {
    const at = await begin('chat-with-documents', (request) =>
      lastOf(request).includes('And for students?') ? '10 euros [1].' : 'A day ticket costs 14 euros [1].',
    );
    expect(codes(at)).toEqual([0, 0, 0, 0]);
    const [first, second] = server.requests.map((request) => messagesOf(request));
    expect(first?.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(second?.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(second?.[2]?.content).toBe('A day ticket costs 14 euros [1].');
    expect(at.ends[3]?.stdout).toContain('And for students?');
  });

  it('draft-and-review waits for a person and writes once', async () => {
    const at = await begin('draft-and-review', () => 'Come to the market.');
    expect(codes(at)).toEqual([3, 0, 0]);
    expect(at.ends[2]?.stdout).toContain('Come to the market.');
    expect(server.requests).toHaveLength(1);
  });

  it('each-document puts a note on each together', async () => {
    const at = await begin('each-document', (request) => `Note: ${/# Minutes of (.*)/.exec(lastOf(request))?.[1]}`);
    expect(codes(at)).toEqual([0, 0]);
    expect(at.ends[0]?.stdout).toContain('Note: 14 April');
    expect(at.ends[0]?.stdout).toContain('Note: 12 May');
    expect(server.requests).toHaveLength(4);
  });

  it('extract-from-documents asks again for words that are not there and sets apart what breaks a rule', async () => {
    const quotes = (given: { [field: string]: string }) =>
      Object.entries(given).map(([field, quote]) => ({ field: `/${field}`, quote }));
    let lumiere = 0;
    const at = await begin('extract-from-documents', (request) => {
      const text = allOf(request);
      if (text.includes('Quick Print'))
        return {
          value: { number: 'QP-9', supplier: 'Quick Print', total: 84, currency: 'USD', due: null },
          quotes: quotes({ number: 'QP-9', supplier: 'Quick Print', total: '84.00 USD', currency: 'USD' }),
        };
      if (text.includes('Alder'))
        return {
          value: { number: '2041', supplier: 'Alder & Sons, Timber', total: 435.6, currency: 'GBP', due: '2026-04-02' },
          quotes: quotes({
            number: 'Invoice 2041',
            supplier: 'Alder & Sons, Timber',
            total: '435.60 GBP',
            currency: 'GBP',
            due: '2 April 2026',
          }),
        };
      lumiere += 1;
      return {
        value: {
          number: 'LE-77-103',
          supplier: 'LUMIÈRE ÉLECTRIQUE SARL',
          total: 603,
          currency: 'EUR',
          due: '2026-04-17',
        },
        quotes: quotes({
          number: lumiere === 1 ? 'LE-77-999' : 'LE-77-103',
          supplier: 'LUMIÈRE ÉLECTRIQUE SARL',
          total: lumiere === 1 ? 'EUR 1.000.000' : '603,00 EUR',
          currency: 'EUR',
          due: '17 avril 2026',
        }),
      };
    });
    expect(codes(at)).toEqual([0, 0]);
    expect(lumiere).toBe(2);
    expect(server.requests).toHaveLength(4);
    const { outputs } = await json(at.run('run', 'extract-from-documents', '--json'));
    expect(outputs.invoices.rows).toMatchObject([
      { number: '2041', supplier: 'Alder & Sons, Timber', total: 435.6, currency: 'GBP', due: '2026-04-02' },
      { number: 'LE-77-103', total: 603, currency: 'EUR', due: '2026-04-17' },
    ]);
    expect(outputs.rejected.rows).toMatchObject([{ number: 'QP-9', why: expect.stringContaining('due') }]);
    expect(outputs.failures).toEqual([]);
  });

  it('batch-over-table asks once about equal texts, lists what fails, and costs nothing again', async () => {
    const at = await begin('batch-over-table', (request) =>
      allOf(request).includes('grinder')
        ? 'no JSON'
        : { sentiment: 'neutral', topic: lastOf(request).includes('expensive') ? 'price' : 'product', urgent: false },
    );
    expect(codes(at)).toEqual([0, 0, 0]);
    const { outputs } = await json(at.run('run', 'batch-over-table', '--json'));
    expect(outputs.judged.rows).toHaveLength(11);
    expect(outputs.judged.rows[1]).toMatchObject({ id: 2, topic: 'price', sentiment: 'neutral', urgent: false });
    expect(outputs.by_topic).toContainEqual(expect.objectContaining({ key: 'price', count: 2 }));
    expect(outputs.failures).toMatchObject([{ index: 6, code: 'output.invalid_json' }]);
    const about = (text: string) => server.requests.filter((request) => allOf(request).includes(text)).length;
    // Two rows hold this text; the three runs after each other ask about it no more than those two did.
    expect(about('Too expensive')).toBeLessThanOrEqual(2);
    expect(about('Best espresso')).toBe(1);
    expect(about('grinder')).toBeGreaterThanOrEqual(9);
    // The run's budget holds: nothing is sent that would pass it.
    const dear = JSON.parse(readFileSync(join(at.root, 'pipewright.json'), 'utf8'));
    dear.profiles.reader.prices = { input: 100_000, output: 100_000 };
    writeFileSync(join(at.root, 'pipewright.json'), JSON.stringify(dear));
    writeFileSync(join(at.root, 'tables/feedback.csv'), 'id,text\n1,New and dear.\n');
    const stopped = await at.run('run', 'batch-over-table');
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toContain('budget');
    expect(about('New and dear')).toBe(0);
  });

  it('agent-with-approval looks up by itself and writes only what a person approves', async () => {
    const at = await begin('agent-with-approval', (request) => {
      const messages = messagesOf(request);
      const given = messages.filter(({ role }) => role === 'tool').map(({ content }) => content);
      if (given.length === 0) {
        return {
          calls: [
            ['find_order', { number: 'T-104' }],
            ['search_handbook', { query: 'keep a tool longer' }],
          ],
        };
      }
      if (given.length === 2) {
        expect(given[0]).toContain('Lena Brandt');
        expect(given[1]).toContain('prolonged once by a week');
        return { calls: [['write_note', { order: 'T-104', text: 'Prolonged to 19 March.' }]] };
      }
      return `Yes, until 19 March. ${given[2]}`;
    });
    expect(codes(at)).toEqual([0, 3, 0, 0, 0]);
    expect(at.ends[2]?.stdout).toContain('Prolonged to 19 March.');
    expect(at.ends[3]?.stdout).toContain('Yes, until 19 March.');
    expect(at.ends[4]?.stdout).toContain('write_note');
    // Kept, and found again: once for the one approval.
    const found = await json(at.run('search', 'notes', 'prolonged', '--mode', 'text', '--json'));
    expect(JSON.stringify(found).match(/Prolonged to 19 March/g)).toHaveLength(1);
    // Rejected, nothing is written.
    await at.run('run', 'agent-with-approval', '--input', 'question=T-104 once more');
    const rejected = await at.run('review', 'decide', 'last', 'reject', '--comment', 'Not twice.');
    expect(rejected.code).toBe(0);
    expect(rejected.stdout).toContain('Not twice.');
    expect(JSON.stringify(await json(at.run('search', 'notes', 'prolonged', '--mode', 'text', '--json')))).toBe(
      JSON.stringify(found),
    );
  });
});

it('templates are listed, and a wrong name is told with the nearest', async () => {
  const listed = await runHere(['templates'], { cwd: folder });
  expect(listed.stdout).toMatch(/answer-from-documents +Finds/);
  for (const line of listed.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(await json(runHere(['templates', '--json'], { cwd: folder }))).toContainEqual(
    expect.objectContaining({ id: 'batch-over-table', nodes: expect.any(Number) }),
  );
  const wrong = await runHere(['init', 'x', '--template', 'batch-over-tabel'], { cwd: folder });
  expect(wrong.stderr.replace(/\s+/g, ' ')).toContain('Did you mean “batch-over-table”?');
  expect(wrong.code).toBe(4);
});

it('a template can ask another server from the start, and the key of one is never meant for another', async () => {
  const init = (name: string, ...args: string[]) => runHere(['init', name, ...args], { cwd: folder });
  const template = ['--template', 'each-document'];
  const profileOf = (name: string) =>
    JSON.parse(readFileSync(join(folder, name, 'pipewright.json'), 'utf8')).profiles.writer;
  const own = await init('own', ...template, '--base-url', 'http://localhost:11434/v1', '--model', 'qwen3');
  expect([own.code, own.stderr.includes('export')]).toEqual([0, false]);
  expect(profileOf('own')).toEqual({
    use: 'chat',
    provider: 'openai-compatible',
    model: 'qwen3',
    baseUrl: 'http://localhost:11434/v1',
  });
  expect((await init('usual', ...template, '--model', 'gpt-4.1')).code).toBe(0);
  expect(profileOf('usual')).toMatchObject({ model: 'gpt-4.1', secret: 'OPENAI_API_KEY' });
  for (const wrong of [
    ['--model', 'x'],
    [...template, '--base-url', 'ftp://x'],
    [...template, '--base-url', 'https://me:sk-not-a-name@example.com/v1'],
    [...template, '--secret', 'sk-not-a-name'],
  ]) {
    const refused = await init('wrong', ...wrong);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).not.toContain('sk-not-a-name');
    expect(existsSync(join(folder, 'wrong'))).toBe(false);
  }
});
