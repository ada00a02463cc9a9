import { findRun, noRuns } from '../../../services/run/find-run.ts';
import { type CommandContext, type CommonOptions, printJson, withHost } from '../command-context.ts';
import { shownAge } from '../figures.ts';
import { tableLines } from '../table.ts';

export async function reviewList(
  context: CommandContext,
  options: CommonOptions & { all?: boolean; run?: string },
): Promise<void> {
  const { terminal } = context;
  const tasks = await withHost(context, options, async (host) => {
    if (!host.hasHistory()) {
      if (options.run !== undefined) findRun(noRuns, options.run);
      return [];
    }
    const runId = options.run === undefined ? undefined : (await host.runs()).find(options.run);
    return (await host.reviews()).list({ ...(options.all && { all: true }), ...(runId !== undefined && { runId }) });
  });
  if (options.json) {
    printJson(context, tasks);
    return;
  }
  if (tasks.length === 0) {
    terminal.err(options.all ? 'There are no tasks.' : 'Nothing waits for a person.');
    return;
  }
  const now = Date.now();
  const rows = tasks.map(({ wait, state, kind, title, about, openedAt, reason }) => [
    wait.slice(0, 'wait_'.length + 8),
    state === 'open' ? kind : state,
    shownAge(now - openedAt),
    reason ? `${title} (${reason})` : title,
    about ?? '',
  ]);
  const columns = [
    { title: 'TASK' },
    { title: 'STATE' },
    { title: 'OPENED' },
    { title: 'WHAT', flexible: true },
    { title: 'ABOUT', flexible: true },
  ];
  for (const line of tableLines(columns, rows, terminal.width)) terminal.out(line);
  terminal.err();
  terminal.err('See one: pipewright review show TASK   Decide: pipewright review decide TASK ACTION');
}
