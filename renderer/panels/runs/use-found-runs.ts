import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { foundRuns, runCount } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import type { filterOf } from './run-filter.ts';

export type RunQuery = ReturnType<typeof filterOf>;

/** The runs that fit, page after page as they are asked for; `isStale` while those of the last question still stand. */
export function useFoundRuns(query: RunQuery) {
  const { client } = useStudio();
  const pages = useInfiniteQuery(foundRuns(client, query));
  const total = useQuery(runCount(client, query)).data?.runs;
  const { fetchNextPage, isFetching } = pages;
  const more = useCallback(() => {
    if (!isFetching) void fetchNextPage();
  }, [fetchNextPage, isFetching]);
  const runs = pages.data?.pages.flat() ?? [];
  // Between the two answers a run may have come or gone.
  const known = total === undefined || !pages.data ? undefined : Math.max(total, runs.length);
  return { runs, total: known, more, isStale: pages.isPlaceholderData };
}

export type ListedRun = ReturnType<typeof useFoundRuns>['runs'][number];
