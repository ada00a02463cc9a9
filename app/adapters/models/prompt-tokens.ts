import type { ModelRequest } from '../../core/capabilities/capabilities.ts';
import type { ToolCall, Usage } from '../../core/graph/values.ts';
import { attachmentTokens } from '../../core/media/attachments.ts';
import { estimateTokens } from '../../core/text/estimate-tokens.ts';

/** About what the call used, when the provider does not say. */
export function estimatedUsage(request: ModelRequest, text: string, calls: readonly ToolCall[] = []): Usage {
  return {
    inputTokens: promptTokens(request),
    outputTokens: estimateTokens(text) + callTokens(calls, estimateTokens),
    estimated: true,
  };
}

/** About the tokens of a prompt: its messages with the few that frame each, what is attached to them, its tools and the schema. */
export function promptTokens(request: ModelRequest, count: (text: string) => number = estimateTokens): number {
  let tokens = 3;
  for (const message of request.messages) {
    tokens += count(message.content) + callTokens(message.toolCalls ?? [], count) + 4;
    for (const attachment of message.attachments ?? []) tokens += attachmentTokens(attachment);
  }
  for (const tool of request.tools ?? []) tokens += count(JSON.stringify(tool));
  return request.schema === undefined ? tokens : tokens + count(JSON.stringify(request.schema));
}

function callTokens(calls: readonly ToolCall[], count: (text: string) => number): number {
  return calls.reduce(
    (sum, { name, arguments: given, malformed }) => sum + count(name) + count(malformed ?? JSON.stringify(given)),
    0,
  );
}

/** About what embedding texts uses. */
export function textUsage(texts: readonly string[]): Usage {
  const inputTokens = texts.reduce((sum, text) => sum + estimateTokens(text), 0);
  return { inputTokens, outputTokens: 0, estimated: true };
}
