import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { fromWireError } from '../../../app/core/contracts/wire-error.ts';
import { runReplay } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { t } from '../../strings/text.ts';
import { classes } from '../../ui/classes.ts';
import { Fault } from '../../ui/fault.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import words from '../../ui/text.module.css';
import shared from '../panel-body.module.css';
import styles from './trace.module.css';

export interface ReplayReportProps {
  run: string;
  nameOf: (step: string) => string;
  onLook: (step: string) => void;
  onClose: () => void;
}

/** Works a run again from its log, without the world, and says where the same calls led to something else. */
export function ReplayReport({ run, nameOf, onLook, onClose }: ReplayReportProps): ReactNode {
  const { client } = useStudio();
  const { data, error } = useQuery(runReplay(client, run));
  const differences = data?.differences ?? [];
  return (
    <section className={styles['replay']} aria-label={t('replay.title')}>
      <div className={classes(shared['title'], styles['title'])}>
        <strong>{t('replay.title')}</strong>
        <span role="status">
          {!data && !error && t('replay.working')}
          {data && t('replay.done', { steps: data.steps, count: differences.length })}
        </span>
        <IconButton icon={X} side="left" label={t('replay.close')} onClick={onClose} />
      </div>
      {error && <Fault fault={fromWireError(error)} />}
      {differences.length > 0 && (
        <ul className={styles['differences']}>
          {differences.map(({ step, kind, port, recorded, replayed }) => (
            <li key={`${step} ${kind} ${port}`}>
              <button type="button" className={styles['link']} onClick={() => onLook(step)}>
                {nameOf(step)}
              </button>{' '}
              {t(`replay.${kind}`, { port: port ?? '' })}
              {(recorded !== undefined || replayed !== undefined) && (
                <span className={words['note']}>
                  {' '}
                  {t('replay.instead', { recorded: recorded ?? '–', replayed: replayed ?? '–' })}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
