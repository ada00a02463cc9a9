import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAppError } from '../errors/app-error.ts';
import { type BreakpointGiven, breakpointText, parseBreakpoint } from './breakpoint.ts';

describe('breakpoints as text', () => {
  it.each([
    ['model', { at: 'model' }],
    ['answer/model', { at: 'answer/model' }],
    ['search.chunks->pack.chunks', { at: 'search.chunks->pack.chunks' }],
    ['  e4   hit 3 ', { at: 'e4', hit: 3 }],
    ['model every 10 if size(inputs.text) > 2', { at: 'model', every: 10, when: 'size(inputs.text) > 2' }],
    ['model if value == "if"', { at: 'model', when: 'value == "if"' }],
    ['hit hit 2', { at: 'hit', hit: 2 }],
  ])('%s', (text, given) => {
    expect(parseBreakpoint(text)).toEqual(given);
  });

  it.each([
    '',
    '  ',
    'model hit',
    'model hit 0',
    'model hit x',
    'model after 3',
    'model if',
    'a b',
    'model if  ',
    'a->',
  ])('refuses “%s” and says how to write one', (text) => {
    let thrown: unknown;
    try {
      parseBreakpoint(text);
    } catch (error) {
      thrown = error;
    }
    expect(isAppError(thrown) && thrown.code).toBe('run.breakpoint');
  });

  it('reads what it writes', () => {
    const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/);
    const condition = fc.stringMatching(/^[a-z(][a-z .<>=&|()"0-9\n]{0,30}[a-z0-9")]$/);
    const count = fc.integer({ min: 1, max: 999_999_999 });
    fc.assert(
      fc.property(
        fc.record({ at: id, when: condition, hit: count }, { requiredKeys: ['at'] }),
        fc.boolean(),
        ({ hit, ...rest }, every) => {
          const given = { ...rest, ...(hit !== undefined && (every ? { every: hit } : { hit })) } as BreakpointGiven;
          expect(parseBreakpoint(breakpointText(given))).toEqual(given);
        },
      ),
    );
  });
});
