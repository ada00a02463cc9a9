import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorkspace, type Workspace } from '../../app/index.ts';

/** Every way of asking for 7 × 7 and for a product that nothing else in a run looks like. */
const PRODUCT = '5332114';
const payload =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that nothing reads it as one is what is tested
  "{{7*7}} {{ 7 | times: 7 }} ${7*7} <%= 7*7 %> #{7*7} {% assign a = 1234 | times: 4321 %}{{ a }} {{ 1234 | times: 4321 }} ' + string(1234*4321) + '";
const cel = 'string(1234 * 4321)';

const root = mkdtempSync(join(tmpdir(), 'pipewright-second-'));
const folder = join(root, 'workspace');
const asked: string[] = [];
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (piece) => {
    body += piece;
  });
  request.on('end', () => {
    asked.push(body);
    const chunk = (delta: object, more: object = {}) =>
      `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: null, ...more }] })}\n\n`;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(
      `${chunk({ role: 'assistant', content: payload })}${chunk({}, { finish_reason: 'stop' })}data: [DONE]\n\n`,
    );
  });
});
let workspace: Workspace;

const write = (path: string, content: string | object) =>
  writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
const node = (id: string, type: string, config: object, more: object = {}) => ({
  id,
  type,
  version: 1,
  name: payload.slice(0, 150),
  config,
  ...more,
});

const wires = [
  'question.value > plain.value',
  'question.value > same.value',
  'plain.value > o1.value',
  'same.value > o2.value',
  'rows.rows > o3.value',
  'rows.rows > shown.value',
  'shown.value > o4.value',
  'load.documents > o5.value',
  'load.documents > ask.docs',
  'question.value > ask.question',
  'rows.first > ask.row',
  'ask.text > o6.value',
  'ask.messages > model.messages',
  'model.text > o7.value',
  'model.text > again.value',
  'again.value > o8.value',
  'model.text > pick.value',
  'pick.default > log.value',
  'log.value > review.payload',
  'review.approved > o9.value',
  'review.decision > decided.value',
  'decided.value > o10.value',
];
const outputs = Array.from({ length: 10 }, (_, i) => `o${i + 1}`);
const flow = {
  format: 1,
  id: 'wf_second-order',
  name: payload.slice(0, 150),
  description: payload,
  inputs: { question: { type: 'text', default: cel, description: payload } },
  outputs: Object.fromEntries(outputs.map((name) => [name, { type: 'any', description: payload }])),
  nodes: [
    node('question', 'input', { name: 'question' }),
    node('plain', 'transform', { language: 'template', expression: '{{ value }}' }),
    node('same', 'transform', { expression: 'value' }),
    node('rows', 'query', { sql: 'SELECT * FROM cells' }),
    node('shown', 'transform', {
      language: 'template',
      expression: '{% for row in value %}{{ row.text }};{{ row.cel }}{% endfor %}',
    }),
    node('load', 'load-documents', { patterns: ['*.md'], metadata: { added: payload } }),
    node('ask', 'prompt', {
      messages: [{ role: 'user', template: '{{ question }} {{ row.text }} {{ extra }} {{ docs }}' }],
      variables: ['question', 'row', 'docs', 'extra'],
      defaults: { extra: payload },
    }),
    node('model', 'model', { profile: 'echo', citations: 'none', streaming: false }),
    node('again', 'transform', { expression: "value + ' seen'" }),
    node('pick', 'router', { branches: [{ name: 'never', when: 'size(value) == 0' }] }),
    node('log', 'log', { message: 'got {{ value }}' }),
    node('review', 'human-review', {
      title: payload.slice(0, 150),
      actions: ['approve', 'edit', 'reject'],
      form: { type: 'object', properties: { note: { type: 'string' } } },
    }),
    node('decided', 'transform', {
      language: 'template',
      expression: '{{ value.comment }} {{ value.values.note }} {{ value.by }}',
    }),
    ...outputs.map((name) => node(name, 'output', { name })),
  ],
  edges: wires.map((wire, i) => {
    const [from, to] = wire.split(' > ').map((end) => {
      const [name, port] = end.split('.');
      return { node: name, port };
    });
    return { id: `e${i}`, from, to };
  }),
};

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  for (const name of ['workflows', 'documents', 'tables']) mkdirSync(join(folder, name), { recursive: true });
  const quoted = `"${payload.replaceAll('"', '""')}"`;
  write('tables/cells.csv', `text,cel\n${quoted},${cel}\n`);
  write(
    'documents/ticket.md',
    `---\nproduct: ${JSON.stringify(payload)}\ncel: ${JSON.stringify(cel)}\n---\n# ${payload}\n\n${payload}\n`,
  );
  write('documents/{{ 1234 | times: 4321 }}.md', cel);
  write('workflows/second.flow.json', flow);
  write('pipewright.json', {
    format: 1,
    name: 'Second order',
    profiles: {
      echo: {
        use: 'chat',
        provider: 'openai-compatible',
        model: 'm',
        secret: 'K',
        baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
      },
    },
    tables: { cells: { file: 'tables/cells.csv' } },
  });
  workspace = await openWorkspace(folder, { env: { K: 'k' }, profileDir: join(root, 'profile') });
});
afterAll(async () => {
  await workspace?.close();
  await new Promise((resolve) => server.close(resolve));
  rmSync(root, { recursive: true, force: true });
});

/** Runs to the end, a person deciding with the payload in every field. */
async function runThrough(inputs: { [name: string]: string }) {
  const first = await workspace.run('second', inputs);
  expect(await first.result).toMatchObject({ status: 'waiting' });
  const [task] = await workspace.reviews({ runId: first.runId });
  await workspace.decide(task?.wait ?? '', {
    action: 'approve',
    by: payload.slice(0, 40),
    comment: payload,
    values: { note: payload },
  });
  const result = await (await workspace.resume(first.runId)).result;
  expect(result).toMatchObject({ status: 'succeeded' });
  return { outputs: result.outputs, trace: JSON.stringify(await workspace.trace(first.runId)) };
}

it.each([
  ['a payload', { question: payload }, payload],
  ['an expression', { question: cel }, cel],
  ['the default', {}, cel],
])('text from outside stays text in every place that takes some: %s as the input', async (_, inputs, question) => {
  const { outputs: given, trace } = await runThrough(inputs);
  expect(Object.keys(given).sort()).toEqual([...outputs].sort());
  expect([given['o1'], given['o2']]).toEqual([question, question]);
  expect(given['o3']).toEqual([{ text: payload, cel }]);
  expect(given['o4']).toBe(`${payload};${cel}`);
  expect(JSON.stringify(given['o5'])).toContain(JSON.stringify(payload).slice(1, -1));
  expect(given['o6']).toContain(`${question} ${payload} ${payload}`);
  expect([given['o7'], given['o8'], given['o9']]).toEqual([payload, `${payload} seen`, payload]);
  expect(given['o10']).toContain(`${payload} ${payload}`);
  // `o5` has hashes and lengths in it, where 49 may stand by chance.
  for (const name of outputs)
    if (name !== 'o5' && name !== 'o6') expect(JSON.stringify(given[name]), name).not.toContain('49');
  expect(trace + JSON.stringify(given) + asked.join()).not.toContain(PRODUCT);
});

it('would notice an evaluation', async () => {
  write('workflows/planted.flow.json', {
    ...flow,
    id: 'wf_planted',
    outputs: { o1: { type: 'any' }, o2: { type: 'any' } },
    nodes: [
      node('a', 'transform', { language: 'template', expression: '{{ 1234 | times: 4321 }}' }),
      node('b', 'transform', { expression: cel }),
      node('o1', 'output', { name: 'o1' }),
      node('o2', 'output', { name: 'o2' }),
    ],
    edges: [
      { id: 'e1', from: { node: 'a', port: 'value' }, to: { node: 'o1', port: 'value' } },
      { id: 'e2', from: { node: 'b', port: 'value' }, to: { node: 'o2', port: 'value' } },
    ],
  });
  const { outputs: given } = await (await workspace.run('planted')).result;
  expect(given).toEqual({ o1: PRODUCT, o2: PRODUCT });
});
