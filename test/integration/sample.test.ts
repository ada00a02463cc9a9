import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { splitFrontMatter } from '../../app/adapters/loaders/front-matter.ts';
import { parseCsv } from '../../app/adapters/tables/parse-csv.ts';
import type { Answer, Chunk } from '../../app/core/graph/values.ts';
import { findPersonalData } from '../../app/core/text/personal-data.ts';
import { phoneFinder } from '../../app/core/text/phone-numbers.ts';
import { WorkspaceConfig } from '../../app/core/workspace/workspace-config.ts';
import type { Json, RunResult, Trace } from '../../app/index.ts';
import { copyWorkspace, type WorkspaceCopy } from '../kit/workspace-copy.ts';

const sample = join(import.meta.dirname, '../../workflows/samples/support');
const flow = 'support-assistant';

interface Question {
  id: string;
  question: string;
  customer: string | null;
  expect: 'answer' | 'abstain' | 'escalate';
  sources: string[];
}

const textOf = (path: string) => readFileSync(join(sample, path), 'utf8');
const linesOf = (path: string) =>
  textOf(path)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Question);
const questions = linesOf('datasets/questions.jsonl');
const demo = linesOf('datasets/demo.jsonl');
const tickets = readdirSync(join(sample, 'documents/tickets')).map((file) => `documents/tickets/${file}`);
const table = parseCsv(textOf('tables/customers.csv'), { file: 'tables/customers.csv', malformed: 'table.malformed' });
const idColumn = table.header.indexOf('customer_id');
const customers = new Set(table.records.map(({ cells }) => cells[idColumn]));

const kinds = ['email', 'phone', 'iban', 'credit-card', 'ssn'] as const;
const phones = phoneFinder(['US', 'GB', 'DE']);
const personal = (text: string) =>
  findPersonalData(text, kinds, phones).map(({ start, end }) => text.slice(start, end));

interface Asked {
  question: Question;
  result: RunResult;
  trace: Trace;
}

let copy: WorkspaceCopy;
const outcomes = new Map<string, Asked>();

async function ask(question: Question, options = {}): Promise<Asked> {
  const { id: _id, question: text, customer } = question;
  const run = await copy.workspace.run(flow, { question: text, ...(customer !== null && { customer }) }, options);
  const result = await run.result;
  return { question, result, trace: await copy.workspace.trace(run.runId) };
}

/** A value on the port of a step that ran. */
function portValue<T>({ trace }: Asked, step: string, port: string): T | undefined {
  const shown = trace.steps.find((one) => one.step === step)?.outputs[port];
  return shown !== undefined && 'value' in shown ? (shown.value as T) : undefined;
}

beforeAll(async () => {
  copy = await copyWorkspace(sample);
  for (const question of [...questions, ...demo]) outcomes.set(question.id, await ask(question));
});
afterAll(() => copy?.close());

const expected = (kind: Question['expect']) => questions.filter(({ expect }) => expect === kind);
const outcome = ({ id }: Question) => outcomes.get(id) as Asked;

describe('the files of the sample', () => {
  it('have a config that fits its schema and names what is there', () => {
    const config = WorkspaceConfig.parse(JSON.parse(textOf('pipewright.json')));
    for (const { embedder } of Object.values(config.collections)) expect(config.profiles).toHaveProperty(embedder);
    for (const { file } of Object.values(config.tables)) expect(existsSync(join(sample, file))).toBe(true);
    expect(Object.values(config.profiles).every(({ secret }) => secret === undefined)).toBe(true);
  });

  it('have a workflow in which nothing is wrong or doubtful', async () => {
    expect(await copy.workspace.validate(flow)).toMatchObject({ valid: true, issues: [] });
  });

  it('have at least 60 tickets, each with its whole front matter and a customer of the table', () => {
    expect(tickets.length).toBeGreaterThanOrEqual(60);
    for (const file of tickets) {
      const { metadata } = splitFrontMatter(textOf(file));
      expect(metadata, file).toMatchObject({
        id: basename(file, '.md'),
        date: expect.stringMatching(/^20\d\d-\d\d-\d\d$/),
        product_area: expect.stringMatching(/^[a-z-]+$/),
        status: expect.stringMatching(/^(open|solved|closed)$/),
        priority: expect.stringMatching(/^(low|normal|high|urgent)$/),
        tags: expect.stringMatching(/\w/),
      });
      expect(customers, file).toContain(metadata['customer']);
    }
  });

  it('have 40 questions, a quarter of them not to be answered, with sources and customers that exist', () => {
    expect(questions).toHaveLength(40);
    expect(new Set(questions.map(({ id }) => id)).size).toBe(40);
    expect(questions.filter(({ expect }) => expect !== 'answer').length).toBeGreaterThanOrEqual(10);
    for (const { id, expect: kind, sources, customer } of [...questions, ...demo]) {
      expect(sources.length > 0, id).toBe(kind === 'answer');
      for (const source of sources) expect(existsSync(join(sample, source)), `${id}: ${source}`).toBe(true);
      if (customer !== null) expect(customers, id).toContain(customer);
    }
  });
});

describe('the support assistant over its 40 questions', () => {
  it('hands every question that people decide to a person, before anything is searched or drafted', () => {
    for (const question of expected('escalate')) {
      const { result, trace } = outcome(question);
      expect(result.status, question.id).toBe('waiting');
      expect(trace.waits, question.id).toMatchObject([{ state: 'open', reason: expect.stringMatching(/\w/) }]);
      expect(trace.steps.find(({ step }) => step === 'read')?.state, question.id).toBe('skipped');
    }
  });

  it('answers nothing that the documents do not know', () => {
    for (const question of expected('abstain')) expect(outcome(question).result.status, question.id).toBe('waiting');
  });

  it('puts a source among the first five passages of the prompt for nine in ten questions', () => {
    const found = expected('answer').filter((question) =>
      portValue<Chunk[]>(outcome(question), 'pack', 'chunks')
        ?.slice(0, 5)
        .some(({ file }) => question.sources.includes(file)),
    );
    expect(found.length / expected('answer').length).toBeGreaterThanOrEqual(0.9);
  });

  it('answers some by itself, each time with a source of the question among its citations', () => {
    const answered = expected('answer').filter((question) => outcome(question).result.status === 'succeeded');
    expect(answered.length).toBeGreaterThanOrEqual(8);
    for (const question of answered) {
      const answer = outcome(question).result.outputs['answer'] as unknown as Answer;
      expect(
        answer.citations.map(({ file }) => file).some((file) => question.sources.includes(file ?? '')),
        `${question.id}: ${answer.text}`,
      ).toBe(true);
    }
  });

  it('hands a doubtful draft on to the person', () => {
    const doubtful = expected('answer').filter((question) => {
      const draft = portValue<Answer>(outcome(question), 'read', 'answer');
      return outcome(question).result.status === 'waiting' && draft !== undefined && !draft.abstained;
    });
    expect(doubtful.length).toBeGreaterThan(0);
    for (const question of doubtful) {
      const draft = portValue<Answer>(outcome(question), 'read', 'answer');
      expect(outcome(question).trace.waits[0]?.payload, question.id).toMatchObject({
        value: { draft: { text: draft?.text } },
      });
    }
  });

  it('reads nothing of a customer but plan, seats, region and support', () => {
    const { trace } = outcome(demo[1] as Question);
    const rows = trace.steps.find(({ step }) => step === 'account')?.outputs['rows'];
    expect(rows).toMatchObject({
      value: [{ plan: expect.any(String), seats: expect.any(Number), region: expect.any(String) }],
    });
    expect(Object.keys((rows as { value: object[] }).value[0] ?? {})).toHaveLength(4);
  });

  it('gives a reason to the person whenever it does not answer', () => {
    for (const { question, result, trace } of outcomes.values()) {
      if (result.status === 'succeeded') continue;
      expect(result.status, question.id).toBe('waiting');
      expect(trace.waits[0]?.reason, question.id).toMatch(/\w{3}/);
    }
  });

  it('says nothing personal out of tickets and table, neither in answers nor in quotes', () => {
    const known = new Set([...tickets.map(textOf), textOf('tables/customers.csv')].flatMap(personal));
    // Else the search below would look for nothing.
    expect([...known].filter((datum) => datum.includes('@')).length).toBeGreaterThan(10);
    expect([...known].filter((datum) => !datum.includes('@')).length).toBeGreaterThan(5);
    for (const { question, result } of outcomes.values()) {
      const said = JSON.stringify(result.outputs);
      for (const datum of known) expect(said, question.id).not.toContain(datum);
      expect(personal(String((result.outputs['answer'] as Answer | undefined)?.text ?? '')), question.id).toEqual([]);
    }
  });
});

describe('the support assistant behind a model that misbehaves', () => {
  const harmless = demo[0] as Question;
  const drafted = (text: string, citations: Json[] = []): Json => ({ text, citations, abstained: false });
  const cited = { marker: '1' };

  it.each([
    ['an account number', 'They gave us DE89 3704 0044 0532 0130 00. [1]', [cited]],
    ['a mail address', 'Write to e.carrow@brightwater-legal.example. [1]', [cited]],
    ['a phone number', 'Call +44 20 7946 0018. [1]', [cited]],
    ['a card number', 'The card is 4111 1111 1111 1111. [1]', [cited]],
    ['no citation', 'A workflow file may be as large as you like.', []],
    ['a source that there is not', 'A workflow file may be as large as you like. [99]', [{ marker: '99' }]],
  ])('keeps a draft with %s from the customer', async (_what, text, citations) => {
    const asked = await ask(harmless, { pins: { read: { answer: drafted(text, citations), text } } });
    expect(asked.result).toMatchObject({ status: 'waiting', outputs: {} });
    expect(asked.trace.waits[0]?.reason).toMatch(/^The draft was refused: /);
    const payload = asked.trace.waits[0]?.payload;
    expect(JSON.stringify(payload)).toContain('question');
    expect(JSON.stringify(payload)).not.toContain(text.slice(0, 20));
  });
});

describe('a person in the support assistant', () => {
  async function decided(question: Question, action: string, values: { [field: string]: Json }) {
    const { trace } = await ask(question);
    const [task] = await copy.workspace.reviews({ runId: trace.runId });
    expect(task).toMatchObject({ state: 'open', actions: ['approve', 'reject'] });
    await copy.workspace.decide(task?.wait ?? '', { action, values, by: 'lena' });
    return (await copy.workspace.resume(trace.runId)).result;
  }
  const refund = demo[2] as Question;

  it('sends the draft by approving it', async () => {
    const { status, outputs } = await decided(refund, 'approve', {});
    expect(status).toBe('succeeded');
    expect(outputs).toMatchObject({
      answer: { text: expect.stringMatching(/colleague/), citations: [] },
      escalation: expect.stringMatching(/\w/),
    });
  });

  it('sends a reply instead, approving or rejecting', async () => {
    for (const action of ['approve', 'reject']) {
      const { outputs } = await decided(refund, action, { reply: `We ${action} it.` });
      expect(outputs['answer']).toEqual({ text: `We ${action} it.`, citations: [], abstained: false });
    }
  });

  it('declines kindly by rejecting without a word', async () => {
    const { outputs } = await decided(refund, 'reject', { reply: '' });
    expect(outputs['answer']).toMatchObject({ text: expect.stringMatching(/account manager/) });
  });
});

describe('the demo', () => {
  it('shows an answer, an answer with documentation and tickets for a known customer, and a case for a person', () => {
    const [first, second, third] = demo.map(outcome) as [Asked, Asked, Asked];
    expect(demo.map((question) => outcome(question).result.status)).toEqual(['succeeded', 'succeeded', 'waiting']);
    const cited = ({ result }: Asked) =>
      (result.outputs['answer'] as unknown as Answer).citations.map(({ file }) => file?.split('/')[1]);
    expect(new Set(cited(first))).toEqual(new Set(['product']));
    expect(new Set(cited(second))).toEqual(new Set(['product', 'tickets']));
    expect(portValue(second, 'about', 'value')).toMatch(/has the plan/);
    expect(portValue(first, 'about', 'value')).toBe('No customer is known.');
    expect(third.trace.waits[0]?.reason).toBe('Money is decided by people.');
  });
});
