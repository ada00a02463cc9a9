import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import type { ShownSession } from '../../../app/core/contracts/session.ts';
import { sessionList, shownSession } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { shownDate } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';
import { Field } from '../../ui/field.tsx';
import words from '../../ui/text.module.css';
import { useTask } from '../../ui/use-task.ts';
import styles from './run.module.css';

/** Turns that are shown; the command line shows all. */
const MOST_TURNS = 50;

export interface SessionPickerProps {
  /** The input that names the conversation. */
  input: string;
  space: string;
  /** What stands in that input. */
  session: string;
  onPick: (session: string) => void;
}

/** Which conversation a run goes on with: a new one, or one that was had before, with what was said in it. */
export function SessionPicker({ input, space, session, onPick }: SessionPickerProps): ReactNode {
  const { client } = useStudio();
  const id = useId();
  const name = session.trim();
  const { data: sessions = [] } = useQuery(sessionList(client, space));
  const { data: shown } = useQuery(shownSession(client, space, name, MOST_TURNS));
  const isKnown = sessions.some((one) => one.session === name);

  return (
    <section className={styles['session']} aria-labelledby={id}>
      <h4 id={id}>{t('session.title')}</h4>
      <Field label={t('session.which')} help={t('session.help', { input })}>
        {(control) => (
          <select
            {...control}
            value={isKnown ? name : ''}
            onChange={({ target }) => onPick(target.value === '' ? newSession() : target.value)}
          >
            <option value="">{t('session.new')}</option>
            {sessions.map((one) => (
              <option key={one.session} value={one.session}>
                {t('session.of', { session: one.session, n: one.turns, at: shownDate(one.usedAt) })}
              </option>
            ))}
          </select>
        )}
      </Field>
      <div className={styles['sessionButtons']}>
        <Button onClick={() => onPick(newSession())}>{t('session.begin')}</Button>
      </div>
      {shown && <Turns key={name} session={shown} onRemoved={() => onPick(newSession())} />}
      {name !== '' && shown === null && <p className={words['note']}>{t('session.empty')}</p>}
    </section>
  );
}

/** A name that nobody else has. */
const newSession = () => `chat-${crypto.randomUUID().slice(0, 8)}`;

function Turns({ session, onRemoved }: { session: ShownSession; onRemoved: () => void }): ReactNode {
  const { client } = useStudio();
  const queries = useQueryClient();
  const task = useTask<void>();
  const [isAsking, setAsking] = useState(false);
  const { turns, history, space, session: name } = session;

  function remove(): void {
    task.run(async () => {
      await client.session.remove({ space, session: name });
      onRemoved();
      await queries.invalidateQueries({ queryKey: ['runs', 'sessions'] });
    });
  }

  return (
    <>
      <ol className={styles['turns']} aria-label={t('session.turns')}>
        {turns > history.length && (
          <li className={words['note']}>{t('session.earlier', { n: turns - history.length })}</li>
        )}
        {history.map(({ turn, user, assistant }) => (
          <li key={turn}>
            <p className={styles['user']}>{user ?? t('session.personal')}</p>
            <p>{assistant ?? t('session.personal')}</p>
          </li>
        ))}
      </ol>
      {task.fault && <Fault fault={task.fault} />}
      {isAsking ? (
        <div className={styles['sessionButtons']}>
          <p>{t('session.sure', { n: turns })}</p>
          <Button look="danger" onClick={remove} aria-disabled={task.isBusy}>
            {t('session.doClear')}
          </Button>
          <Button autoFocus onClick={() => setAsking(false)}>
            {t('session.keep')}
          </Button>
        </div>
      ) : (
        <div className={styles['sessionButtons']}>
          <Button onClick={() => setAsking(true)}>{t('session.clear')}</Button>
        </div>
      )}
    </>
  );
}
