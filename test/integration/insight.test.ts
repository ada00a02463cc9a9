import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Host, openHost } from '../../app/hosts/compose.ts';
import { runHere } from '../kit/run-here.ts';

/** A question is answered from three documents by the built-in reader; each test changes one thing and asks why. */
let folder: string;
let host: Host;
let good: string;

const PROMPT = '---\nvariables: [question, context]\n---\n# user\n{{ context }}\n\n{{ question }}\n';
const QUESTION = 'How long may members borrow tools?';
const documents = {
  'tools.md': '# Tools\n\nMembers may borrow up to three tools for seven days.\n',
  'hours.md': '# Hours\n\nThe workshop is open on weekdays from 8:00 to 17:30.\n',
  'fees.md': '# Fees\n\nMembers pay a fee of ten euros a month for the tools of the workshop.\n',
};

function write(path: string, content: object | string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
}

function flow({ topK = 2, personal = false }: { topK?: number; personal?: boolean } = {}) {
  const node = (id: string, type: string, config: object, more: object = {}) => ({
    id,
    type,
    version: 1,
    config,
    ...more,
  });
  const wires = [
    ['in.value', 'docs.query'],
    ['in.value', 'rank.query'],
    ['docs.chunks', 'rank.chunks'],
    ['rank.chunks', 'pack.chunks'],
    ['in.value', 'ask.question'],
    ['pack.text', 'ask.context'],
    ['ask.messages', 'read.messages'],
    ['pack.context', 'read.context'],
    ['in.value', 'read.question'],
    ['read.answer', 'out.value'],
  ];
  const end = (place = '') => ({ node: place.split('.')[0], port: place.split('.')[1] });
  return {
    ...{ format: 1, id: 'wf_answer', name: 'answer' },
    ...{ inputs: { question: { type: 'text' } }, outputs: { answer: { type: 'answer' } } },
    resources: { prompts: { ask: { file: 'prompts/ask.md' } } },
    nodes: [
      node('in', 'input', { name: 'question' }),
      node('docs', 'retriever', { collection: 'docs', k: 3, mode: 'text' }, { ...(personal && { personal }) }),
      node('rank', 'reranker', { topK }),
      node('pack', 'context', {}),
      node('ask', 'prompt', { prompt: 'ask', variables: ['question', 'context'] }),
      node('read', 'model', { profile: 'reader' }),
      node('out', 'output', { name: 'answer' }),
    ],
    edges: wires.map(([from, to], i) => ({ id: `e${i}`, from: end(from), to: end(to) })),
  };
}

const config = (more: object = {}) => ({
  format: 1,
  name: 'Workshop',
  profiles: {
    embedder: { use: 'embedding', provider: 'built-in', model: 'hashing-embedder' },
    reader: { use: 'chat', provider: 'built-in', model: 'extractive-reader', ...more },
  },
  collections: { docs: { documents: ['documents/*.md'], embedder: 'embedder' } },
});

const open = () => openHost({ folder, env: {}, cwd: folder, profileDir: join(folder, '.home') });

async function ran(question = QUESTION): Promise<string> {
  const run = await (await host.runs()).start({ workflow: 'answer', inputs: { question: { json: question } } });
  await run.result;
  return run.runId;
}

/** What differs of itself between a run now and the last good one, in words. */
async function originsNow() {
  const why = await (await host.insight()).why(await ran());
  return why.links.flatMap(({ step, isOrigin, differences }) => (isOrigin ? [[step, ...differences]] : []));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pipewright-insight-'));
  write('pipewright.json', config());
  write('prompts/ask.md', PROMPT);
  write('workflows/answer.flow.json', flow());
  for (const [file, text] of Object.entries(documents)) write(`documents/${file}`, text);
  host = await open();
  await host.knowledge.ingest('docs');
  good = await ran();
}, 60_000);

afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('why an output is as it is', () => {
  it('is nothing where the same is done again', async () => {
    const why = await (await host.insight()).why(await ran());
    expect(why).toMatchObject({ start: 'out', good: { sameInputs: true, sameWorkflow: true }, origins: [] });
    expect(why.links.map(({ step, kind }) => [step, kind])).toEqual([
      ['out', 'value'],
      ['read', 'model'],
      ['ask', 'prompt'],
      ['pack', 'chunks'],
      ['rank', 'chunks'],
      ['docs', 'chunks'],
      ['in', 'input'],
    ]);
    expect(new Set(why.links.map(({ compared }) => compared.verdict))).toEqual(new Set(['same']));
  });

  it('is another prompt, another config, another document: the one that was changed, and no other', async () => {
    write('prompts/ask.md', PROMPT.replace('# user', '# user\nBe brief.'));
    expect(await originsNow()).toEqual([
      ['ask', 'gave another messages and text', 'the text of the prompt ask is another version'],
    ]);
    write('prompts/ask.md', PROMPT);
    write('workflows/answer.flow.json', flow({ topK: 1 }));
    // The newest run that went well has the other prompt: it is told as well, for it is the truth.
    expect(await originsNow()).toEqual([
      [
        'ask',
        'got another value from pack',
        'gave another messages and text',
        'the text of the prompt ask is another version',
      ],
      ['rank', 'gave another chunks', 'its settings were changed'],
    ]);
    await ran();
    write('documents/tools.md', '# Tools\n\nMembers may borrow up to three tools for thirty days.\n');
    await host.knowledge.ingest('docs');
    expect(await originsNow()).toEqual([['docs', 'gave another chunks', 'collection docs was in another version']]);
    write('workflows/answer.flow.json', flow());
  });

  it('is looked into beside the newest good run with the same inputs, and beside none that was thought badly of', async () => {
    const [first, other, again] = [await ran(), await ran('What is the fee for members?'), await ran()];
    const insight = await host.insight();
    expect((await insight.why(again)).good).toMatchObject({ runId: first, sameInputs: true });
    const feedback = await host.feedback();
    const runs = (await host.runs()).list({ limit: 100 });
    for (const { runId } of runs)
      if (runId !== other && runId !== again) await feedback.give({ run: runId, value: false, note: 'No.', by: 'Ada' });
    const why = await insight.why(again);
    expect(why).toMatchObject({ good: { runId: other, sameInputs: false }, flags: [] });
    expect(why.origins).toEqual([{ step: 'in' }]);
    await feedback.give({ run: other, value: false, by: 'Ada' });
    const alone = await insight.why(again);
    expect(alone.good).toBeUndefined();
    expect(alone.looked).toBeGreaterThan(3);
    // And the run that was thought badly of says so, at what it gave.
    expect(await insight.why(first)).toMatchObject({
      start: 'out',
      flag: { flag: 'thumbed-down', said: 'No.' },
      good: { runId: again },
    });
    // A person may know better which run was good.
    expect((await insight.why(again, { good })).good?.runId).toBe(good);
  });

  it('is told by the command, from the step that ended the run', async () => {
    write('pipewright.json', config({ model: 'no-such-reader' }));
    await host.close();
    host = await open();
    const failed = await ran().catch(() => undefined);
    write('pipewright.json', config());
    await host.close();
    host = await open();
    expect(failed).toBeDefined();
    const { stdout, code } = await runHere(['why', failed ?? '', '--good', good], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^read failed: /);
    expect(stdout).toContain('the profile reader was changed');
    expect(stdout).toMatch(/! read {2}error\n {4}Failed with /);
    const missing = await runHere(['why', good, 'raed'], { cwd: folder });
    expect(missing).toMatchObject({ code: 4, stderr: expect.stringContaining('Did you mean “read”') });
  }, 60_000);
});

describe('what became of the chunks of a query', () => {
  it('is told with ranks, reasons and what the prompt held, and by the command', async () => {
    const { flow: way } = await (await host.insight()).retrieval(good);
    expect(
      way?.chunks.map(({ file, inPrompt, seen }) => [file, inPrompt, seen.at(-1)?.after ?? seen.at(-1)?.dropped]),
    ).toEqual([
      ['documents/tools.md', 'whole', 1],
      ['documents/fees.md', 'whole', 2],
    ]);
    expect(way?.chunks[0]).toMatchObject({ cited: true, start: 0, line: 1 });
    const { stdout } = await runHere(['retrieval', good], { cwd: folder });
    expect(stdout).toContain(QUESTION);
    expect(stdout).toMatch(/\n +1 +1 +1 +[\d.]+ {2}P {2}\[1\] +tools\.md:1\n/);
  }, 60_000);

  it('says nothing of what a step marked personal found, nor notes it in the log', async () => {
    write('workflows/answer.flow.json', flow({ personal: true }));
    const run = await ran();
    const { flow: way } = await (await host.insight()).retrieval(run);
    expect(way?.stages[0]).toEqual({ step: 'docs', node: 'docs', role: 'search', state: 'succeeded' });
    const events = await (await host.runs()).events(run);
    const docs = events.filter((event) => 'step' in event && event.step === 'docs');
    expect(JSON.stringify(docs)).not.toMatch(/borrow|fees\.md|retrieval/);
    write('workflows/answer.flow.json', flow());
  });

  it('shows no text of a run whose capture setting hides payloads', async () => {
    const started = await (await host.runs()).start({
      workflow: 'answer',
      inputs: { question: { json: QUESTION } },
      capture: 'hashed',
    });
    await started.result;
    const insight = await host.insight();
    const told = JSON.stringify([await insight.retrieval(started.runId), await insight.why(started.runId)]);
    expect(told).not.toMatch(/seven days|thirty days|How long/);
  });
});
