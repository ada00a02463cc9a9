import { describe, expect, it } from 'vitest';
import { createWireEvents, type WireFormat } from './wire-events.ts';

function read(format: WireFormat, text: string, size: number): unknown[] {
  const seen: unknown[] = [];
  const events = createWireEvents(format, {
    onJson: (value) => seen.push(value),
    onDone: () => seen.push('done'),
    onMalformed: () => seen.push('malformed'),
  });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) events.push(bytes.subarray(at, at + size));
  events.end();
  return seen;
}

describe.each([1, 2, 3, 7, 1000])('in pieces of %i bytes', (size) => {
  it('reads server-sent events: comments, names, both line ends, split data, an unfinished last one', () => {
    const text =
      ': hi\n\nevent: x\ndata: {"a":"🙂"}\n\ndata:{"b":1}\r\n\r\ndata: {"c":\ndata: 2}\n\ndata: {oops}\n\ndata: [DONE]\n\ndata: {"d":4}';
    expect(read('sse', text, size)).toEqual([{ a: '🙂' }, { b: 1 }, { c: 2 }, 'malformed', 'done', { d: 4 }]);
  });
  it('passes over the mark that some servers begin a text with', () => {
    expect(read('ndjson', '\uFEFF{"a":1}\n', size)).toEqual([{ a: 1 }]);
  });
  it('reads lines of JSON', () => {
    expect(read('ndjson', '{"a":1}\n\n{"b":"ü"}\r\nnope\n{"c":3}', size)).toEqual([
      { a: 1 },
      { b: 'ü' },
      'malformed',
      { c: 3 },
    ]);
  });
});
