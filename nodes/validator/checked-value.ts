import { type Answer, canonicalJson, isJsonObject, type Json } from '../../app/core/nodekit/index.ts';

/** Whether a value is an answer with citations, as a model node gives it. */
export function isAnswer(value: Json): value is Json & Answer {
  return isJsonObject(value) && typeof value['text'] === 'string' && Array.isArray(value['citations']);
}

/** What text rules look at: a text itself, an answer's text, the JSON of anything else. */
export function textOf(value: Json): string {
  if (typeof value === 'string') return value;
  return isAnswer(value) ? value.text : canonicalJson(value);
}

/** The value with every text in it changed; of an answer its text and quotes, never its references. */
export function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((entry) => mapTexts(entry, change));
  if (!isJsonObject(value)) return value;
  if (!isAnswer(value))
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, mapTexts(entry, change)]));
  // The text first: what is found in it is told first.
  const text = change(value.text);
  const citations = value.citations.map((citation) => {
    const { quote, start, end, ...reference } = citation;
    if (quote === undefined) return citation;
    const changed = change(quote);
    // Words that were changed no longer stand at the span.
    return changed === quote ? citation : { ...reference, quote: changed };
  });
  return { ...value, text, citations } as Json;
}
