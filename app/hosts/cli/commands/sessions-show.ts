import { type CommandContext, type CommonOptions, printJson, withHost } from '../command-context.ts';
import { plural, shownDate } from '../figures.ts';
import { findSession } from '../find-session.ts';
import { wrapped } from '../table.ts';

const HIDDEN = '(not shown: personal data)';

export async function sessionsShow(
  context: CommandContext,
  session: string,
  options: CommonOptions & { space?: string },
): Promise<void> {
  const { terminal } = context;
  const shown = await withHost(context, options, async (host) => {
    const { store, info } = await findSession(host, session, options.space);
    return store.show(info);
  });
  if (options.json) return printJson(context, shown);
  const { space, turns, createdAt, usedAt, summary, history } = shown;
  const when = `${shownDate(createdAt)} to ${shownDate(usedAt)}`;
  const said = (who: string, text = HIDDEN) => {
    terminal.out(`   ${terminal.style('dim', who)}`);
    for (const line of wrapped(text, terminal.width, '     ')) terminal.out(line);
  };
  for (const line of wrapped(`${shown.session}, space ${space}: ${plural(turns, 'turn')}, ${when}`, terminal.width))
    terminal.out(terminal.style('bold', line));
  if (summary) {
    terminal.out();
    said(`summary of the first ${plural(summary.until, 'turn')}`, summary.text);
  }
  for (const { turn, at, runId, user, assistant } of history) {
    terminal.out(`\n${turn}  ${terminal.style('dim', `${shownDate(at)}  ${runId}`)}`);
    said('user', user);
    said('assistant', assistant);
  }
}
