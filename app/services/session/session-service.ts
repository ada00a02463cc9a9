import type { SessionKey } from '../../core/capabilities/capabilities.ts';
import type { SessionInfo, ShownSession } from '../../core/contracts/session.ts';
import { isAppError } from '../../core/errors/app-error.ts';

/** What the service needs of the store of conversations. */
export interface Sessions {
  list(about: { space?: string; limit?: number }): SessionInfo[];
  /** @throws AppError session.missing */
  show(key: SessionKey): ShownSession;
  remove(keys: readonly SessionKey[]): Promise<SessionKey[]>;
}

export interface SessionServicePorts {
  /** Undefined where nothing ever ran: asking makes no database. */
  store(): Promise<Sessions | undefined>;
  /** A text without the values of secrets. */
  withoutSecrets: (text: string) => string;
}

/** Conversations as people see them who go on with one. */
export interface SessionService {
  list(about: { space?: string | undefined; limit: number }): Promise<SessionInfo[]>;
  /** The last `limit` turns; null where nothing was said yet. */
  show(key: SessionKey, limit: number): Promise<ShownSession | null>;
  /** Whether there was anything to remove. */
  remove(key: SessionKey): Promise<boolean>;
}

export function createSessionService({ store, withoutSecrets }: SessionServicePorts): SessionService {
  return {
    async list({ space, limit }) {
      return (await store())?.list({ limit, ...(space !== undefined && { space }) }) ?? [];
    },
    async show(key, limit) {
      const sessions = await store();
      if (!sessions) return null;
      try {
        const { summary: _summary, history, ...info } = sessions.show(key) as ShownSession & { summary?: unknown };
        const shown = history.slice(-limit).map(({ user, assistant, ...turn }) => ({
          ...turn,
          ...(user !== undefined && { user: withoutSecrets(user) }),
          ...(assistant !== undefined && { assistant: withoutSecrets(assistant) }),
        }));
        return { ...info, history: shown };
      } catch (thrown) {
        if (isAppError(thrown) && thrown.code === 'session.missing') return null;
        throw thrown;
      }
    },
    async remove(key) {
      return ((await (await store())?.remove([key])) ?? []).length > 0;
    },
  };
}
