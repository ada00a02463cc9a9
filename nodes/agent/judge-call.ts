import { didYouMean, type JsonObject, type OfferedTool } from '../../app/core/nodekit/index.ts';
import type { SchemaTest } from '../../app/core/text/json-schema.ts';

/** What a model asked for. */
export interface AskedCall {
  id: string;
  name: string;
  arguments: JsonObject;
  malformed?: string | undefined;
}

export interface KnownTool extends OfferedTool {
  test: SchemaTest;
}

/** How a call stands before anything of it has happened. */
export type Verdict =
  | { kind: 'run'; tool: KnownTool }
  /** A person is asked; `untrusted` when that is because text of others is in the context. */
  | { kind: 'ask'; tool: KnownTool; untrusted: boolean }
  /** Not made; the model is told why. */
  | { kind: 'refused'; reason: 'unknown' | 'arguments' | 'limit' | 'untrusted'; tell: string };

export interface Circumstances {
  tools: ReadonlyMap<string, KnownTool>;
  /** Calls that may still be made. */
  left: number;
  /** Text of others was in what the model had read when it asked. */
  untrusted: boolean;
  afterUntrusted: 'ask' | 'refuse';
}

/**
 * Decides on one call, by rules alone: no word of the conversation is weighed. What text of others can bring about by
 * itself ends here, since a call with effects then needs a person or is refused.
 */
export function judgeCall(call: AskedCall, about: Circumstances): Verdict {
  const tool = about.tools.get(call.name);
  if (!tool) {
    const names = [...about.tools.keys()];
    return {
      kind: 'refused',
      reason: 'unknown',
      tell: `There is no tool “${call.name}”.${didYouMean(call.name, names)} The tools are: ${names.join(', ') || 'none'}.`,
    };
  }
  const problem = argumentProblem(call, tool);
  if (problem !== undefined) return { kind: 'refused', reason: 'arguments', tell: problem };
  if (about.left <= 0) {
    return {
      kind: 'refused',
      reason: 'limit',
      tell: 'No further tool call is allowed. Answer with what you have.',
    };
  }
  const risky = tool.effects && about.untrusted;
  if (risky && about.afterUntrusted === 'refuse') {
    return {
      kind: 'refused',
      reason: 'untrusted',
      tell: `“${call.name}” has effects and is not available once text from outside has been read. Answer without it.`,
    };
  }
  const asks = risky || tool.approval === 'always' || (tool.approval === 'effects' && tool.effects);
  return asks ? { kind: 'ask', tool, untrusted: risky } : { kind: 'run', tool };
}

/** What is wrong with the arguments, as the model is told; undefined when nothing is. */
export function argumentProblem(call: AskedCall, { test }: KnownTool): string | undefined {
  if (call.malformed !== undefined)
    return 'The arguments are not a JSON object. Call the tool again with arguments that fit its schema.';
  const issues = test(call.arguments);
  if (issues.length === 0) return undefined;
  const list = issues.map(({ path, message }) => `${path} ${message}`).join('; ');
  return `The arguments do not fit: ${list}. Call the tool again with arguments that fit its schema.`;
}
