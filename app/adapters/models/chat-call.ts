import {
  AIMessage,
  type BaseMessage,
  type ContentBlock,
  HumanMessage,
  SystemMessage,
  ToolMessage,
} from '@langchain/core/messages';
import type { CallOptions, ModelRequest, ModelResponse } from '../../core/capabilities/capabilities.ts';
import { type AppError, isAppError, withAccounts } from '../../core/errors/app-error.ts';
import type { Json } from '../../core/graph/json.ts';
import type { Message, ToolCall, Usage } from '../../core/graph/values.ts';
import { isTextFile, writtenFile } from '../../core/media/attachments.ts';
import { redactJson } from '../../core/run/shown-value.ts';
import { estimatedUsage } from './prompt-tokens.ts';
import { complaintError, type ErrorPlace, providerError, readComplaint, wireError } from './provider-errors.ts';
import { createProviderFetch, type ProviderFetch, type Timeouts, type WireFailure } from './provider-fetch.ts';
import { type ChatProvider, callHeaders, type WireFacts } from './providers/chat-provider.ts';
import { toolCallsOf } from './tool-calls.ts';
import { createWireEvents } from './wire-events.ts';

export interface ChatCall {
  provider: ChatProvider;
  place: ErrorPlace;
  /** With its path, without a trailing slash. */
  baseUrl: string;
  key: string | undefined;
  request: ModelRequest;
  maxTokens: number | undefined;
  contextWindow: number | undefined;
  timeouts: Timeouts;
  options: CallOptions;
  /** Hears the headers of the provider's answer. */
  onHeaders?: ((headers: { [name: string]: string }) => void) | undefined;
  /** Milliseconds of a clock that only moves forward. */
  elapsed: () => number;
}

/**
 * One call of a provider, streamed, tried once. LangChain makes the request; usage, finish reason and errors are read
 * from the bytes themselves, and the text too where the provider's LangChain package would be slow at it.
 * @throws AppError provider.*, run.cancelled; with `accounts` when the provider may charge for it
 */
export async function callChat(call: ChatCall): Promise<Omit<ModelResponse, 'cost'>> {
  const { provider, place, options } = call;
  const facts: WireFacts = { ended: false };
  const ownReading = 'request' in provider ? provider : undefined;
  let events = 0;
  const reading = createWireEvents(provider.format, {
    onJson(value) {
      events += 1;
      provider.read(value as Json, facts);
      if (!ownReading) return;
      try {
        take(ownReading.textOf(value as Json));
      } catch (error) {
        thrown = error;
      }
      if (facts.error !== undefined || thrown !== undefined) wire.finish();
    },
    onDone() {
      facts.ended = true;
      if (ownReading) wire.finish();
    },
    onMalformed: () => wire.fail({ kind: 'malformed', detail: 'a piece is no JSON' }),
  });
  const wire = createProviderFetch({
    origin: place.origin,
    headers: callHeaders(provider, call.key, options.idempotencyKey),
    timeouts: call.timeouts,
    signal: options.signal,
    onHeaders: call.onHeaders,
    fromJson: provider.eventOf && ((body) => streamOf(body, provider)),
    onBytes: (bytes) => reading.push(bytes),
    onEnd: () => reading.end(),
  });

  const start = call.elapsed();
  let firstMs: number | undefined;
  let text = '';
  let thrown: unknown;
  // A server that echoes its key does not bring it into a log or onto a screen.
  const shown = place.redactor().stream();
  const show = (piece: string) => {
    if (piece !== '') options.onDelta?.(piece);
  };
  const take = (piece: string) => {
    if (piece === '') return;
    firstMs ??= Math.round(call.elapsed() - start);
    text += piece;
    show(shown.push(piece));
  };
  try {
    const setup = {
      baseUrl: call.baseUrl,
      model: place.model,
      request: call.request,
      messages: langchainMessages(call.request.messages, provider),
      maxTokens: call.maxTokens,
      contextWindow: call.contextWindow,
    };
    if ('request' in provider) {
      const { path, body } = await provider.request(setup);
      await wire.post(`${call.baseUrl}${path}`, JSON.stringify(body));
    } else {
      for await (const piece of await provider.stream({ ...setup, fetch: wire.fetch, signal: options.signal }))
        take(piece);
    }
    show(shown.end());
    text = place.redactor().known(text);
  } catch (error) {
    thrown = error;
  } finally {
    wire.close();
  }
  const failure = wire.failure();
  const asked = toolCallsOf(facts.toolCalls ?? []) as unknown as Json[];
  const toolCalls = redactJson(asked, place.redactor().known) as unknown as ToolCall[];
  const error = faultOf({ failure, facts, events, text, thrown }, place);
  if (error !== undefined) {
    const charged = mayBeCharged(wire, facts, events, text);
    throw charged ? withAccounts(error, { ...named(facts, place), usage: usageSoFar(call, facts, text) }) : error;
  }
  return {
    text,
    // Some say `stop` although they want a call.
    finish: toolCalls.length > 0 && facts.finish === 'stop' ? 'tool_calls' : (facts.finish ?? 'other'),
    ...(toolCalls.length > 0 && { toolCalls }),
    usage:
      facts.usage === undefined ? estimatedUsage(call.request, text, toolCalls) : { ...facts.usage, estimated: false },
    ...named(facts, place),
    ms: Math.round(call.elapsed() - start),
    ...(firstMs !== undefined && { firstMs }),
  };
}

const named = (facts: WireFacts, place: ErrorPlace) => ({
  model: facts.model ?? place.model,
  provider: place.provider,
});

interface Seen {
  failure: WireFailure | undefined;
  facts: WireFacts;
  /** Events of the stream that were read. */
  events: number;
  text: string;
  thrown: unknown;
}

/** What was wrong with an answer; undefined when it is good. */
function faultOf({ failure, facts, events, text, thrown }: Seen, place: ErrorPlace): AppError | undefined {
  // A reset after the provider's own error event is only its consequence.
  if (failure !== undefined && failure.kind !== 'reset') return wireError(failure, place);
  if (facts.error !== undefined) return complaintError(readComplaint(facts.error, undefined), place);
  if (failure !== undefined) return events === 0 ? wireError(failure, place) : cutOff(place, failure.detail);
  if (!facts.ended && events > 0) return cutOff(place, 'it has no end');
  if (!facts.ended && thrown === undefined) return wireError({ kind: 'malformed', detail: 'it holds no event' }, place);
  if (thrown !== undefined) return libraryError(thrown, place);
  if (facts.spliced) return cutOff(place, 'it was begun anew behind some of its text');
  if (facts.inputBlocked)
    return complaintError(
      { status: undefined, codes: ['content_filter'], message: '', headers: {}, details: [] },
      place,
    );
  if (facts.refusal !== undefined && text === '') {
    return providerError('output.refusal', place, {
      message: 'The model refused to answer.',
      remedy: 'Change the prompt, or take the error port of the step.',
    });
  }
  if (facts.finish === 'content_filter' && text === '') {
    return providerError('provider.content_filter_output', place, {
      message: 'The provider withheld its answer.',
      remedy: 'Change the prompt or its context, or name another profile.',
    });
  }
  return undefined;
}

/** Whether a failed call may be on the bill all the same. */
function mayBeCharged(wire: ProviderFetch, facts: WireFacts, events: number, text: string): boolean {
  if (events === 0) return wire.leftUnanswered();
  return facts.error === undefined || facts.usage !== undefined || text !== '';
}

/**
 * What a call had used when it ended: as reported where its answer came to an end, else what the provider had counted
 * by then, but never less than what arrived.
 */
function usageSoFar(call: ChatCall, facts: WireFacts, text: string): Usage {
  const guess = estimatedUsage(call.request, text, toolCallsOf(facts.toolCalls ?? []));
  const { usage } = facts;
  if (usage === undefined) return guess;
  if (facts.ended) return { ...usage, estimated: false };
  return { ...usage, outputTokens: Math.max(usage.outputTokens, guess.outputTokens), estimated: true };
}

function streamOf(body: string, provider: ChatProvider): string | undefined {
  try {
    const event = provider.eventOf?.(JSON.parse(body) as Json);
    return event === undefined ? undefined : `data: ${JSON.stringify(event)}\n\ndata: [DONE]\n\n`;
  } catch {
    // No JSON after all: told of as any other answer that is no stream.
    return undefined;
  }
}

const protocolRemedy = 'Check provider and baseUrl of the profile: another kind of server answers there.';

function cutOff(place: ErrorPlace, detail: string): AppError {
  return providerError('provider.stream', place, {
    message: `The answer broke off (${detail}).`,
    remedy: 'Try again.',
    data: { reason: 'cut' },
  });
}

/** LangChain or a provider's library objected by itself: to a setting, or to an answer of another shape. */
function libraryError(thrown: unknown, place: ErrorPlace): AppError {
  if (isAppError(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const unreadable = thrown instanceof SyntaxError || thrown instanceof TypeError;
  return providerError(unreadable ? 'provider.protocol' : 'provider.invalid_request', place, {
    message: message.replace(/\s+/g, ' ').slice(0, 300),
    remedy: unreadable ? protocolRemedy : 'Change the settings of the step or of the profile as the message says.',
  });
}

function langchainMessages(messages: Message[], provider: ChatProvider): BaseMessage[] {
  const names = new Map<string, string>();
  return messages.map((message) => {
    const { role, content, toolCalls = [], toolCallId = '' } = message;
    if (role === 'system') return new SystemMessage(content);
    // Some providers know an answer by the tool's name, others by the call's id. Ids may come again: the last call counts.
    if (role === 'tool')
      return new ToolMessage({ content, tool_call_id: toolCallId, name: names.get(toolCallId) ?? 'unknown' });
    if (role !== 'assistant') return new HumanMessage({ content: userContent(message, provider) });
    for (const { id, name } of toolCalls) names.set(id, name);
    return new AIMessage({
      content,
      tool_calls: toolCalls.map(({ id, name, arguments: args }) => ({ type: 'tool_call', id, name, args })),
      ...(provider.signed && toolCalls.length > 0 && { additional_kwargs: provider.signed(toolCalls) }),
    });
  });
}

/** A message's words, then what is attached: text files as text, the rest in the provider's own form. */
function userContent({ content, attachments = [] }: Message, provider: ChatProvider): string | ContentBlock[] {
  if (attachments.length === 0) return content;
  const written = attachments.filter(({ mime }) => isTextFile(mime)).map(writtenFile);
  const text = [content, ...written].filter((part) => part !== '').join('\n\n');
  const blocks = attachments.filter(({ mime }) => !isTextFile(mime)).map((one) => provider.attachments.block(one));
  if (blocks.length === 0) return text;
  return text === '' ? blocks : [{ type: 'text', text }, ...blocks];
}
