import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectCpuWithin } from '../../../test/kit/cpu-time.ts';
import { attachmentText, attachmentTokens, imageTokens, isTextFile, writtenFile } from './attachments.ts';
import { base64Size, decodeBase64, isBase64 } from './base64.ts';
import { mediaFacts } from './media-facts.ts';

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  new Uint8Array(parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part, 'latin1')] : part)));
const png = (w: number, h: number) =>
  bytes('\x89PNG\r\n\x1a\n', [0, 0, 0, 13], 'IHDR', [0, 0, w >> 8, w & 255, 0, 0, h >> 8, h & 255, 8, 2, 0, 0, 0]);
const jpeg = (w: number, h: number) =>
  bytes(
    [0xff, 0xd8, 0xff, 0xe0, 0, 6, 1, 2, 3, 4, 0xff, 0xff, 0xc4, 0, 4, 0, 0],
    [0xff, 0xc2, 0, 17, 8, h >> 8, h & 255, w >> 8, w & 255, 3, 1, 2, 3],
  );
const base64 = (data: Uint8Array | string) => Buffer.from(data).toString('base64');

describe('base64', () => {
  it('decodes what Node encodes, whole or only its head', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(80), (data, limit) => {
        const text = base64(data);
        expect(base64Size(text)).toBe(data.length);
        expect(isBase64(text)).toBe(true);
        expect(decodeBase64(text)).toEqual(new Uint8Array(data));
        const head = decodeBase64(text, limit);
        expect(head).toEqual(new Uint8Array(data.subarray(0, head?.length)));
        expect(head?.length).toBeGreaterThanOrEqual(Math.min(limit, data.length));
      }),
    );
  });

  it.each(['A', 'AA', 'AA=A', 'A===', '====', '=AAA', 'AA A', 'AA-_', 'AAA\n', 'äAAA', 'A=A='])(
    'refuses %j',
    (text) => {
      expect(isBase64(text)).toBe(false);
      expect(decodeBase64(text)).toBeUndefined();
    },
  );
});

describe('what a file is by its bytes', () => {
  it.each<[string, Uint8Array, object | undefined]>([
    ['a PNG', png(640, 480), { mime: 'image/png', width: 640, height: 480 }],
    ['a PNG that ends early', png(640, 480).subarray(0, 20), { mime: 'image/png' }],
    ['a JPEG with segments before its frame', jpeg(300, 200), { mime: 'image/jpeg', width: 300, height: 200 }],
    ['a JPEG without a frame', bytes([0xff, 0xd8, 0xff, 0xd9]), { mime: 'image/jpeg' }],
    [
      'a JPEG whose segments lead nowhere',
      bytes([0xff, 0xd8, 0xff, 0xe0, 0, 0], 'x'.repeat(20)),
      { mime: 'image/jpeg' },
    ],
    ['a GIF', bytes('GIF89a', [16, 1, 32, 0]), { mime: 'image/gif', width: 272, height: 32 }],
    [
      'an extended WebP',
      bytes('RIFF....WEBPVP8X', [10, 0, 0, 0, 0, 0, 0, 0, 99, 0, 0, 49, 0, 0]),
      { mime: 'image/webp', width: 100, height: 50 },
    ],
    [
      'a lossy WebP',
      bytes('RIFF....WEBPVP8 ', [0, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 64, 1, 240, 0]),
      { mime: 'image/webp', width: 320, height: 240 },
    ],
    [
      'a lossless WebP',
      bytes('RIFF....WEBPVP8L', [0, 0, 0, 0, 0x2f, 0x3f, 0xc1, 0x3b, 0x00, 0, 0, 0, 0, 0]),
      { mime: 'image/webp', width: 320, height: 240 },
    ],
    ['a PDF', bytes('%PDF-1.7\n'), { mime: 'application/pdf' }],
    ['a page', bytes('<svg onload=alert(1)>'), undefined],
    ['a program', bytes('MZ\x90'), undefined],
    ['nothing', bytes(), undefined],
  ])('knows %s', (_, data, facts) => {
    expect(mediaFacts(data)).toEqual(facts);
  });

  it('ends on any bytes', () => {
    const heads = fc.constantFrom('', '\xff\xd8\xff', 'RIFF....WEBPVP8X', '\x89PNG\r\n\x1a\n', 'GIF89a');
    fc.assert(
      fc.property(heads, fc.uint8Array({ maxLength: 300 }), (head, rest) => {
        mediaFacts(bytes(head, [...rest]));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('tokens of attachments', () => {
  it('takes the dearest public rule and never grows with the size without end', () => {
    expect(imageTokens(512, 512)).toBe(350);
    expect(imageTokens(1024, 1024)).toBe(1399);
    expect(imageTokens(8000, 8000)).toBeLessThanOrEqual(1600);
    expect(imageTokens(65_000, 1)).toBeLessThanOrEqual(1600);
    expect(imageTokens(1, 1)).toBe(258);
  });

  it.each<[string, object, number]>([
    ['an image', { kind: 'image', mime: 'image/png', data: base64(png(512, 512)) }, 350],
    ['an image without a size', { kind: 'image', mime: 'image/jpeg', data: base64(bytes([0xff, 0xd8, 0xff])) }, 1399],
    [
      'pages of a PDF',
      { kind: 'file', mime: 'application/pdf', data: base64('%PDF /Type /Page /Type/Page /Type /Pages') },
      4000,
    ],
    [
      'the count of a page tree',
      { kind: 'file', mime: 'application/pdf', data: base64('%PDF- /Type /Pages /Count 12 ') },
      24_000,
    ],
    ['a PDF that shows no pages', { kind: 'file', mime: 'application/pdf', data: base64('x'.repeat(60_000)) }, 6000],
  ])('counts %s', (_, attachment, tokens) => {
    expect(attachmentTokens(attachment as never)).toBe(tokens);
  });

  it('counts a text file by its text', () => {
    const file = { kind: 'file', mime: 'text/csv', name: 'a.csv', data: base64('one,two\n1,2\n') } as const;
    expect(attachmentText(file)).toBe('one,two\n1,2\n');
    expect(writtenFile(file)).toBe('File a.csv:\n\none,two\n1,2\n');
    expect(attachmentTokens(file)).toBeGreaterThan(5);
  });

  it('looks through ten megabytes in little time', async () => {
    const data = base64(Buffer.alloc(10_000_000, '/Type /Page '));
    await expectCpuWithin(3_000, () => attachmentTokens({ kind: 'file', mime: 'application/pdf', data }));
  });
});

it.each([
  ['text/plain', true],
  ['application/json', true],
  ['application/ld+json', true],
  ['image/svg+xml', false],
  ['application/pdf', false],
  ['text/', false],
])('%s is text: %s', (mime, is) => {
  expect(isTextFile(mime)).toBe(is);
});
