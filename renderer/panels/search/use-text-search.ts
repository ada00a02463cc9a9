import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useReducer, useState } from 'react';
import { useStore } from 'zustand';
import { fromWireError } from '../../../app/core/contracts/wire-error.ts';
import { matcherOf } from '../../../app/core/search/query.ts';
import { type Hit, searchWorkflow } from '../../../app/core/search/search-workflow.ts';
import type { TextQuery } from '../../../app/core/search/text-query.ts';
import type { TextKind } from '../../../app/core/search/workflow-texts.ts';
import { manifestOf, nodeTypes } from '../../nodes/node-types.ts';
import { textsFound } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { type Doc, workflowOf } from '../../state/document.ts';
import { selectedNodes, shownName, withBodies } from '../../state/graph-queries.ts';
import type { Selection } from '../../state/history.ts';
import { idsOf } from '../../state/items.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import type { TextSearchState } from '../../state/text-search.ts';

/** The matches of one file, which is open, or lies on the disk. */
export interface FoundFile {
  file: string;
  title: string;
  hits: readonly Hit[];
  nodeName: (id: string) => string;
  open: OpenDocument | undefined;
  /** The version on the disk that was searched; of an open workflow nothing, for that is searched as it is drawn. */
  hash: string | undefined;
}

export interface Found {
  query: TextQuery | undefined;
  files: readonly FoundFile[];
  count: number;
  /** There are more than are told. */
  more: boolean;
  isSearching: boolean;
  fault: string | undefined;
}

/** Soon after the last key. */
const AFTER_MS = 200;

/** What fits the search: in open workflows as they are drawn now, in all others as their files are. */
export function useTextSearch(search: TextSearchState): Found {
  const { client } = useStudio();
  const { text, matchCase, wholeWord, regex, scope, kinds } = useSettled(search, AFTER_MS);
  const query = useMemo<TextQuery | undefined>(
    () => (text === '' ? undefined : { text, matchCase, wholeWord, regex }),
    [text, matchCase, wholeWord, regex],
  );
  const wrong = useMemo(() => {
    try {
      if (query) matcherOf(query);
      return undefined;
    } catch (thrown) {
      return fromWireError(thrown).message;
    }
  }, [query]);
  const tabs = useOpenDocuments();
  const active = useStudio().documents.active();
  const within = scope === 'all' || scope === 'open' ? tabs : tabs.filter((tab) => tab === active);
  const files = new Set(tabs.map((tab) => tab.document.store.getState().file));
  const prompts = new Set(
    within.flatMap((tab) => [...tab.document.store.getState().doc.prompts.values()].map(({ file }) => file)),
  );
  const asked = scope === 'all' ? kinds : kinds.filter((kind) => kind === 'prompts' && scope !== 'selection');
  const wanted =
    query && !wrong && asked.length > 0 ? { query, kinds: [...asked], skip: [...files].sort() } : undefined;
  const { data, isFetching, error } = useQuery({
    ...textsFound(client, wanted),
    enabled: wanted !== undefined,
    placeholderData: keepPreviousData,
  });
  const elsewhere = wanted && data ? data.files : [];
  const found: FoundFile[] = [];
  if (query && !wrong)
    for (const open of within) {
      const { doc, file, selection } = open.document.store.getState();
      const all = hitsOf(doc, query, kinds);
      const hits = scope === 'selection' ? all.filter(inSelection(doc, selection)) : all;
      const nodeName = (id: string) => shownName(doc, id, (type) => manifestOf(type)?.title);
      if (hits.length > 0)
        found.push({ file, title: doc.head.get('name') ?? file, hits, nodeName, open, hash: undefined });
    }
  for (const { file, title, hits, nodes, hash } of elsewhere)
    if (!files.has(file) && (scope === 'all' || prompts.has(file)))
      found.push({ file, title, hits, nodeName: (id) => nodes[id] ?? id, open: undefined, hash });
  return {
    query,
    files: found,
    count: found.reduce((sum, { hits }) => sum + hits.length, 0),
    more: wanted !== undefined && data?.more === true,
    isSearching: isFetching,
    fault: wrong ?? (error ? fromWireError(error).message : undefined),
  };
}

const known = new WeakMap<Doc, { query: TextQuery; kinds: readonly TextKind[]; hits: readonly Hit[] }>();

function hitsOf(doc: Doc, query: TextQuery, kinds: readonly TextKind[]): readonly Hit[] {
  const kept = known.get(doc);
  if (kept?.query === query && kept.kinds === kinds) return kept.hits;
  const hits = searchWorkflow(workflowOf(doc), { query, kinds, registry: nodeTypes });
  known.set(doc, { query, kinds, hits });
  return hits;
}

function inSelection(doc: Doc, selection: Selection): (hit: Hit) => boolean {
  const nodes = withBodies(doc, selectedNodes(doc, selection));
  const [notes, groups] = [new Set(idsOf(selection, 'note')), new Set(idsOf(selection, 'group'))];
  return ({ place: { of, id } }) =>
    of === 'note'
      ? notes.has(id)
      : of === 'group'
        ? groups.has(id)
        : (of === 'node' || of === 'config') && nodes.has(id);
}

/** The open workflows; drawn again soon after any of them was changed. */
function useOpenDocuments(): OpenDocument[] {
  const { documents } = useStudio();
  const { tabs } = useStore(documents.store);
  const [, again] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(again, AFTER_MS);
    };
    const stops = tabs.map((tab) => (tab.kind === 'document' ? tab.document.store.subscribe(soon) : undefined));
    return () => {
      clearTimeout(timer);
      for (const stop of stops) stop?.();
    };
  }, [tabs]);
  return tabs.filter((tab) => tab.kind === 'document');
}

/** The value as it was when it had not changed for a while. */
function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
