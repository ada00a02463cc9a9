import { StringDecoder } from 'node:string_decoder';

/** How a provider frames a streamed answer: server-sent events, or one JSON value a line. */
export type WireFormat = 'sse' | 'ndjson';

export interface WireEvents {
  push(bytes: Uint8Array): void;
  /** The last line may lack its line break. */
  end(): void;
}

export interface WireListener {
  onJson(value: unknown): void;
  /** The `[DONE]` of OpenAI's protocol. */
  onDone(): void;
  /** A data line that is not JSON. */
  onMalformed(): void;
}

const BYTE_ORDER_MARK = '\uFEFF';
const lineLimit = 8 * 1024 * 1024;

/** Reads the JSON values out of a streamed answer, byte pieces cut anywhere. Several `data:` lines of one event join. */
export function createWireEvents(format: WireFormat, listener: WireListener): WireEvents {
  const decoder = new StringDecoder('utf8');
  let begun = false;
  let rest = '';
  let data = '';

  const deliver = (text: string): void => {
    if (text === '') return;
    if (text.trim() === '[DONE]') {
      listener.onDone();
      return;
    }
    const value = parse(text);
    if (value === undefined) listener.onMalformed();
    else listener.onJson(value);
  };
  const line = (text: string): void => {
    if (format === 'ndjson') deliver(text.trim());
    else if (text === '') {
      deliver(data);
      data = '';
    } else if (text.startsWith('data:')) {
      data += (data === '' ? '' : '\n') + text.slice(text.startsWith('data: ') ? 6 : 5);
    }
  };
  const take = (text: string): void => {
    rest += text;
    let from = 0;
    for (let at = rest.indexOf('\n', from); at >= 0; at = rest.indexOf('\n', from)) {
      line(rest.slice(from, rest[at - 1] === '\r' ? at - 1 : at));
      from = at + 1;
    }
    rest = rest.slice(from);
    if (rest.length > lineLimit) {
      rest = '';
      listener.onMalformed();
    }
  };
  return {
    push(bytes) {
      const text = decoder.write(bytes);
      if (text === '') return;
      take(begun || !text.startsWith(BYTE_ORDER_MARK) ? text : text.slice(1));
      begun = true;
    },
    end() {
      take(decoder.end());
      if (rest !== '') line(rest);
      rest = '';
      if (data !== '') deliver(data);
      data = '';
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
