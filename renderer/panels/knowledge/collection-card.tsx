import { type ReactNode, useId } from 'react';
import { useStore } from 'zustand';
import { useStudio } from '../../shell/studio-context.ts';
import type { Ingestion } from '../../state/ingestions.ts';
import { t, type Values } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';
import words from '../../ui/text.module.css';
import styles from './knowledge.module.css';

export interface CollectionCardProps {
  collection: { name: string; embedder: string; documents: readonly string[]; builtIn: boolean };
  /** What is in it; nothing before the first ingestion. */
  made: { chunks: number; documents: number } | undefined;
  isChosen: boolean;
  onChoose: () => void;
}

/** A collection, and the ingestion that brings it up to date. */
export function CollectionCard({ collection, made, isChosen, onChoose }: CollectionCardProps): ReactNode {
  const { ingestions } = useStudio();
  const { name, embedder, documents, builtIn } = collection;
  const ingestion = useStore(ingestions.store, ({ of }) => of.get(name));
  const isWorking = ingestion?.state === 'working';
  const isStopped = ingestion?.state === 'stopped';
  return (
    <li className={styles['collection']} data-chosen={isChosen}>
      <div className={styles['row']}>
        <button type="button" className={styles['choose']} aria-pressed={isChosen} onClick={onChoose}>
          <span className={styles['name']}>{name}</span>
          <span className={words['about']}>
            {made ? t('knowledge.size', { documents: made.documents, chunks: made.chunks }) : t('knowledge.empty')}
          </span>
        </button>
        {isWorking ? (
          <Button onClick={() => ingestions.stop(name)} aria-label={t('knowledge.stopOf', { name })}>
            {t('knowledge.stop')}
          </Button>
        ) : (
          <Button
            onClick={() => void ingestions.start(name)}
            aria-label={t(isStopped ? 'knowledge.goOnOf' : 'knowledge.ingestOf', { name })}
          >
            {t(isStopped ? 'knowledge.goOn' : 'knowledge.ingest')}
          </Button>
        )}
      </div>
      <p className={words['about']}>
        {documents.join(', ')} · {embedder}
      </p>
      {!builtIn && <p className={words['about']}>{t('knowledge.leaves', { embedder })}</p>}
      {ingestion && <IngestionView ingestion={ingestion} />}
    </li>
  );
}

function IngestionView({ ingestion: { state, progress, report, fault } }: { ingestion: Ingestion }): ReactNode {
  const id = useId();
  if (state === 'working')
    return (
      <div className={styles['progress']}>
        <span id={id} title={progress?.file}>
          {progress ? t(`knowledge.phase.${progress.phase}`) : t('knowledge.starting')}
          {progress && progress.total > 0 && ` ${progress.done}/${progress.total}`}
        </span>
        <progress
          aria-labelledby={id}
          {...(progress && progress.total > 0 && { value: progress.done, max: progress.total })}
        />
      </div>
    );
  return (
    <div role="status">
      {state === 'stopped' && <p>{t('knowledge.stopped')}</p>}
      {fault && <Fault fault={fault} isQuiet />}
      {report && <p>{t('knowledge.report', figures(report))}</p>}
      {report && report.failures.length > 0 && (
        <ul className={styles['failures']} aria-label={t('knowledge.failures')}>
          {report.failures.map(({ file, message, remedy, kept }) => (
            <li key={file}>
              <Fault fault={{ message, remedy }} about={`${file}:`} isQuiet>
                {kept && <p className={words['about']}>{t('knowledge.kept')}</p>}
              </Fault>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function figures({ added, updated, unchanged, removed }: NonNullable<Ingestion['report']>): Values {
  return { added, updated, unchanged, removed };
}
