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
])('takes %s out', (form) => {
  expect(redact(`before ${form} after`)).toMatch(/^before \[secret\]=* after$/);
});

it('takes the longest key, key shapes nobody registered, and leaves short values alone', () => {
  expect(redact('key sk-1234567890!')).toBe('key [secret]!');
  expect(redact('sk-proj-99999999999 and AIzaSyA1234567890abcdefghij, Bearer abcdefgh.ijkl')).toBe(
    '[secret] and [secret], [secret]',
  );
  expect(redact('abc is a word, and so is task-force')).toBe('abc is a word, and so is task-force');
});
