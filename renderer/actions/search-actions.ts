import { Search } from 'lucide-react';
import type { Studio } from '../state/studio.ts';
import { askSearch, type SearchScope } from '../state/text-search.ts';
import { showPanel } from '../state/view-store.ts';
import { type Action, defineAction } from './action.ts';
import { needsDocument } from './unavailable.ts';

export const actions: readonly Action[] = [
  defineAction({
    id: 'search.all',
    title: 'action.search.all',
    group: 'edit',
    icon: Search,
    keys: ['Mod+Shift+F'],
    inText: true,
    run: (studio) => search(studio, 'all'),
  }),
  defineAction({
    id: 'search.this',
    title: 'action.search.this',
    group: 'edit',
    keys: ['Mod+F'],
    unavailable: needsDocument,
    run: (studio) => search(studio, 'this'),
  }),
];

function search({ view, search: state }: Studio, scope: SearchScope): void {
  // The canvas alone has no panels.
  view.setState({ focus: false });
  showPanel(view, 'left', 'search');
  askSearch(state, scope);
}
