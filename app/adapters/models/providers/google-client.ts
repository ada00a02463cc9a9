import { createWireEvents } from '../wire-events.ts';

/** The part of Google's client that LangChain calls, over a fetch of ours: Google's own takes none. */
export interface GoogleClient {
  generateContentStream(request: object): Promise<{ stream: AsyncIterable<object> }>;
  batchEmbedContents(request: { requests: object[] }): Promise<{ embeddings: { values: number[] }[] }>;
}

export interface GoogleTarget {
  /** Without the version: `https://generativelanguage.googleapis.com`. */
  baseUrl: string;
  model: string;
  fetch: typeof globalThis.fetch;
}

export function createGoogleClient({ baseUrl, model, fetch }: GoogleTarget): GoogleClient {
  const name = model.includes('/') ? model : `models/${model}`;
  const post = (method: string, body: object): Promise<Response> =>
    fetch(`${baseUrl}/v1beta/${name}:${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  return {
    async generateContentStream(request) {
      const response = await post('streamGenerateContent?alt=sse', request);
      return { stream: objects(response) };
    },
    async batchEmbedContents(request) {
      const requests = request.requests.map((one) => ({ model: name, ...one }));
      const response = await post('batchEmbedContents', { requests });
      return (await response.json()) as { embeddings: { values: number[] }[] };
    },
  };
}

async function* objects(response: Response): AsyncGenerator<object> {
  const ready: object[] = [];
  const events = createWireEvents('sse', {
    onJson: (value) => void (typeof value === 'object' && value !== null && ready.push(value)),
    onDone: () => undefined,
    onMalformed: () => undefined,
  });
  for await (const bytes of response.body ?? []) {
    events.push(bytes);
    yield* ready.splice(0);
  }
  events.end();
  yield* ready.splice(0);
}
