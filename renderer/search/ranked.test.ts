import { describe, expect, it } from 'vitest';
import { placeableTypes } from '../nodes/fitting-types.ts';
import { ranked } from './ranked.ts';

/** The titles that a search finds, best first. */
const found = (search: string): string[] =>
  ranked(placeableTypes(), search, ({ title, summary }) => [title, summary]).map(({ title }) => title);

describe('the search for nodes', () => {
  it.each(['Model', 'Prompt', 'Context', 'Retriever', 'Input', 'Output', 'Map'])(
    'finds %s by its name first',
    (title) => {
      expect(found(title.toLowerCase())[0]).toBe(title);
      expect(found(title.toLowerCase().slice(0, 4))[0]).toBe(title);
    },
  );

  it('finds by what a node is about, by scattered letters, and by several words', () => {
    expect(found('citations')).toContain('Model');
    expect(found('rtrvr')).toEqual(['Retriever']);
    expect(found('human rev')[0]).toBe('Human review');
  });

  it('has each word find something of its own', () => {
    const ends = ['Context: text → question', 'Context: text → context'];
    expect(ranked(ends, 'context text context', (title) => [title])).toEqual(['Context: text → context']);
    const two = ['Context: context → context', 'Context: text → context'];
    expect(ranked(two, 'context text context', (title) => [title])[0]).toBe(two[1]);
    expect(ranked(ends, 'text question', (title) => [title])).toEqual(['Context: text → question']);
  });

  it('finds nothing for what nothing is called', () => {
    expect(found('zzz')).toEqual([]);
    expect(found('model zzz')).toEqual([]);
  });
});
