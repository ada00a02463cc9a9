import { describe, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { OpenDocuments, Tab, TabsState } from './open-documents.ts';
import { createPlaces } from './places.ts';

/** Tabs of files that cannot be read: places know nothing of what is in them. */
function openTabs(gone: ReadonlySet<string> = new Set()) {
  const store = createStore<TabsState>(() => ({ tabs: [], active: undefined, closed: [] }));
  let nextKey = 1;
  const documents = {
    store,
    active: () => undefined,
    shown: () => store.getState().tabs.find(({ key }) => key === store.getState().active),
    async open(file: string) {
      if (gone.has(file)) throw new Error(`${file} is gone`);
      const tab = store.getState().tabs.find((one) => one.kind === 'damaged' && one.file === file);
      if (tab) return store.setState({ active: tab.key });
      const made: Tab = { kind: 'damaged', key: nextKey, file, text: '', issues: [] };
      nextKey += 1;
      store.setState(({ tabs }) => ({ tabs: [...tabs, made], active: made.key }));
    },
    close: (file: string) =>
      store.setState(({ tabs, active }) => {
        const left = tabs.filter((one) => one.kind !== 'damaged' || one.file !== file);
        return { tabs: left, active: left.some(({ key }) => key === active) ? active : left[0]?.key };
      }),
  };
  const places = createPlaces(documents as unknown as OpenDocuments);
  const shown = () => {
    const tab = documents.shown();
    return tab?.kind === 'damaged' ? tab.file : undefined;
  };
  return { documents, places, shown };
}

describe('places', () => {
  it('are gone back to and forward to, until another one is visited', async () => {
    const { documents, places, shown } = openTabs();
    for (const file of ['a', 'b', 'c']) await documents.open(file);
    await places.back();
    await places.back();
    expect(shown()).toBe('a');
    await places.back();
    expect(shown()).toBe('a');
    await places.forward();
    expect(shown()).toBe('b');
    await documents.open('d');
    await places.forward();
    expect(shown()).toBe('d');
    expect(places.store.getState().visited.map(({ file }) => file)).toEqual(['a', 'b', 'd']);
  });

  it('lead through closed tabs, and past files that are gone', async () => {
    const gone = new Set<string>();
    const { documents, places, shown } = openTabs(gone);
    for (const file of ['a', 'b', 'c']) await documents.open(file);
    documents.close('b');
    gone.add('b');
    await places.back();
    expect(shown()).toBe('a');
    expect(places.store.getState().visited.map(({ file }) => file)).not.toContain('b');
  });

  it('keep the way into workflows that others run, and lead out of it again', async () => {
    const { documents, places, shown } = openTabs();
    await documents.open('outer');
    await places.enter('middle', { file: 'outer', node: 'm' });
    await places.enter('inner', { file: 'middle', node: 'i' });
    const way = [
      { file: 'outer', node: 'm' },
      { file: 'middle', node: 'i' },
    ];
    expect(places.trailOf('inner')).toEqual(way);
    await places.out();
    expect(shown()).toBe('middle');
    await places.back();
    expect([shown(), places.trailOf('inner')]).toEqual(['inner', way]);
    await places.out(2);
    expect(shown()).toBe('outer');
    // Closed and opened by itself, it lies within nothing.
    documents.close('inner');
    await documents.open('inner');
    expect(places.trailOf('inner')).toEqual([]);
  });

  it('end somewhere, also where workflows run each other in a circle', async () => {
    const { documents, places } = openTabs();
    await documents.open('a');
    for (let n = 0; n < 40; n += 1) {
      await places.enter('b', { file: 'a', node: 'b' });
      await places.enter('a', { file: 'b', node: 'a' });
    }
    expect(places.trailOf('a').length).toBeLessThanOrEqual(16);
  });
});
