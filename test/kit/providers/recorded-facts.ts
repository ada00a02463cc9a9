import type { ModelResponse } from '../../../app/core/capabilities/capabilities.ts';

// biome-ignore lint/suspicious/noExplicitAny: recorded JSON of three providers
type Event = any;

/** What a recording alone tells of an answer, read in the plainest way and by none of the code that is tested. */
export interface RecordedFacts {
  text: string;
  /** Whole input and whole output; cached is a part of the input. */
  usage: { input: number; output: number; cached: number } | undefined;
  /** The provider says itself that it failed, or what it says has no end. */
  failed: boolean;
}

/** Dollars per million tokens, none a divisor of another: a token counted in the wrong place shows in the sum. */
export const recordedPrices = { input: 2.503, output: 10.007, cachedInput: 0.301 };

/** Nano-dollars of a recorded answer. */
export function recordedCost({ input, output, cached }: NonNullable<RecordedFacts['usage']>): number {
  return (input - cached) * 2503 + cached * 301 + output * 10_007;
}

/** Facts of what came over the wire: events of a stream, or one whole answer as the only event. */
export function recordedFacts(provider: string, events: readonly Event[]): RecordedFacts {
  const read = readers[provider];
  if (read === undefined) throw new Error(provider);
  return read(events);
}

const readers: { [provider: string]: (events: readonly Event[]) => RecordedFacts } = {
  'openai-compatible'(events) {
    const usage = events.findLast((event) => event.usage)?.usage;
    const choices = events.flatMap((event) => event.choices?.slice(0, 1) ?? []);
    return {
      text: choices.map(({ delta, message }) => (delta ?? message)?.content ?? '').join(''),
      usage: usage && {
        input: usage.prompt_tokens,
        output: usage.completion_tokens,
        cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
      },
      failed: events.some((event) => event.error) || !choices.some((choice) => choice.finish_reason),
    };
  },
  anthropic(events) {
    const usage = Object.assign({}, events.findLast((event) => event.type === 'message_start')?.message.usage);
    for (const event of events) if (event.type === 'message_delta') Object.assign(usage, event.usage);
    const cached = usage.cache_read_input_tokens ?? 0;
    return {
      text: events.map((event) => (event.delta?.type === 'text_delta' ? event.delta.text : '')).join(''),
      usage: {
        input: usage.input_tokens + cached + (usage.cache_creation_input_tokens ?? 0),
        output: usage.output_tokens,
        cached,
      },
      failed:
        events.some((event) => event.type === 'error' || event.delta?.stop_reason === 'refusal') ||
        !events.some((event) => event.type === 'message_stop'),
    };
  },
  google(events) {
    const usage = events.findLast((event) => event.usageMetadata)?.usageMetadata;
    const tools = usage?.toolUsePromptTokenCount ?? 0;
    const candidates = events.flatMap((event) => event.candidates?.slice(0, 1) ?? []);
    return {
      text: candidates
        .flatMap(({ content }) => (content?.parts ?? []).map((part: Event) => (part.thought ? '' : (part.text ?? ''))))
        .join(''),
      usage: usage && {
        input: usage.promptTokenCount + tools,
        output: usage.totalTokenCount - usage.promptTokenCount - tools,
        cached: usage.cachedContentTokenCount ?? 0,
      },
      failed: events.some((event) => event.error) || !candidates.some((candidate) => candidate.finishReason),
    };
  },
};

/** The same of an answer that the gateway gave. */
export function givenFacts({ text, usage }: ModelResponse): Omit<RecordedFacts, 'failed'> {
  const { inputTokens, outputTokens, cachedInputTokens = 0, estimated } = usage;
  return {
    text,
    usage: estimated ? undefined : { input: inputTokens, output: outputTokens, cached: cachedInputTokens },
  };
}
