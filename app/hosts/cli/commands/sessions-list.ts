import { type CommandContext, type CommonOptions, printJson, withHost } from '../command-context.ts';
import { shownDate } from '../figures.ts';
import { tableLines } from '../table.ts';

export async function sessionsList(
  context: CommandContext,
  options: CommonOptions & { space?: string; limit: number },
): Promise<void> {
  const { terminal } = context;
  const { space, limit } = options;
  const list = await withHost(context, options, async (host) =>
    host.hasHistory() ? (await host.sessions()).list({ limit, ...(space !== undefined && { space }) }) : [],
  );
  if (options.json) return printJson(context, list);
  if (list.length === 0) return terminal.err('No conversations.');
  const rows = list.map((one) => [
    one.session,
    one.space,
    String(one.turns),
    one.summarised === 0 ? '' : `first ${one.summarised}`,
    shownDate(one.usedAt),
    one.personal ? 'personal' : '',
  ]);
  const columns = [
    { title: 'SESSION', flexible: true },
    { title: 'SPACE' },
    { title: 'TURNS', right: true },
    { title: 'SUMMED UP' },
    { title: 'LAST USED' },
    { title: '' },
  ];
  for (const line of tableLines(columns, rows, terminal.width)) terminal.out(line.trimEnd());
}
