import { AppError } from '../../../core/errors/app-error.ts';
import { type CommandContext, type CommonOptions, printJson, withHost } from '../command-context.ts';
import { plural } from '../figures.ts';
import { findSession } from '../find-session.ts';

const DAY_MS = 86_400_000;

export async function sessionsRemove(
  context: CommandContext,
  session: string | undefined,
  options: CommonOptions & { space?: string; unusedFor?: number },
): Promise<void> {
  const { space, unusedFor } = options;
  if ((session === undefined) === (unusedFor === undefined)) {
    throw new AppError('cli.usage', {
      message: 'Name one conversation, or say for how long those to remove were not used.',
      where: 'sessions remove',
      remedy: 'Write: pipewright sessions remove NAME, or: pipewright sessions remove --unused-for DAYS',
    });
  }
  const removed = await withHost(context, options, async (host) => {
    if (session !== undefined) {
      const { store, info } = await findSession(host, session, space);
      return store.remove([info]);
    }
    if (!host.hasHistory()) return [];
    const store = await host.sessions();
    const until = Date.now() - (unusedFor ?? 0) * DAY_MS;
    const all = store.list({ ...(space !== undefined && { space }) });
    return store.remove(all.filter(({ usedAt }) => usedAt <= until));
  });
  if (options.json) printJson(context, { removed });
  else context.terminal.out(`${plural(removed.length, 'conversation')} removed.`);
}
