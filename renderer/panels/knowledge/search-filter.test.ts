import { describe, expect, it } from 'vitest';
import { searchFilter } from './search-filter.ts';

describe('a filter of the search box', () => {
  it('leaves nothing out where nothing is filled in', () => {
    expect(searchFilter({ file: ' ', field: '', value: 'x' })).toBeUndefined();
  });

  it('joins what is filled in', () => {
    const kind = { field: 'kind', op: 'eq', value: 'ticket' };
    expect(searchFilter({ file: '', field: 'kind', value: 'ticket' })).toEqual(kind);
    expect(searchFilter({ file: 'documents/', field: 'kind', value: 'ticket' })).toEqual({
      and: [{ field: 'file', op: 'startsWith', value: 'documents/' }, kind],
    });
  });

  it.each([
    ['7', 7],
    ['true', true],
    ['"7"', '7'],
    ['null', 'null'],
    ['[1]', '[1]'],
  ])('reads %s as it is meant', (value, meant) => {
    expect(searchFilter({ file: '', field: 'n', value })).toMatchObject({ value: meant });
  });
});
