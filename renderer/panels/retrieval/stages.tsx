import { ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Retrieval } from '../../../app/core/contracts/insight.ts';
import { t } from '../../strings/text.ts';
import words from '../../ui/text.module.css';
import styles from './retrieval.module.css';

type Flow = NonNullable<Retrieval['flow']>;

export interface StagesProps {
  flow: Flow;
  nameOf: (step: string) => string;
  /** Shows a step on the canvas. */
  onLook: (step: string) => void;
}

/** The steps on the way of a query, each with what it did in a line, and the step whose prompt they fed. */
export function Stages({ flow: { stages, consumer }, nameOf, onLook }: StagesProps): ReactNode {
  return (
    <ol className={styles['stages']} aria-label={t('retrieval.stages')}>
      {stages.map((stage) => {
        const { step, report } = stage;
        const { tokens, budget } = report ?? {};
        return (
          <li key={step}>
            <button type="button" title={step} onClick={() => onLook(step)}>
              {nameOf(step)}
            </button>
            <span
              className={words['note']}
              title={report?.filter === undefined ? undefined : JSON.stringify(report.filter)}
            >
              {stageText(stage)}
            </span>
            {tokens !== undefined && budget !== undefined && (
              <span className={styles['budget']}>
                <meter min={0} max={budget} value={tokens} aria-label={t('retrieval.budget')} />
                {t('retrieval.tokens', { tokens, budget })}
              </span>
            )}
          </li>
        );
      })}
      {consumer && (
        <li>
          <ArrowRight aria-hidden />
          <button type="button" title={consumer.step} onClick={() => onLook(consumer.step)}>
            {nameOf(consumer.step)}
          </button>
          <span className={words['note']}>
            {consumer.abstained
              ? t('retrieval.abstained')
              : consumer.citations !== undefined && t('retrieval.cites', { count: consumer.citations })}
          </span>
        </li>
      )}
    </ol>
  );
}

function stageText({ role, report, kept }: Flow['stages'][number]): string {
  if (!report) return t('retrieval.unnoted');
  const { collection, method, candidates, limit, filter } = report;
  return [
    kept === undefined ? undefined : t('retrieval.kept', { role: t(`retrieval.role.${role}`), kept }),
    candidates === undefined ? undefined : t('retrieval.candidates', { count: candidates }),
    limit === undefined ? undefined : t('retrieval.limit', { count: limit }),
    collection,
    method,
    filter === undefined ? undefined : t('retrieval.filter'),
  ]
    .filter(Boolean)
    .join(' · ');
}
