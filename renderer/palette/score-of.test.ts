import { describe, expect, it } from 'vitest';
import { placeableTypes } from '../nodes/fitting-types.ts';
import { scoreOf } from './score-of.ts';

/** The titles that a search finds, best first. */
function found(search: string): string[] {
  return placeableTypes
    .map(({ type, title, summary }) => ({ title, score: scoreOf(`logic ${type}`, search, [title, summary]) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ title }) => title);
}

describe('the search for nodes', () => {
  it('finds a title by its beginning before anything that only speaks of it', () => {
    expect(found('model')[0]).toBe('Model');
    expect(found('ret')[0]).toBe('Retriever');
  });

  it('finds by what a node is about, by scattered letters, and by several words', () => {
    expect(found('citations')).toContain('Model');
    expect(found('rtrvr')).toEqual(['Retriever']);
    expect(found('human rev')[0]).toBe('Human review');
  });

  it('finds nothing for what nothing is called', () => {
    expect(found('zzz')).toEqual([]);
    expect(found('model zzz')).toEqual([]);
  });
});
