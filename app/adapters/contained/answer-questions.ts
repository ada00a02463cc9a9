import { type ErrorWire, isAppError } from '../../core/errors/app-error.ts';

/** `last`: this process wants no further question. */
export type Answer = ({ ok: true; result: unknown } | { ok: false; error: ErrorWire }) & { last?: true };

const newline = 10;

/**
 * The inner side of a contained process: reads questions from stdin (a line of JSON with `bytes`, then so many bytes)
 * and answers each with one line on stdout. Ends when stdin does. After a question that changed a prototype which all
 * objects share it wants no other, so that one document cannot reach into the next.
 */
export async function answerQuestions(
  handle: (question: { [key: string]: unknown }, body: Uint8Array) => unknown,
): Promise<void> {
  // Libraries that print would break into the answers.
  for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) console[name] = () => undefined;
  for (const name of ['fetch', 'WebSocket', 'EventSource']) Reflect.deleteProperty(globalThis, name);
  const clean = sharedNames();
  for await (const frame of readFrames()) {
    const line = frame.indexOf(newline);
    const question = JSON.parse(frame.subarray(0, line).toString('utf8')) as { [key: string]: unknown };
    const answer = await answerOne(handle, question, frame.subarray(line + 1));
    if (sharedNames() !== clean) answer.last = true;
    await new Promise<void>((resolve) => process.stdout.write(`${JSON.stringify(answer)}\n`, () => resolve()));
  }
}

async function answerOne(
  handle: (question: { [key: string]: unknown }, body: Uint8Array) => unknown,
  question: { [key: string]: unknown },
  body: Uint8Array,
): Promise<Answer> {
  try {
    return { ok: true, result: await handle(question, body) };
  } catch (error) {
    if (isAppError(error)) return { ok: false, error: error.toWire() };
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, error: { code: 'internal', class: 'internal', message: message.slice(0, 500) } };
  }
}

/** Whole frames out of stdin's chunks: header line and body together. */
async function* readFrames(): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  let needed: number | undefined;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    parts.push(chunk);
    length += chunk.length;
    while (length > 0) {
      if (needed === undefined) {
        if (!parts.some((part) => part.includes(newline))) break;
        const joined = Buffer.concat(parts);
        parts = [joined];
        const end = joined.indexOf(newline);
        const header = JSON.parse(joined.subarray(0, end).toString('utf8')) as { bytes: number };
        needed = end + 1 + header.bytes;
      }
      if (length < needed) break;
      const joined = Buffer.concat(parts);
      const frame = joined.subarray(0, needed);
      const rest = joined.subarray(needed);
      parts = rest.length > 0 ? [rest] : [];
      length = rest.length;
      needed = undefined;
      yield frame;
    }
  }
}

function sharedNames(): string {
  // Only those that no library of ours mends: pdf.js brings newer methods for Promise, Map and typed arrays along.
  const shared = [Object, Array, Function, String, Number, RegExp];
  return shared.map(({ prototype }) => Reflect.ownKeys(prototype).map(String).join()).join(';');
}
