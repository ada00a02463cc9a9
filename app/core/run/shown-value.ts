import { jsonHash } from '../graph/hash.ts';
import { canonicalJson, type Json } from '../graph/json.ts';
import { withoutBytes } from '../media/shown-media.ts';
import type { Capture } from './events.ts';

/** What a trace shows of a payload: the value, or why it is not there. */
export type ShownValue =
  | { value: Json }
  | { hash: string; bytes: number }
  /** A large one that was not asked for. */
  | { digest: string; bytes: number }
  | { withheld: 'capture' | 'personal' | 'purged' };

/**
 * A payload under a capture setting. `redactText` replaces personal data and secrets in a text. Bytes of images and
 * files show as what they are. Hashes are of the canonical JSON, so equal values show as equal; bytes are UTF-16 units of it.
 */
export function shownValue(value: Json, capture: Capture, redactText: (text: string) => string): ShownValue {
  switch (capture) {
    case 'full':
      return { value: withoutBytes(value) };
    case 'redacted':
      return { value: redactJson(withoutBytes(value), redactText) };
    case 'hashed':
      return { hash: jsonHash(value), bytes: canonicalJson(value).length };
    case 'off':
      return { withheld: 'capture' };
  }
}

/** Every text in a value, keys of objects included, sent through `redactText`. */
export function redactJson<T extends Json>(value: T, redactText: (text: string) => string): T {
  if (typeof value === 'string') return redactText(value) as T;
  if (Array.isArray(value)) return value.map((item) => redactJson(item, redactText)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [redactText(key), redactJson(member, redactText)]),
  ) as T;
}
