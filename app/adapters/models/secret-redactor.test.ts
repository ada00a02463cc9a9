import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSecretRedactor } from './secret-redactor.ts';

// Its base64 has + and /, so that it differs from base64url.
const secret = '>>>???/wörd+with"all';
const redact = createSecretRedactor([secret, 'abc', 'sk-12345678', 'sk-1234567890']);

it.each([
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64'),
  Buffer.from(secret).toString('base64url'),
  Buffer.from(`:${secret}`).toString('base64'),
  Buffer.from(secret).toString('hex'),
  Buffer.from(secret).toString('hex').toUpperCase(),
  JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1),
  encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
  new URLSearchParams([['', secret]]).toString().slice(1),
  '&gt;&gt;&gt;???/wörd+with&quot;all',
])('takes %s out', (form) => {
  expect(redact(`before ${form} after`)).toMatch(/^before \[secret\]=* after$/);
});

it('takes out what base64 makes of it in the midst of more', () => {
  for (const before of ['', 'u', 'us', 'user', 'user:', 'a longer name:'])
    for (const after of ['', '1', ', and more']) {
      const encoded = Buffer.from(`${before}${secret}${after}`).toString('base64');
      const left = redact(encoded).replace('[secret]', '');
      // Up to one digit on each side holds a part of it.
      expect(left.length).toBeLessThan(encoded.length - Math.floor((Buffer.byteLength(secret) * 8) / 6) + 2);
      expect(redact(encoded)).toContain('[secret]');
    }
});

it('takes the longest key, key shapes nobody registered, and leaves short values alone', () => {
  expect(redact('key sk-1234567890!')).toBe('key [secret]!');
  expect(redact('sk-proj-99999999999 and AIzaSyA1234567890abcdefghij, Bearer abcdefgh.ijkl')).toBe(
    '[secret] and [secret], [secret]',
  );
  for (const plain of ['abc is a word, and so is task-force', 'once-key-from-text', 'key-from-the-door'])
    expect(redact(plain)).toBe(plain);
  expect(redact('mail key-3ax6xnjp29jd6fds4gc373sgvjxteol0')).toBe('mail [secret]');
});

it('lets no secret through that comes in pieces, holds back only what may be one, and loses nothing', () => {
  const text = `so: ${secret} sk-1234567890 >>> and ${secret.slice(0, 5)} end`;
  for (const size of [1, 2, 3, 7, text.length]) {
    const stream = redact.stream();
    const pieces: string[] = [];
    for (let at = 0; at < text.length; at += size) pieces.push(stream.push(text.slice(at, at + size)));
    pieces.push(stream.end());
    expect(pieces.join('')).toBe(`so: [secret] [secret] >>> and ${secret.slice(0, 5)} end`);
  }
  expect(redact.stream().push('nothing to hide')).toBe('nothing to hide');
});

it('leaves alone what only looks like a key where a text is worked with', () => {
  for (const text of ['a key-value-store-of-5-keys', 'write Bearer abcdefgh.ijkl'])
    expect([redact.known(text), redact(text)]).toEqual([text, text.replace(/key-\S+|Bearer \S+/, '[secret]')]);
});

it('lets none through in pieces whose end may be the beginning of another', () => {
  const tricky = createSecretRedactor(['abcdefgha', 'abcdefghab-longer', 'hazel', 'aaaa']);
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('abcdefgha', 'abcdefghab-longer', 'hazel', 'aaaa', 'a', 'ha', ' ', 'abc'), {
        maxLength: 6,
      }),
      fc.integer({ min: 1, max: 5 }),
      (words, size) => {
        const text = words.join('');
        const stream = tricky.stream();
        let out = '';
        for (let at = 0; at < text.length; at += size) out += stream.push(text.slice(at, at + size));
        out += stream.end();
        for (const form of ['abcdefgha', 'hazel', 'aaaa']) expect(out).not.toContain(form);
        expect(out.replaceAll('[secret]', '').length).toBeLessThanOrEqual(text.length);
      },
    ),
  );
});
