import type { ModelRequest, ModelResponse } from '../../../core/capabilities/capabilities.ts';
import { AppError } from '../../../core/errors/app-error.ts';
import { isJsonObject, type JsonObject } from '../../../core/graph/json.ts';
import { abstentionSentence } from '../../../core/text/abstention.ts';
import { type Reading, readAnswer } from '../../../core/text/extractive-reader.ts';
import { estimatedUsage } from '../prompt-tokens.ts';

export const extractiveReaderName = 'extractive-reader';

/**
 * The built-in reader as a chat model: answers with sentences of the request's context, each followed by its mark, or
 * with the abstention sentence. Local, deterministic, free; reads neither instructions nor history.
 * @throws AppError provider.capability when the request has no context, or a schema that the reader cannot fill
 */
export function extractiveReader(request: ModelRequest): Omit<ModelResponse, 'ms'> {
  const { context } = request;
  if (request.tools?.length) {
    throw new AppError('provider.capability', {
      message: 'The built-in reader cannot call tools.',
      where: `profile ${request.profile}`,
      remedy: 'Name a profile whose model can call tools.',
    });
  }
  if (context === undefined) {
    throw new AppError('provider.capability', {
      message: 'The built-in reader answers only from a context, and this request has none.',
      where: `profile ${request.profile}`,
      remedy: 'Wire the output of a context node to the input “context” of the model node, or name another profile.',
    });
  }
  const attached = request.messages.flatMap(({ attachments = [] }) => attachments)[0];
  if (attached !== undefined) {
    throw new AppError('provider.capability', {
      message: `The built-in reader reads words of the context only, and the step shows it ${attached.name ?? attached.mime}.`,
      where: `profile ${request.profile}`,
      remedy: `Name a profile of a model that takes ${attached.kind === 'image' ? 'images' : 'files'}.`,
    });
  }
  const question = request.question ?? request.messages.findLast((message) => message.role === 'user')?.content ?? '';
  const passages = context.chunks.map(({ marker, text, title, metadata: { section } }) => ({
    marker,
    text,
    title,
    section: typeof section === 'string' ? section : undefined,
  }));
  const reading = readAnswer(question, passages);
  const text =
    request.schema === undefined ? asText(reading) : JSON.stringify(asObject(reading, request.schema, request.profile));
  return {
    text,
    finish: 'stop',
    usage: estimatedUsage(request, text),
    cost: { nanoUsd: 0, known: true, priceVersion: 'built-in' },
    model: extractiveReaderName,
    provider: 'built-in',
  };
}

function asText(reading: Reading): string {
  if (reading.abstained) return abstentionSentence;
  return reading.sentences.map(({ text, marker }) => `${text} [${marker}]`).join('\n');
}

interface FilledAnswer {
  answer: string;
  citations?: { marker: string; quote?: string }[];
}

/** What the reader can fill: `answer` as text, and `citations` as a list of objects with `marker` and perhaps `quote`. */
function asObject(reading: Reading, schema: JsonObject, profile: string): FilledAnswer {
  const members = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const citations = isJsonObject(members['citations']) ? members['citations'] : undefined;
  const item = isJsonObject(citations?.['items']) ? citations['items'] : {};
  const itemMembers = isJsonObject(item['properties']) ? item['properties'] : {};
  const itemRequired = Array.isArray(item['required']) ? item['required'] : [];
  const fits =
    isJsonObject(members['answer']) &&
    required.every((name) => name === 'answer' || name === 'citations') &&
    (citations === undefined ||
      (itemMembers['marker'] !== undefined && itemRequired.every((name) => name === 'marker' || name === 'quote')));
  if (!fits) {
    throw new AppError('provider.capability', {
      message:
        'The built-in reader fills only { answer, citations: [{ marker, quote }] }, and this schema asks for something else.',
      where: `profile ${profile}`,
      remedy: 'Use such a schema, or name the profile of a model that follows any schema.',
    });
  }
  const quoted = itemMembers['quote'] !== undefined;
  const cited = reading.sentences.map(({ marker, text }) => (quoted ? { marker, quote: text } : { marker }));
  const answer = reading.abstained
    ? abstentionSentence
    : (reading.short ?? reading.sentences.map(({ text }) => text).join(' '));
  return citations === undefined ? { answer } : { answer, citations: cited };
}
