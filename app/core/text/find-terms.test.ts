import { describe, expect, it } from 'vitest';
import { findTerms } from './find-terms.ts';

describe('findTerms', () => {
  it.each<[string, string[], string[]]>([
    ['We GUARANTEE it.', ['guarantee'], ['GUARANTEE']],
    ['guaranteed, not a guarantee-like', ['guarantee'], ['guarantee']],
    ['Ein Café und ein cafe\u0301.', ['CAFE'], ['Café', 'cafe']],
    ['free \n of  charge', ['Free of charge'], ['free \n of  charge']],
    ['use C++ and c, not c++x', ['C++'], ['C++', 'c++']],
    ['ﬁne print', ['fine print'], ['ﬁne print']],
    ['nothing', ['', '  '], []],
    ['b a', ['a', 'b'], ['b', 'a']],
  ])('%j has %j', (text, terms, expected) => {
    expect(findTerms(text, terms).map(({ start, end }) => text.slice(start, end))).toEqual(expected);
  });
});
