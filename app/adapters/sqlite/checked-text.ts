import { crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** Below this, compressing costs more than it saves. */
const COMPRESS_FROM = 1024;

/** Text as a row keeps it: plain, or compressed where that is smaller. */
export interface PackedText {
  form: 'text' | 'zstd';
  body: Buffer;
}

export function packText(text: string): PackedText {
  const plain = Buffer.from(text, 'utf8');
  if (plain.length > COMPRESS_FROM) {
    const packed = zstdCompressSync(plain);
    if (packed.length < plain.length) return { form: 'zstd', body: packed };
  }
  return { form: 'text', body: plain };
}

/** @throws Error when a compressed body is damaged */
export function unpackBytes({ form, body }: PackedText): Buffer {
  return form === 'zstd' ? zstdDecompressSync(body) : body;
}

/** CRC-32 as a signed integer, which SQLite binds fastest. `seed` ties a text to its place. */
export function checksum(data: string | Buffer, seed = 0): number {
  return crc32(data, seed) | 0;
}

/** For the text's place, e.g. the run that an event belongs to. */
export function checksumSeed(place: string): number {
  return crc32(place);
}
