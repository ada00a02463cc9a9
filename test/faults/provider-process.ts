import { createHash } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { dialects } from '../kit/providers/dialects.ts';

/**
 * A model provider in a process of its own that outlives the processes which are killed: the count of what was really
 * asked for. Speaks the OpenAI chat protocol; the answer is a function of the question. Arguments: log file, latency in
 * ms, length of an answer. Prints its port. `POST /hold` and `POST /release`: from then on it answers nothing, or again.
 * `POST /effect` is something outside that must not happen twice.
 */
const [logFile = '', latency = '0', length = '200'] = process.argv.slice(2);
const log = openSync(logFile, 'a');
const openai = dialects.find(({ provider }) => provider === 'openai-compatible');
if (!openai) throw new Error('the kit has no OpenAI dialect');
const { answer } = openai;

let held: { promise: Promise<void>; release: () => void } | undefined;

function note(kind: string, text: string): void {
  writeSync(log, `${JSON.stringify({ kind, text })}\n`);
}

const hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** As long as asked for, and not compressible. */
function answerTo(question: string): string {
  let text = '';
  for (let i = 0; text.length < Number(length); i += 1)
    text += Buffer.from(hex(`${i} ${question}`), 'hex').toString('base64');
  return text.slice(0, Number(length));
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of incoming.setEncoding('utf8')) text += piece;
  return text;
}

async function chat(body: string, outgoing: ServerResponse): Promise<void> {
  const { messages } = JSON.parse(body) as { messages: { content: string }[] };
  const question = messages.map(({ content }) => content).join('\n');
  note('asked', question);
  // Not all equally fast, so that parallel calls are caught in different states.
  await sleep(Number(latency) * (0.5 + Number.parseInt(hex(question).slice(0, 4), 16) / 0xffff));
  await held?.promise;
  const text = answerTo(question);
  const half = Math.ceil(text.length / 2);
  const reply = answer({
    pieces: [text.slice(0, half), text.slice(half)],
    usage: { input: question.length, output: text.length },
  });
  if (!outgoing.destroyed) note('answered', question);
  outgoing.writeHead(200, reply.headers);
  outgoing.end(reply.body);
}

async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = await bodyOf(incoming);
  if (incoming.url?.endsWith('/chat/completions')) return chat(body, outgoing);
  if (incoming.url === '/hold') {
    const { promise, resolve } = Promise.withResolvers<void>();
    held = { promise, release: resolve };
  } else if (incoming.url === '/release') {
    held?.release();
    held = undefined;
  } else if (incoming.url === '/effect') {
    note('effect', body);
    await held?.promise;
  } else outgoing.writeHead(404);
  outgoing.end();
}

const server = createServer((incoming, outgoing) => {
  outgoing.on('error', () => undefined);
  // A client that was killed in the middle of its request.
  serve(incoming, outgoing).catch(() => outgoing.destroy());
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
