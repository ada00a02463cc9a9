import { expect, it } from 'vitest';
import { shownValue } from '../run/shown-value.ts';
import { withoutBytes } from './shown-media.ts';

const bytes = Buffer.concat([
  Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  Buffer.from([0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 1, 0, 0, 0, 0, 128]),
  Buffer.alloc(900),
]);
const image = { kind: 'image', mime: 'image/png', name: 'a.png', data: bytes.toString('base64') };

it('shows what an attachment is instead of its bytes, wherever it lies', () => {
  const shown = withoutBytes([{ role: 'user', content: 'Look.', attachments: [image] }]);
  expect(shown).toEqual([
    {
      role: 'user',
      content: 'Look.',
      attachments: [
        {
          kind: 'image',
          mime: 'image/png',
          name: 'a.png',
          bytes: bytes.length,
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
          width: 256,
          height: 128,
        },
      ],
    },
  ]);
  expect(JSON.stringify(shown)).not.toContain(image.data.slice(0, 40));
});

it('shortens addresses that hold a file', () => {
  const url = `data:image/png;base64,${image.data}`;
  expect(withoutBytes({ photo: url })).toEqual({ photo: `data:image/png;base64,… (${url.length} characters)` });
});

it('leaves everything else the same objects', () => {
  const value = {
    a: [1, 'data:', null],
    b: { ...image, data: 'AAAA' },
    c: { ...image, kind: 'sound' },
    d: { ...image, data: 'x '.repeat(400) },
  };
  expect(withoutBytes(value)).toBe(value);
});

it('is what traces show under full and redacted capture, and no part of the hash', () => {
  const keep = (text: string) => text;
  for (const capture of ['full', 'redacted'] as const)
    expect(JSON.stringify(shownValue(image, capture, keep))).not.toContain(image.data);
  expect(shownValue(image, 'hashed', keep)).not.toEqual(shownValue(withoutBytes(image), 'hashed', keep));
});
