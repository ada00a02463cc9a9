import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TextKind } from '../../app/core/search/workflow-texts.ts';

/** What is searched. */
export const scopes = ['all', 'open', 'this', 'selection'] as const;
export type SearchScope = (typeof scopes)[number];

export interface TextSearchState {
  text: string;
  replacement: string;
  matchCase: boolean;
  wholeWord: boolean;
  regex: boolean;
  scope: SearchScope;
  kinds: readonly TextKind[];
  /** Goes up whenever a person asks for the search: its field takes the focus. */
  asked: number;
}

/** What a person looks for: it stays while the panel is closed. */
export type TextSearch = StoreApi<TextSearchState>;

export function createTextSearch(): TextSearch {
  return createStore<TextSearchState>(() => ({
    text: '',
    replacement: '',
    matchCase: false,
    wholeWord: false,
    regex: false,
    scope: 'all',
    kinds: ['names', 'settings', 'notes', 'prompts'],
    asked: 0,
  }));
}

/** Shows the search over some scope; asked for again, it takes the focus once more. */
export function askSearch(search: TextSearch, scope: SearchScope): void {
  search.setState(({ asked }) => ({ scope, asked: asked + 1 }));
}
