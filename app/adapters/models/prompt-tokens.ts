import type { ModelRequest } from '../../core/capabilities/capabilities.ts';
import type { Usage } from '../../core/graph/values.ts';
import { attachmentTokens } from '../../core/media/attachments.ts';
import { estimateTokens } from '../../core/text/estimate-tokens.ts';

/** About what the call used, when the provider does not say. */
export function estimatedUsage(request: ModelRequest, text: string): Usage {
  return { inputTokens: promptTokens(request), outputTokens: estimateTokens(text), estimated: true };
}

/** About the tokens of a prompt: its messages with the few that frame each, what is attached to them, and the schema. */
export function promptTokens(request: ModelRequest, count: (text: string) => number = estimateTokens): number {
  let tokens = 3;
  for (const message of request.messages) {
    tokens += count(message.content) + 4;
    for (const attachment of message.attachments ?? []) tokens += attachmentTokens(attachment);
  }
  return request.schema === undefined ? tokens : tokens + count(JSON.stringify(request.schema));
}
