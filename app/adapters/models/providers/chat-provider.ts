import type { BaseMessage, ContentBlock } from '@langchain/core/messages';
import type { ModelRequest, ModelResponse, ToolSpec } from '../../../core/capabilities/capabilities.ts';
import type { Json, JsonObject } from '../../../core/graph/json.ts';
import type { Attachment, ToolCall, Usage } from '../../../core/graph/values.ts';
import type { ToolCallPart } from '../tool-calls.ts';
import type { WireFormat } from '../wire-events.ts';

/** What the wire tells about an answer: LangChain sums, rounds or drops parts of it. */
export interface WireFacts {
  usage?: Omit<Usage, 'estimated'>;
  /** The provider's own counts so far, where later events give only some of them. */
  counts?: JsonObject;
  finish?: ModelResponse['finish'];
  model?: string;
  /** What it wants called, in its order. */
  toolCalls?: ToolCallPart[];
  /** The call that comes at a place of the stream now. */
  places?: Map<number, ToolCallPart>;
  /** Text of a refusal that the provider keeps apart from the answer. */
  refusal?: string;
  /** The provider refused the prompt before answering. */
  inputBlocked?: boolean;
  /** Some text of the answer has come. */
  spoken?: boolean;
  /** A gateway began the answer anew behind text that is shown already. */
  spliced?: boolean;
  /** An error in the middle of the stream, in the provider's own shape. */
  error?: Json;
  /** The answer came to its proper end. */
  ended: boolean;
}

export interface ChatSetup {
  /** Scheme, host, port and path, without a trailing slash. */
  baseUrl: string;
  model: string;
  request: ModelRequest;
  messages: BaseMessage[];
  maxTokens: number | undefined;
  contextWindow: number | undefined;
  fetch: typeof globalThis.fetch;
  signal: AbortSignal | undefined;
}

/** One provider: what LangChain needs to ask it, and how to read its own words. */
export type ChatProvider = ChatProtocol & (ReadByLibrary | ReadHere);

/** LangChain sends the request and reads the text. */
export interface ReadByLibrary {
  /** Pieces of the answer as they arrive. */
  stream(setup: ChatSetup): Promise<AsyncIterable<string>>;
}

/** LangChain makes the request and no more: on the way in it would take longer than everything else of a call. */
export interface ReadHere {
  /** What is posted as JSON, and the path behind the base URL. */
  request(setup: Omit<ChatSetup, 'fetch' | 'signal'>): Promise<{ path: string; body: object }>;
  /** The text that one event brings. */
  textOf(event: Json): string;
}

export interface ChatProtocol {
  defaultBaseUrl: string;
  /** Whether a call without a key makes sense. */
  keyNeeded: boolean;
  format: WireFormat;
  /** Headers that carry the key. */
  keyHeaders(key: string): { [name: string]: string };
  /** What it takes beside text, by media type, and how its library is told of one. Text files go as text to all. */
  attachments: {
    images: readonly string[];
    files: readonly string[];
    block(attachment: Attachment): ContentBlock;
  };
  /** Header that takes an idempotency key, where the provider knows one. */
  idempotencyHeader?: string;
  /** A whole answer, from a server that does not stream though asked to, as the one event of a stream. */
  eventOf?(answer: Json): Json | undefined;
  /** Whether it can be made to call some tool. */
  forcesTools: boolean;
  /** What LangChain keeps beside an assistant's message for the provider to get its signatures back. */
  signed?(calls: readonly ToolCall[]): { [key: string]: unknown };
  /** Loads its library, which may take a second. */
  load(): Promise<unknown>;
  /** Takes what one event says into `facts`. */
  read(event: Json, facts: WireFacts): void;
}

/** What enters a request at the socket, past every library. */
export function callHeaders(
  provider: Pick<ChatProvider, 'keyHeaders' | 'idempotencyHeader'>,
  key: string | undefined,
  idempotencyKey: string | undefined,
): { [name: string]: string } {
  const { idempotencyHeader } = provider;
  return {
    'user-agent': 'pipewright',
    ...(key !== undefined && provider.keyHeaders(key)),
    ...(idempotencyHeader !== undefined && idempotencyKey !== undefined && { [idempotencyHeader]: idempotencyKey }),
  };
}

/** An attachment as the address that some protocols want: `data:image/png;base64,…`. */
export function dataUrl({ mime, data }: Attachment): string {
  return `data:${mime};base64,${data}`;
}

/** Tools in the form that OpenAI brought in and most servers know. */
export function functionTools(tools: readonly ToolSpec[]) {
  return tools.map(({ name, description, parameters }) => ({
    type: 'function' as const,
    function: { name, description, parameters },
  }));
}

/** LangChain wants a key; the real one enters at the socket, past every library. */
export const placeholderKey = 'set-at-the-socket';

/** Whole numbers only: a provider may send null or leave a count out. */
export function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.max(0, Math.round(value)) : 0;
}

/** Members that hold a positive count; the others are left out. */
export function counted<K extends string>(counts: { [key in K]: unknown }): { [key in K]?: number } {
  const kept: { [key in K]?: number } = {};
  for (const key of Object.keys(counts) as K[]) if (count(counts[key]) > 0) kept[key] = count(counts[key]);
  return kept;
}

/** Texts of LangChain's pieces. */
export async function* texts(pieces: AsyncIterable<{ text: string }>): AsyncGenerator<string> {
  for await (const piece of pieces) if (piece.text !== '') yield piece.text;
}
