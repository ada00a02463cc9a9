import { unreadable } from './unreadable.ts';

/**
 * Text of a file: UTF-8, UTF-16, a charset that the file itself names, else Windows-1252, which
 * gives some character for every byte. Line ends become `\n`, so that lines count as in an editor.
 * @throws AppError document.unreadable for binary data and UTF-32
 */
export function decodeText(bytes: Uint8Array, declared?: string): string {
  return decode(bytes, declared).replaceAll(/\r\n?/g, '\n');
}

function decode(bytes: Uint8Array, declared?: string): string {
  const [a, b, c, d] = bytes;
  if ((a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff)) {
    throw unreadable('The text is in UTF-32.', 'Save it as UTF-8.');
  }
  const wide = decodeWide(bytes);
  if (wide !== undefined) return wide;
  if (bytes.includes(0)) {
    throw unreadable(
      `This is binary data${kindOf(bytes)}, not text.`,
      'Give the file the ending of its real type, or save it as UTF-8 text.',
    );
  }
  const named = declared === undefined ? undefined : decoderFor(declared);
  if (named) return named.decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/**
 * Text in UTF-16, or undefined when it is none: by its byte order mark, or because every other byte of its first
 * kilobyte is mostly zero and the rest is not, as in western text without the mark.
 */
export function decodeWide(bytes: Uint8Array): string | undefined {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const zeros = [0, 0];
  const length = Math.min(bytes.length, 1024) & ~1;
  for (let i = 0; i < length; i += 1) if (bytes[i] === 0) zeros[i & 1] = (zeros[i & 1] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (length < 4 || bytes.length % 2 === 1) return undefined;
  if (even === 0 && odd > length * 0.35) return new TextDecoder('utf-16le').decode(bytes);
  if (odd === 0 && even > length * 0.35) return new TextDecoder('utf-16be').decode(bytes);
  return undefined;
}

/** A charset that a file names; it may name anything. */
function decoderFor(label: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    const decoder = new TextDecoder(label);
    // A file that says UTF-8 and is not gets the usual fallback, and UTF-16 without its mark would hold NULs.
    return decoder.encoding.startsWith('utf-') ? undefined : decoder;
  } catch {
    return undefined;
  }
}

const signatures: readonly [string, string][] = [
  ['%PDF-', 'a PDF'],
  ['PK\x03\x04', 'a ZIP archive or Office document'],
  ['\x89PNG', 'a PNG image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['GIF8', 'a GIF image'],
  ['\x1f\x8b', 'a gzip archive'],
  ['\xd0\xcf\x11\xe0', 'an old Office document'],
  ['SQLite format 3', 'a SQLite database'],
  ['\x7fELF', 'a program'],
  ['MZ', 'a program'],
];

/** ` (it looks like a PDF)` or nothing. */
export function kindOf(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
  const kind = signatures.find(([mark]) => head.startsWith(mark))?.[1];
  return kind === undefined ? '' : ` (it looks like ${kind})`;
}
