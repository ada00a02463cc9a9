import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openRequest, openRequestOf } from './open-request.ts';

it.each([
  ['/home/me/answer.flow.json', '/home/me/answer.flow.json'],
  ['pipewright://open?file=%2Fhome%2Fme%2Fa%20b.json', '/home/me/a b.json'],
  ['pipewright://open/?file=/x.json', '/x.json'],
])('understands %s', (text, file) => {
  expect(openRequest(text)).toEqual({ file });
});

it('takes the first request of a command line', () => {
  expect(openRequestOf(['--inspect', '/a.json', '/b.json'])).toEqual({ file: '/a.json' });
  expect(openRequestOf(['--inspect'])).toBeUndefined();
});

const piece = fc.constantFrom(
  'pipewright://',
  'open',
  '?',
  'file=',
  '/',
  '..',
  '\\\\',
  '.json',
  '%2e',
  '\0',
  '&',
  'run=1',
  'C:',
  '--x',
);
const hostile = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.array(piece, { maxLength: 9 }).map((parts) => parts.join('')),
);

it('gives an absolute path of a JSON file, or nothing, whatever it is given', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const request = openRequest(text);
      if (!request) return;
      expect(Object.keys(request)).toEqual(['file']);
      expect(request.file).toMatch(/^\/(?!\/)[^\0\n]*\.json$/);
      expect(request.file.split('/')).not.toContain('..');
    }),
    { numRuns: 5000 },
  );
});
