const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const values = new Int16Array(128).fill(-1);
for (let i = 0; i < alphabet.length; i += 1) values[alphabet.charCodeAt(i)] = i;

/** Bytes that a base64 text stands for, without decoding it. */
export function base64Size(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return Math.floor((text.length * 3) / 4) - padding;
}

/**
 * The bytes of a base64 text in the standard alphabet with padding (RFC 4648 section 4); the first `limit` of them at
 * least when one is given, so that the head of a large file costs little. Undefined when a character that was looked
 * at does not belong there, or the length is none of whole groups.
 */
export function decodeBase64(text: string, limit = Number.POSITIVE_INFINITY): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const size = base64Size(text);
  const groups = Math.min(text.length / 4, Math.ceil(limit / 3));
  const bytes = new Uint8Array(Math.min(size, groups * 3));
  for (let group = 0; group < groups; group += 1) {
    let bits = 0;
    for (let i = 0; i < 4; i += 1) {
      const at = group * 4 + i;
      const code = text.charCodeAt(at);
      const value = code < 128 ? (values[code] ?? -1) : -1;
      if (value >= 0) bits = (bits << 6) | value;
      else if (code === 61 && at >= text.length - 2 && (at === text.length - 1 || text.endsWith('='))) bits <<= 6;
      else return undefined;
    }
    for (let i = 0; i < 3; i += 1) {
      const at = group * 3 + i;
      if (at < bytes.length) bytes[at] = (bits >> (16 - 8 * i)) & 255;
    }
  }
  return bytes;
}

/** Whether a text is base64 as `decodeBase64` reads it, looked through to its end without decoding. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}
