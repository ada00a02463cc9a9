import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import type { WaitView } from '../../../app/core/run/run-view.ts';
import { watchedValues } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { isLive } from '../../state/run-session.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import words from '../../ui/text.module.css';
import { ValueView } from '../../values/value-view.tsx';
import styles from './debug.module.css';

const MOST = 50;

export interface WatchListProps {
  open: OpenDocument;
  stop: WaitView | undefined;
}

/** Expressions over the run that is shown, worked out again whenever it has gone on. */
export function WatchList({ open, stop }: WatchListProps): ReactNode {
  const { client } = useStudio();
  const watches = useStore(open.debug.store, (state) => state.watches);
  const run = useStore(open.run.store, ({ view }) => view?.runId);
  const status = useStore(open.run.store, (state) => state.status);
  const live = useStore(open.run.store, isLive);
  const [text, setText] = useState('');
  const { data } = useQuery({
    ...watchedValues(client, {
      run: run ?? '',
      step: stop?.step,
      expressions: watches,
      version: `${status} ${stop?.wait}`,
    }),
    enabled: run !== undefined && watches.length > 0,
    refetchInterval: live ? 1000 : false,
  });
  const add = (event: FormEvent) => {
    event.preventDefault();
    const watch = text.trim();
    if (watch === '' || watches.includes(watch) || watches.length >= MOST) return;
    open.debug.setWatches([...watches, watch]);
    setText('');
  };
  return (
    <section className={styles['section']} aria-label={t('debug.watches')}>
      <div className={styles['head']}>
        <h3>{t('debug.watches')}</h3>
      </div>
      <ul className={styles['list']}>
        {watches.map((watch, at) => {
          const result = data?.results[at];
          return (
            <li key={watch} className={styles['watch']}>
              <div className={styles['watchHead']}>
                <code>{watch}</code>
                <IconButton
                  label={t('debug.unwatch', { watch })}
                  icon={X}
                  onClick={() => open.debug.setWatches(watches.filter((one) => one !== watch))}
                />
              </div>
              <div className={styles['watched']} data-watch={watch}>
                {result && 'value' in result && <ValueView value={result.value} />}
                {result && 'fault' in result && (
                  <span className={stop ? styles['fault'] : words['note']}>{result.fault}</span>
                )}
                {run === undefined && <span className={words['note']}>{t('debug.noRun')}</span>}
              </div>
            </li>
          );
        })}
      </ul>
      <form className={styles['add']} onSubmit={add}>
        <input
          aria-label={t('debug.watch')}
          placeholder={t('debug.watchHint')}
          spellCheck={false}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <Button type="submit" disabled={text.trim() === ''}>
          {t('debug.addWatch')}
        </Button>
      </form>
      <p className={words['note']}>{t('debug.watchHelp')}</p>
    </section>
  );
}
