import { jsonHash } from '../graph/hash.ts';
import type { JsonObject } from '../graph/json.ts';
import { ProfileCallPolicy } from '../policy/call-policy.ts';
import type { Profile } from '../workspace/workspace-config.ts';

/** Part of every key: raised when what is kept changes its meaning. */
const FORM = 1;

/** All that an answer depends on. */
export interface AnswerIdentity {
  kind: 'chat' | 'embedding' | 'rerank';
  /** Name of the profile: two profiles share nothing, since they may stand for two customers. */
  name: string;
  profile: Profile;
  /** The request as the node makes it: messages, parameters, schema, tools. */
  request: JsonObject;
  scope: string;
  /** Versions of the prompts and documents that the request was made from (`CallAbout.sources`). */
  sources: string;
}

/** Fields of a profile that say how a call is made or paid, and nothing of its answer. */
const beside = new Set([...Object.keys(ProfileCallPolicy.shape), 'prices']);

/**
 * SHA-256 over the canonical text of all that decides an answer, 64 hex digits. A profile's fields count unless they are
 * known to say nothing of the answer, so that a new one separates by itself. It holds the name of a key, never its value.
 */
export function responseKey({ kind, name, profile, request, scope, sources }: AnswerIdentity): string {
  const model = Object.fromEntries(Object.entries(profile).filter(([field]) => !beside.has(field)));
  return jsonHash({ form: FORM, kind, name, model, request, scope, sources });
}
