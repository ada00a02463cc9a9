/** What a file's own first bytes say that it is: a name or a header that says otherwise is not believed. */
export interface MediaFacts {
  mime: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp' | 'application/pdf';
  /** Pixels, of an image whose header was whole. */
  width?: number;
  height?: number;
}

/** Bytes of a file's head that are enough for all but JPEGs with large pictures of themselves inside. */
export const mediaHeadBytes = 262_144;

const ascii = (bytes: Uint8Array, from: number, text: string): boolean => {
  for (let i = 0; i < text.length; i += 1) if (bytes[from + i] !== text.charCodeAt(i)) return false;
  return true;
};
const big16 = (b: Uint8Array, i: number): number => ((b[i] ?? 0) << 8) | (b[i + 1] ?? 0);
const little16 = (b: Uint8Array, i: number): number => ((b[i + 1] ?? 0) << 8) | (b[i] ?? 0);
const little24 = (b: Uint8Array, i: number): number => ((b[i + 2] ?? 0) << 16) | little16(b, i);
const big32 = (b: Uint8Array, i: number): number => big16(b, i) * 65_536 + big16(b, i + 2);

/** Kind and size of an image or PDF by its first bytes; undefined for anything else. */
export function mediaFacts(head: Uint8Array): MediaFacts | undefined {
  if (ascii(head, 0, '\x89PNG\r\n\x1a\n')) {
    const whole = head.length >= 24 && ascii(head, 12, 'IHDR');
    return sized('image/png', whole ? [big32(head, 16), big32(head, 20)] : undefined);
  }
  if (ascii(head, 0, 'GIF87a') || ascii(head, 0, 'GIF89a')) {
    return sized('image/gif', head.length >= 10 ? [little16(head, 6), little16(head, 8)] : undefined);
  }
  if (ascii(head, 0, 'RIFF') && ascii(head, 8, 'WEBP')) return sized('image/webp', webpSize(head));
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return sized('image/jpeg', jpegSize(head));
  // Readers look for the mark in the first kilobyte, but a model's server wants it at the start.
  if (ascii(head, 0, '%PDF-')) return { mime: 'application/pdf' };
  return undefined;
}

function sized(mime: MediaFacts['mime'], size: [number, number] | undefined): MediaFacts {
  return size === undefined || size[0] === 0 || size[1] === 0 ? { mime } : { mime, width: size[0], height: size[1] };
}

/** The first frame header of a JPEG (ITU T.81, B.1.1.3): markers with their lengths lead to it. */
function jpegSize(head: Uint8Array): [number, number] | undefined {
  let at = 2;
  while (at + 9 < head.length) {
    if (head[at] !== 0xff) return undefined;
    const marker = head[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return [big16(head, at + 7), big16(head, at + 5)];
    const alone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    const length = alone ? 0 : big16(head, at + 2);
    if (!alone && length < 2) return undefined;
    at += 2 + length;
  }
  return undefined;
}

/** The three forms of WebP: lossy, lossless, extended (RFC 9649). */
function webpSize(head: Uint8Array): [number, number] | undefined {
  if (head.length < 30) return undefined;
  if (ascii(head, 12, 'VP8X')) return [little24(head, 24) + 1, little24(head, 27) + 1];
  if (ascii(head, 12, 'VP8 ')) return [little16(head, 26) & 0x3fff, little16(head, 28) & 0x3fff];
  if (ascii(head, 12, 'VP8L')) {
    const bits = little16(head, 21) + little16(head, 23) * 65_536;
    return [(bits & 0x3fff) + 1, (Math.floor(bits / 16_384) & 0x3fff) + 1];
  }
  return undefined;
}
