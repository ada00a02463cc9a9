import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { dialects } from './dialects.ts';
import type { ScriptedReply } from './provider-server.ts';

const root = process.env['PIPEWRIGHT_DATA'];

/** A folder of recorded provider answers under PIPEWRIGHT_DATA; undefined when that is not set. */
function recordingsFolder(name: string): string | undefined {
  const folder = root === undefined ? undefined : join(root, 'H', name);
  return folder !== undefined && existsSync(folder) ? folder : undefined;
}

/** The events of one recorded stream, each a line of JSON. */
function recordedLines(folder: string, name: string): string[] {
  return readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
}

/** Some recordings hold the answers to several requests, one behind the other. */
function messagesOf(lines: readonly string[]): string[][] {
  const messages: string[][] = [[]];
  lines.forEach((line, i) => {
    if (/"type":\s*"message_stop"/.test(lines[i - 1] ?? '')) messages.push([]);
    messages.at(-1)?.push(line);
  });
  return messages;
}

function namesIn(folder: string, under: string, ending: string): string[] {
  if (!existsSync(join(folder, under))) return [];
  return readdirSync(join(folder, under))
    .filter((name) => name.endsWith(ending))
    .map((name) => `${under}/${name}`)
    .toSorted();
}

/** One answer of a provider as it was recorded, to be sent as it is. */
export interface RecordedAnswer {
  name: string;
  provider: 'openai-compatible' | 'anthropic' | 'google';
  reply: ScriptedReply & { status: number; body: string };
  /** The JSON values in it, in their order. */
  // biome-ignore lint/suspicious/noExplicitAny: recorded JSON of three providers
  events: any[];
}

const eventStream = { 'content-type': 'text/event-stream' };
const folders: [RecordedAnswer['provider'], string][] = [
  ['openai-compatible', 'openai/chat'],
  ['openai-compatible', 'openai-compatible/chat'],
  ['openai-compatible', 'deepseek/chat'],
  ['anthropic', 'anthropic'],
  ['google', 'google'],
];

const cassetteFolders = ['anthropic', 'openai', 'output', 'structured_output', 'native_output'];

/** Every recorded answer of the protocols that are spoken here: streams, whole answers, refusals. */
export function recordedAnswers(): RecordedAnswer[] {
  const fixtures = recordingsFolder('llm-fixtures-vercel');
  const cassettes = recordingsFolder('llm-cassettes-pydantic-ai');
  return [
    ...(fixtures === undefined ? [] : folders.flatMap(([provider, under]) => fromFixtures(fixtures, provider, under))),
    ...(cassettes === undefined ? [] : cassetteFolders.flatMap((under) => fromCassettes(cassettes, under))),
  ];
}

function fromFixtures(folder: string, provider: RecordedAnswer['provider'], under: string): RecordedAnswer[] {
  const dialect = dialects.find((one) => one.provider === provider) as (typeof dialects)[number];
  const streams = namesIn(folder, under, '.chunks.txt').flatMap((name) =>
    messagesOf(recordedLines(folder, name)).map((lines, i) => {
      const { body, headers = {} } = dialect.recorded(lines);
      const events = lines.map((line) => JSON.parse(line));
      return {
        name: i === 0 ? name : `${name} ${i}`,
        provider,
        reply: { status: 200, headers, body: String(body) },
        events,
      };
    }),
  );
  const raw = namesIn(folder, under, '.sse').map((name) => {
    const body = readFileSync(join(folder, name), 'utf8');
    return { name, provider, reply: { status: 200, headers: eventStream, body }, events: eventsOf(body) };
  });
  const whole = namesIn(folder, under, '.json').map((name) => {
    const body = readFileSync(join(folder, name), 'utf8');
    const value = JSON.parse(body);
    const status =
      value.error === undefined || value.error === null
        ? 200
        : typeof value.error.code === 'number'
          ? value.error.code
          : 400;
    return {
      name,
      provider,
      reply: { status, headers: { 'content-type': 'application/json' }, body },
      events: [value],
    };
  });
  return [...streams, ...raw, ...whole];
}

/** An exchange of a cassette; bodies stand in it as text, or parsed where they were JSON. */
interface Exchange {
  request: { uri: string };
  response: {
    status: { code: number };
    headers: { [name: string]: string[] };
    body?: { string?: string };
    parsed_body?: unknown;
  };
}

function fromCassettes(folder: string, under: string): RecordedAnswer[] {
  return namesIn(folder, under, '.yaml').flatMap((name) => {
    const { interactions } = parse(readFileSync(join(folder, name), 'utf8')) as { interactions: Exchange[] };
    return interactions.flatMap(({ request, response }, i) => {
      const provider = protocolOf(new URL(request.uri).pathname);
      const body = response.parsed_body === undefined ? response.body?.string : JSON.stringify(response.parsed_body);
      if (provider === undefined || body === undefined) return [];
      const type = Object.entries(response.headers).find(([header]) => header.toLowerCase() === 'content-type')?.[1];
      const headers = { 'content-type': String(type) };
      return [
        {
          name: `${name} ${i}`,
          provider,
          reply: { status: response.status.code, headers, body },
          events: eventsOf(body),
        },
      ];
    });
  });
}

function protocolOf(path: string): RecordedAnswer['provider'] | undefined {
  if (path.endsWith('/chat/completions')) return 'openai-compatible';
  if (path.endsWith('/v1/messages')) return 'anthropic';
  return /:(streamGenerateContent|generateContent)$/.test(path) ? 'google' : undefined;
}

function eventsOf(body: string): unknown[] {
  const data = body.match(/(?<=^data: )\{.*$/gm);
  try {
    return data ? data.map((line) => JSON.parse(line)) : [JSON.parse(body)];
  } catch {
    return [];
  }
}
