import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import { useStore } from 'zustand';
import { cacheSavings, recordedCosts, stoppedByBudget } from '../../rpc/queries.ts';
import { useShownGraph, useStudio } from '../../shell/studio-context.ts';
import { leadToRun } from '../../state/decide-task.ts';
import type { ShownGraph } from '../../state/shown-graph.ts';
import { showPanel } from '../../state/view-store.ts';
import { shownCost, shownDate } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Field } from '../../ui/field.tsx';
import styles from './costs.module.css';
import { projectCosts } from './project-costs.ts';

const usd = (nanoUsd: number) => shownCost({ nanoUsd: Math.round(nanoUsd), unpriced: 0 }) ?? '$0';

/** What kept answers have saved; nothing while they have saved nothing. */
export function CacheSavings(): ReactNode {
  const { client } = useStudio();
  const id = useId();
  const totals = useQuery(cacheSavings(client)).data?.totals;
  if (!totals || totals.hits === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className={styles['title']}>
        {t('costs.savings')}
      </h3>
      <p>{t('costs.savingsText', { hits: totals.hits, saved: usd(totals.savedNanoUsd) })}</p>
    </section>
  );
}

/** The runs that a budget ended, the newest first, each with the way to its trace. */
export function StoppedByBudget(): ReactNode {
  const studio = useStudio();
  const id = useId();
  const runs = useQuery(stoppedByBudget(studio.client)).data ?? [];
  if (runs.length === 0) return null;
  const lead = (runId: string) => leadToRun(studio, runId, () => showPanel(studio.view, 'dock', 'trace'));
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className={styles['title']}>
        {t('costs.stopped')}
      </h3>
      <ul className={styles['stopped']}>
        {runs.map(({ runId, workflowName, createdAt, error }) => (
          <li key={runId}>
            <button type="button" className={styles['link']} onClick={() => lead(runId)}>
              {workflowName} · {shownDate(createdAt)}
            </button>
            : {error?.message}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What the workflow that is shown would cost for so many users, by what its recorded runs cost. */
export function CostsForUsers(): ReactNode {
  const open = useShownGraph();
  return open ? <ForUsers open={open} /> : null;
}

function ForUsers({ open }: { open: ShownGraph }): ReactNode {
  const { client } = useStudio();
  const id = useId();
  const workflowId = useStore(open.document.store, ({ doc }) => doc.head.get('id') ?? '');
  const recorded = useQuery(recordedCosts(client, workflowId)).data ?? [];
  const [users, setUsers] = useState('100');
  const [each, setEach] = useState('3');
  const projection = projectCosts(recorded, Number(users) * Number(each));
  if (recorded.every((cost) => cost === 0)) return null;
  const field = (label: string, value: string, set: (value: string) => void) => (
    <Field label={label}>
      {(control) => (
        <input {...control} type="number" min={1} value={value} onChange={({ target }) => set(target.value)} />
      )}
    </Field>
  );
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className={styles['title']}>
        {t('costs.forUsers')}
      </h3>
      <div className={styles['choices']}>
        {field(t('costs.users'), users, setUsers)}
        {field(t('costs.runsEach'), each, setEach)}
      </div>
      {projection && (
        <p role="status">
          {t('costs.projection', {
            day: usd(projection.day.expected),
            low: usd(projection.day.low),
            high: usd(projection.day.high),
            month: usd(projection.day.expected * 30),
            median: usd(projection.median),
            dear: usd(projection.high),
            n: projection.runs,
          })}
        </p>
      )}
    </section>
  );
}
