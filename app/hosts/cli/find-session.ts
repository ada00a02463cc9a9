import type { SessionInfo, SessionStore } from '../../adapters/sqlite/session-store.ts';
import { AppError } from '../../core/errors/app-error.ts';
import { didYouMean } from '../../core/errors/suggest.ts';
import type { Host } from '../compose.ts';

/**
 * The one conversation of a name, and where it is kept.
 * @throws AppError session.missing, session.ambiguous
 */
export async function findSession(
  host: Host,
  session: string,
  space: string | undefined,
): Promise<{ store: SessionStore; info: SessionInfo }> {
  const store = host.hasHistory() ? await host.sessions() : undefined;
  const within = { ...(space !== undefined && { space }) };
  const found = store?.list({ ...within, session }) ?? [];
  const [info, other] = found;
  if (store === undefined || info === undefined) {
    const known = store?.list({ ...within, limit: 1000 }).map((one) => one.session) ?? [];
    throw new AppError('session.missing', {
      message: `There is no conversation “${session}”${space === undefined ? '' : ` in the space ${space}`}.${didYouMean(session, known)}`,
      where: 'session',
      remedy: 'List them: pipewright sessions list',
    });
  }
  if (other !== undefined) {
    throw new AppError('session.ambiguous', {
      message: `Several spaces have a conversation “${session}”: ${found.map((one) => one.space).join(', ')}.`,
      where: 'session',
      remedy: `Say which is meant: --space ${info.space}`,
    });
  }
  return { store, info };
}
