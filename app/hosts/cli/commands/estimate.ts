import type { Estimate } from '../../../core/budget/estimate.ts';
import { shownUsd } from '../../../core/budget/money.ts';
import { AppError } from '../../../core/errors/app-error.ts';
import type { GivenInput } from '../../../services/run/run-edits.ts';
import { type CommandContext, type CommonOptions, printJson, withHost } from '../command-context.ts';
import { plural, shownCost, shownTokens } from '../figures.ts';
import { tableLines, wrapped } from '../table.ts';
import type { Terminal } from '../terminal.ts';

interface EstimateOptions extends CommonOptions {
  to?: string[];
  tag?: string[];
  from?: string;
  fork?: string;
}

/** `run --estimate`: what a run may cost. @throws AppError cli.usage, workflow.*, run.input */
export async function estimate(
  context: CommandContext,
  workflow: string | undefined,
  inputs: { [name: string]: GivenInput },
  options: EstimateOptions,
): Promise<void> {
  const { to, tag, from, fork } = options;
  if (workflow === undefined || from !== undefined || fork !== undefined) {
    throw new AppError('cli.usage', {
      message: 'An estimate is of a whole run of a workflow.',
      where: '--estimate',
      remedy: 'Name the workflow, without --from and --fork; --to bounds it.',
    });
  }
  const request = { workflow, inputs, ...(to && { to }), ...(tag && { tags: tag }) };
  const found = await withHost(context, options, (host) => host.estimate(request), workflow);
  if (options.json) printJson(context, found);
  else show(context.terminal, found);
}

function show(terminal: Terminal, found: Estimate): void {
  const { nodes, likelyNanoUsd, mostNanoUsd, unpricedCalls, unreached, stoppedBy, budgets } = found;
  if (nodes.length === 0) terminal.out('It makes no calls that cost anything.');
  else {
    const likely = (nanoUsd: number | null) => (nanoUsd === null ? '–' : shownUsd(nanoUsd));
    const columns = [
      { title: 'NODE', flexible: true },
      { title: 'PROFILE', flexible: true },
      { title: 'CALLS', right: true },
      { title: 'TOKENS', right: true },
      { title: 'LIKELY', right: true },
      { title: 'AT MOST', right: true },
    ];
    const rows = nodes.map((row) => [
      row.node,
      row.profile,
      String(row.calls),
      shownTokens(row),
      likely(row.likelyNanoUsd),
      shownCost(row.mostNanoUsd, row.unpricedCalls),
    ]);
    rows.push(['total', '', '', '', likely(likelyNanoUsd), shownCost(mostNanoUsd, unpricedCalls)]);
    for (const line of tableLines(columns, rows, terminal.width)) terminal.out(line);
  }
  const notes: string[] = [];
  if (unpricedCalls > 0) notes.push(`${plural(unpricedCalls, 'call')} without a known price: see pipewright prices.`);
  if (stoppedBy) notes.push(`It knows nothing of what comes after ${stoppedBy.step}: ${stoppedBy.reason}`);
  if (unreached.length > 0) notes.push(`Not on the way that stand-in answers take: ${unreached.join(', ')}.`);
  for (const { what, leftNanoUsd, fits } of budgets)
    notes.push(`The budget of ${what} has ${shownUsd(leftNanoUsd)} left${fits ? '' : ': it may stop the run'}.`);
  if (nodes.length > 0) notes.push('Retries and repeated questions come on top.');
  if (notes.length > 0) terminal.out();
  for (const note of notes) for (const line of wrapped(note, terminal.width)) terminal.out(line);
}
