import {
  type BudgetStatus,
  type CostFilter,
  type CostGroup,
  type CostReport,
  type CostRow,
  type CostSum,
  workflowOfKey,
} from '../../../core/budget/costs.ts';
import { shownUsd } from '../../../core/budget/money.ts';
import { AppError } from '../../../core/errors/app-error.ts';
import { parseDuration, parseTimestamp } from '../../../core/text/duration.ts';
import { type CommandContext, type CommonOptions, printJson, withHost } from '../command-context.ts';
import { plural, shownCost, shownTokens } from '../figures.ts';
import { tableLines } from '../table.ts';
import type { Terminal } from '../terminal.ts';

interface CostsOptions extends CommonOptions {
  by: CostGroup;
  since?: string;
  workflow?: string;
  run?: string;
  tag?: string;
}

export async function costs(context: CommandContext, options: CostsOptions): Promise<void> {
  const { terminal } = context;
  const since = options.since === undefined ? undefined : startOf(options.since, Date.now());
  const found = await withHost(context, options, async (host) => {
    const service = await host.costs();
    const filter: CostFilter = {
      ...(since !== undefined && { since }),
      ...(options.workflow !== undefined && {
        workflowId: options.workflow.startsWith('wf_')
          ? options.workflow
          : (await host.workflows.read(options.workflow)).workflow.id,
      }),
      ...(options.run !== undefined && { runId: (await host.runs()).find(options.run) }),
      ...(options.tag !== undefined && { tag: options.tag }),
    };
    const report = service.report(options.by, filter);
    const isNamed = !options.json && report.rows.some(({ key }) => key !== null && workflowOfKey(options.by, key));
    const workflows = isNamed ? await host.editing.workflows.list() : [];
    return { report, budgets: await service.budgets(), titles: titlesById(workflows) };
  });
  if (options.json) {
    const { by, rows, total } = found.report;
    return printJson(context, { by, rows, total, budgets: found.budgets });
  }
  showCosts(terminal, found.report, found.titles);
  showBudgets(terminal, found.budgets);
}

/** Nothing comes before it: what has no run, tag or prompt file. */
const nameless: Record<CostGroup, string> = {
  workflow: '(outside runs)',
  node: '(outside runs)',
  run: '(outside runs)',
  prompt: '(no prompt file)',
  tag: '(no tag)',
  model: '',
  profile: '',
  day: '',
};

/** What workflows are called, with the id where several are called the same. */
function titlesById(workflows: readonly { id?: string; title: string }[]): ReadonlyMap<string, string> {
  const count = Map.groupBy(workflows, ({ title }) => title);
  return new Map(
    workflows.flatMap(({ id, title }): [string, string][] => {
      if (id === undefined) return [];
      return [[id, (count.get(title)?.length ?? 0) > 1 ? `${title} (${id})` : title]];
    }),
  );
}

/** A key of the ledger for people: one of a workflow that is gone stays as it is. */
function nameOf({ key }: CostRow, by: CostGroup, titles: ReadonlyMap<string, string>): string {
  if (key === null) return nameless[by];
  const of = workflowOfKey(by, key);
  return of ? [titles.get(of.id) ?? of.id, ...of.within].join(' ') : key;
}

function showCosts(terminal: Terminal, { by, rows, total }: CostReport, titles: ReadonlyMap<string, string>): void {
  if (rows.length === 0) {
    terminal.err('Nothing was spent.');
    return;
  }
  const line = (name: string, sum: CostSum) => [
    name,
    String(sum.calls),
    shownTokens(sum),
    shownCost(sum.nanoUsd, sum.unpricedCalls),
    sum.estimatedNanoUsd === 0 ? '' : shownUsd(sum.estimatedNanoUsd),
  ];
  const columns = [
    { title: by.toUpperCase(), flexible: true },
    { title: 'CALLS', right: true },
    { title: 'TOKENS', right: true },
    { title: 'COST', right: true },
    { title: 'ESTIMATED', right: true },
  ];
  const lines = [...rows.map((row) => line(nameOf(row, by, titles), row)), line('total', total)];
  for (const text of tableLines(columns, lines, terminal.width)) terminal.out(text);
  if (total.unpricedCalls > 0)
    terminal.err(
      `${plural(total.unpricedCalls, 'call')} had no known price: give their profiles \`prices\` in pipewright.json.`,
    );
}

function showBudgets(terminal: Terminal, budgets: readonly BudgetStatus[]): void {
  if (budgets.length === 0) return;
  terminal.out();
  const columns = [
    { title: 'BUDGET OF', flexible: true },
    { title: 'LIMIT', right: true },
    { title: 'SPENT', right: true },
    { title: 'HELD BACK', right: true },
    { title: 'USED', right: true },
  ];
  const rows = budgets.map(({ what, limitNanoUsd, spentNanoUsd, reservedNanoUsd }) => [
    what,
    shownUsd(limitNanoUsd),
    shownUsd(spentNanoUsd),
    reservedNanoUsd === 0 ? '' : shownUsd(reservedNanoUsd),
    limitNanoUsd === 0 ? '' : `${Math.floor((spentNanoUsd / limitNanoUsd) * 100)} %`,
  ]);
  for (const text of tableLines(columns, rows, terminal.width)) terminal.out(text);
}

/**
 * Epoch milliseconds of a day (`2026-11-01`, from midnight UTC on), of a time, or of so long ago (`7d`).
 * @throws AppError cli.usage
 */
function startOf(text: string, now: number): number {
  const ago = parseDuration(text);
  if (ago !== undefined) return now - ago;
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : parseTimestamp(text);
  if (day !== undefined && !Number.isNaN(day)) return day;
  throw new AppError('cli.usage', {
    message: `“${text}” is neither a duration nor a day.`,
    where: '--since',
    remedy: 'Write for example --since 7d or --since 2026-11-01.',
  });
}
