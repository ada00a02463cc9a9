import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Json, JsonObject } from '../graph/json.ts';
import { decodeBase64, isBase64 } from './base64.ts';
import { mediaFacts } from './media-facts.ts';

/** Shorter ones may show: a person reads past them. */
const SHOWN_UNITS = 512;

/**
 * A value as people look at it: the bytes of attachments and of `data:` addresses, which nobody can read, give place
 * to what they are: length, SHA-256 of the bytes, pixels of an image. Parts without any stay the same objects.
 */
export function withoutBytes(value: Json): Json {
  if (typeof value === 'string') return isDataUrl(value) ? shownDataUrl(value) : value;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const shown = value.map(withoutBytes);
    return shown.some((item, i) => item !== value[i]) ? shown : value;
  }
  if (isAttachment(value)) return shownAttachment(value);
  const entries = Object.entries(value).map(([key, member]): [string, Json] => [key, withoutBytes(member)]);
  return entries.some(([key, member]) => member !== value[key]) ? Object.fromEntries(entries) : value;
}

function isAttachment(value: JsonObject): value is JsonObject & { data: string } {
  const { kind, mime, data } = value;
  return (
    (kind === 'image' || kind === 'file') &&
    typeof mime === 'string' &&
    typeof data === 'string' &&
    data.length > SHOWN_UNITS &&
    isBase64(data)
  );
}

function shownAttachment({ data, ...rest }: JsonObject & { data: string }): JsonObject {
  const bytes = decodeBase64(data) ?? new Uint8Array();
  const { width, height } = mediaFacts(bytes) ?? {};
  return {
    ...rest,
    bytes: bytes.length,
    sha256: bytesToHex(sha256(bytes)),
    ...(width !== undefined && height !== undefined && { width, height }),
  };
}

function isDataUrl(text: string): boolean {
  return text.length > SHOWN_UNITS && /^data:[a-z0-9.+/-]{0,100};base64,/i.test(text);
}

function shownDataUrl(text: string): string {
  return `${text.slice(0, text.indexOf(',') + 1)}… (${text.length} characters)`;
}
