import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { RunEvent } from '../../app/core/run/events.ts';
import { type GraphNode, graph } from '../kit/graph.ts';
import { dialects } from '../kit/providers/dialects.ts';
import { type Command, runCommand, startCommand } from './command.ts';
import { type FaultGraph, writeWorkspace } from './graphs.ts';
import { runsOnDisk } from './journal-on-disk.ts';

const tool = (id: string, effects: string): GraphNode => ({
  id,
  type: 'tool',
  parent: 'agent',
  config: { name: id, description: id, effects, parameters: { type: 'object', properties: { q: { type: 'string' } } } },
});
const asks = (id: string): GraphNode[] => [
  {
    id: `p-${id}`,
    type: 'prompt',
    parent: id,
    config: { messages: [{ role: 'user', template: `${id} {{ q }}` }], variables: ['q'] },
  },
  { id: `m-${id}`, type: 'model', parent: id, config: { profile: 'paid', citations: 'none' } },
];
const wiresOf = (id: string) => [
  `${id}.q > p-${id}.q`,
  `p-${id}.messages > m-${id}.messages`,
  `m-${id}.text > ${id}.result`,
];
/** Two look-ups at once, then a call that a person must allow, then the answer: each tool asks the model as well. */
const flow: FaultGraph = {
  name: 'agent',
  workflow: graph(
    [
      { id: 'in', type: 'input', config: { name: 'topic' } },
      { id: 'agent', type: 'agent', config: { profile: 'paid' } },
      tool('look', 'no'),
      ...asks('look'),
      tool('send', 'yes'),
      ...asks('send'),
      { id: 'out', type: 'output', config: { name: 'answer' } },
    ],
    ['in > agent.task', ...wiresOf('look'), ...wiresOf('send'), 'agent.text > out.value'],
    { name: 'agent' },
  ),
  askers: [],
  width: 2,
};
const turns = [
  [
    { name: 'look', q: 'a' },
    { name: 'look', q: 'b' },
  ],
  [{ name: 'send', q: 'c' }],
];
/** What the provider is asked for in one undisturbed run. */
const QUESTIONS = ['turn 0', 'look a', 'look b', 'turn 1', 'send c', 'turn 2'];

const openai = dialects.find(({ provider }) => provider === 'openai-compatible') as (typeof dialects)[number];

/** Questions by what they are about, in the order that they came. */
const asked: string[] = [];
/** Told of each question before it is answered. */
let onAsked: (question: string) => void = () => undefined;

async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  let body = '';
  for await (const piece of incoming.setEncoding('utf8')) body += piece;
  const { messages, tools } = JSON.parse(body) as { messages: { role: string; content: string }[]; tools?: object[] };
  const turn = messages.filter(({ role }) => role === 'assistant').length;
  const question = tools ? `turn ${turn}` : (messages.at(-1)?.content ?? '');
  asked.push(question);
  onAsked(question);
  const calls = (tools && turns[turn])?.map(({ name, q }, i) => ({ id: `c${i}`, name, arguments: `{"q":"${q}"}` }));
  const usage = { input: 10, output: 5 };
  const reply = openai.answer(calls ? { pieces: [], calls, usage } : { pieces: [`answer to ${question}`], usage });
  outgoing.writeHead(200, reply.headers);
  outgoing.end(reply.body);
}

const scratch = mkdtempSync(join(tmpdir(), 'pipewright-agent-kill-'));
const server = createServer((incoming, outgoing) => {
  outgoing.on('error', () => undefined);
  serve(incoming, outgoing).catch(() => outgoing.destroy());
});
const { pipewright } = inject('program');

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** Calls that the log holds an answer of, by what was asked. */
function committed(events: readonly RunEvent[]): string[] {
  const waits = events.filter((event) => event.type === 'step.waiting').length;
  return events.flatMap((event) => {
    if (event.type !== 'call.completed') return [];
    if (event.step !== 'agent')
      return [`${/\/(look|send)\[/.exec(event.step)?.[1]} ${'ab'[indexOf(event.step)] ?? 'c'}`];
    // The approval has a number of its own.
    return [`turn ${event.call > 2 ? event.call - waits : event.call}`];
  });
}
const indexOf = (step: string) => Number(/^agent\[(\d+)\]/.exec(step)?.[1]);

it('an agent that is killed at each of its calls makes none twice that was answered, and asks a person once', async () => {
  const folder = join(scratch, 'workspace');
  mkdirSync(folder);
  writeWorkspace(folder, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, flow);
  const place = { pipewright, folder, home: join(scratch, 'home') };
  let command: Command | undefined;
  const waitingForKill = new Set(QUESTIONS);
  onAsked = (question) => {
    // Before it is answered: the call is under way.
    if (waitingForKill.delete(question)) command?.signal('SIGKILL');
  };
  const run = async (...args: string[]) => {
    command = startCommand(place, ...args);
    return command.end;
  };
  const events = () => runsOnDisk(folder)[0]?.events ?? [];

  let decided = false;
  let kills = 0;
  let ended = await run('run', 'agent', '--input', 'topic=t', '--json');
  for (let round = 0; ended.code !== 0 && round < 20; round += 1) {
    const before = new Map<string, number>();
    for (const question of committed(events())) before.set(question, asked.filter((one) => one === question).length);
    if (ended.code === 3) {
      expect(decided).toBe(false);
      decided = true;
      ended = await run('review', 'decide', 'last', 'approve', '--json');
    } else {
      kills += 1;
      expect(ended.code).toBe(null);
      ended = await run('resume', 'last', '--json');
    }
    for (const [question, times] of before)
      expect([question, asked.filter((one) => one === question).length]).toEqual([question, times]);
  }
  expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('answer to turn 2') });
  expect([decided, waitingForKill.size]).toEqual([true, 0]);
  // `look a` and `look b` may be under way together when one of them is the cause of a kill.
  expect(kills).toBeGreaterThanOrEqual(QUESTIONS.length - 1);
  expect(new Set(committed(events()))).toEqual(new Set(QUESTIONS));
  expect(committed(events())).toHaveLength(QUESTIONS.length);
  for (const question of QUESTIONS) {
    const times = asked.filter((one) => one === question).length;
    expect(times).toBeGreaterThan(1);
    expect(times).toBeLessThanOrEqual(question.startsWith('look') ? 3 : 2);
  }
  const replayed = await runCommand(place, 'replay', 'last');
  expect(replayed).toMatchObject({ code: 0, stderr: expect.stringContaining('0 differences') });
});
