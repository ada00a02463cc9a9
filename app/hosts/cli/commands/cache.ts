import type { KeptFilter, KeptRow } from '../../../core/cache/kept-responses.ts';
import type { ShownValue } from '../../../core/run/shown-value.ts';
import { type CommandContext, type CommonOptions, printJson, withHost } from '../command-context.ts';
import { plural, shownAge, shownCost, shownDate, shownSize } from '../figures.ts';
import { tracedValueLines } from '../shown-values.ts';
import { tableLines } from '../table.ts';
import { safeText } from '../terminal.ts';

interface WhichOptions extends CommonOptions {
  /** Id. */
  workflow?: string;
  node?: string;
  profile?: string;
  scope?: string;
}

function filterOf({ workflow, node, profile, scope }: WhichOptions): KeptFilter {
  return { workflowId: workflow, node, profile, scope };
}

export async function cacheList(context: CommandContext, options: WhichOptions & { limit: number }): Promise<void> {
  const { terminal } = context;
  const found = await withHost(context, options, async (host) =>
    (await host.answers()).list(filterOf(options), options.limit),
  );
  if (options.json) {
    printJson(context, found);
    return;
  }
  const { answers, totals } = found;
  if (answers.length === 0) {
    terminal.err('No answers are kept.');
    return;
  }
  const now = Date.now();
  const rows = answers.map((one) => [
    one.key.slice(0, 12),
    one.node ?? '',
    one.profile,
    one.model,
    one.expiresAt <= now ? 'stale' : shownAge(now - one.storedAt),
    String(one.hits),
    savedBy(one),
    shownSize(one.bytes),
  ]);
  const columns = [
    { title: 'KEY' },
    { title: 'NODE', flexible: true },
    { title: 'PROFILE', flexible: true },
    { title: 'MODEL', flexible: true },
    { title: 'GIVEN' },
    { title: 'HITS', right: true },
    { title: 'SAVED', right: true },
    { title: 'SIZE', right: true },
  ];
  for (const line of tableLines(columns, rows, terminal.width)) terminal.out(line);
  const { entries, bytes, hits, savedNanoUsd } = totals;
  terminal.err(
    `${plural(entries, 'answer')}, ${shownSize(bytes)}; ${plural(hits, 'hit')} saved ${shownCost(savedNanoUsd)}.`,
  );
}

/** What its hits would have cost. */
function savedBy({ hits, nanoUsd }: KeptRow): string {
  return hits === 0 ? '' : nanoUsd === undefined ? 'unknown' : shownCost(hits * nanoUsd);
}

export async function cacheShow(context: CommandContext, key: string, options: CommonOptions): Promise<void> {
  const { terminal } = context;
  const { response, ...row } = await withHost(context, options, async (host) => (await host.answers()).show(key));
  if (options.json) {
    printJson(context, { ...row, response });
    return;
  }
  terminal.out(terminal.style('bold', row.key));
  const facts = [row.kind, `profile ${row.profile}`, `${row.provider} ${row.model}`];
  if (row.workflowId !== undefined) facts.push(`asked first by ${row.workflowId}, node ${row.node}`);
  if (row.scope !== undefined) facts.push(`scope ${row.scope}`);
  terminal.out(safeText(facts.join(' · ')));
  const cost = row.nanoUsd === undefined ? 'cost unknown' : `cost ${shownCost(row.nanoUsd)}`;
  terminal.out(
    `given ${shownDate(row.storedAt)}, ${cost}; ${row.expiresAt <= Date.now() ? 'stale since' : 'fresh until'} ${shownDate(row.expiresAt)}; ${plural(row.hits, 'hit')}`,
  );
  terminal.out();
  if ('withheld' in response && response.withheld === 'damaged')
    terminal.out('It is damaged on the disk: the next equal call asks again.');
  else for (const line of tracedValueLines(response as ShownValue, terminal, '')) terminal.out(line);
}

export async function cacheClear(
  context: CommandContext,
  options: WhichOptions & { expired?: true; values?: true },
): Promise<void> {
  const { values, expired, json } = options;
  const removed = await withHost(context, options, async (host) =>
    values ? host.clearValues() : (await host.answers()).clear({ ...filterOf(options), expired }),
  );
  if (json) printJson(context, { removed });
  else context.terminal.out(`${plural(removed, values ? 'value' : 'answer')} removed.`);
}
