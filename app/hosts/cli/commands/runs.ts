import type { RunListItem, RunListStatus } from '../../../core/run/run-list.ts';
import { findRun, noRuns } from '../../../services/run/find-run.ts';
import { type CommandContext, type CommonOptions, printJson, withHost } from '../command-context.ts';
import { shownCost, shownDate, shownMoment, shownTime } from '../figures.ts';
import { tableLines } from '../table.ts';

interface RunsOptions extends CommonOptions {
  workflow?: string;
  status?: RunListStatus;
  search?: string;
  thumb?: 'up' | 'down';
  tag?: string;
  limit: number;
  before?: string;
}

export async function runs(context: CommandContext, options: RunsOptions): Promise<void> {
  const { terminal } = context;
  const list = await withHost(context, options, async (host) => {
    const { workflow, status, search, thumb, tag, limit, before } = options;
    if (!host.hasHistory()) {
      if (before !== undefined) findRun(noRuns, before);
      return [];
    }
    const service = await host.runs();
    return service.list({
      limit,
      ...(status && { status }),
      ...(thumb && { thumb }),
      ...(tag !== undefined && { tag }),
      ...(workflow?.startsWith('wf_') ? { workflowId: workflow } : workflow !== undefined && { search: workflow }),
      ...(search !== undefined && { search }),
      ...(before !== undefined && { before: service.find(before) }),
    });
  });
  if (options.json) printJson(context, list);
  else if (list.length === 0) terminal.err('No runs.');
  else {
    const rows = list.map((run) => [
      run.runId,
      run.workflowName,
      stateOf(run),
      shownMoment(run.createdAt),
      durationOf(run),
      run.calls === 0 ? '' : shownCost(run.nanoUsd, run.unpricedCalls),
      shownThumbs(run.thumbs),
    ]);
    const columns = [
      { title: 'RUN' },
      { title: 'WORKFLOW', flexible: true },
      { title: 'STATE' },
      { title: 'STARTED' },
      { title: 'TIME', right: true },
      { title: 'COST', right: true },
      { title: 'THUMBS' },
    ];
    for (const line of tableLines(columns, rows, terminal.width)) terminal.out(line);
  }
}

/** A run that has not ended and that nobody works on was interrupted. */
function stateOf({ status, owner, dueAt }: RunListItem): string {
  if (status === 'waiting' && dueAt !== null) return `waiting until ${shownDate(dueAt)}`;
  return (status === 'running' || status === 'created') && owner === null ? 'interrupted' : status;
}

function shownThumbs({ up, down }: RunListItem['thumbs']): string {
  return [up > 0 ? `${up} up` : '', down > 0 ? `${down} down` : ''].filter(Boolean).join(', ');
}

function durationOf({ createdAt, endedAt }: RunListItem): string {
  return endedAt === null ? '' : shownTime(endedAt - createdAt);
}
