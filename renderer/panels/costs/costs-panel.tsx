import { useQuery } from '@tanstack/react-query';
import { Coins } from 'lucide-react';
import { type ReactNode, useId, useMemo, useState } from 'react';
import {
  type BudgetStatus,
  type CostGroup,
  type CostReport,
  type CostSum,
  costGroups,
  workflowOfKey,
} from '../../../app/core/budget/costs.ts';
import { budgetList, costReport, workflowList } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { shownCost, shownTokenCount } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { classes } from '../../ui/classes.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Field } from '../../ui/field.tsx';
import shared from '../panel-body.module.css';
import styles from './costs.module.css';
import { CacheSavings, CostsForUsers, StoppedByBudget } from './costs-notes.tsx';
import { spendByDay } from './spend-by-day.ts';
import { SpendChart } from './spend-chart.tsx';

const DAY_MS = 86_400_000;
/** Days back; 0: all that there is. */
const spans = { all: 0, day: 1, week: 7, month: 30 } as const;
type Span = keyof typeof spans;

/** What was spent in the workspace, by whatever is asked, and how its budgets stand. */
export function CostsPanel(): ReactNode {
  const { client } = useStudio();
  const [by, setBy] = useState<CostGroup>('workflow');
  const [span, setSpan] = useState<{ name: Span; since?: number }>({ name: 'all' });
  const report = useQuery(costReport(client, by, span.since)).data;
  const budgets = useQuery(budgetList(client)).data?.budgets ?? [];
  if (!report) return null;
  if (report.total.calls === 0 && span.name === 'all' && budgets.length === 0)
    return <EmptyState icon={Coins} title={t('costs.none')} text={t('costs.noneText')} />;

  return (
    <div className={classes(shared['scrolled'], styles['panel'])}>
      <div className={styles['choices']}>
        <Field label={t('costs.by')}>
          {(control) => (
            <select {...control} value={by} onChange={({ target }) => setBy(target.value as CostGroup)}>
              {costGroups.map((group) => (
                <option key={group} value={group}>
                  {t(`costs.by.${group}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={t('costs.since')}>
          {(control) => (
            <select
              {...control}
              value={span.name}
              onChange={({ target }) => {
                const name = target.value as Span;
                setSpan({ name, ...(spans[name] > 0 && { since: Date.now() - spans[name] * DAY_MS }) });
              }}
            >
              {(Object.keys(spans) as Span[]).map((name) => (
                <option key={name} value={name}>
                  {t(`costs.since.${name}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      {by === 'day' && <ByDay rows={report.rows} />}
      <Costs report={report} />
      {budgets.length > 0 && <Budgets budgets={budgets} />}
      <StoppedByBudget />
      <CacheSavings />
      <CostsForUsers />
    </div>
  );
}

function ByDay({ rows }: Pick<CostReport, 'rows'>): ReactNode {
  const spend = useMemo(() => spendByDay(rows), [rows]);
  return spend.days.length > 0 && <SpendChart spend={spend} />;
}

function Costs({ report: { by, rows, total } }: { report: CostReport }): ReactNode {
  const { client } = useStudio();
  const { data: workflows = [] } = useQuery(workflowList(client));
  /** Rows of workflows and of their nodes begin with the id of the workflow: people know it by its name. */
  const nameOf = (key: string) => {
    const of = workflowOfKey(by, key);
    if (!of) return key;
    const title = workflows.find(({ id }) => id === of.id)?.title;
    return [title ?? of.id, ...of.within].join(' → ');
  };
  return (
    <table className={styles['table']} aria-label={t('panel.costs')}>
      <thead>
        <tr>
          <th scope="col">{t(`costs.by.${by}`)}</th>
          <th scope="col">{t('costs.calls')}</th>
          <th scope="col">{t('costs.tokens')}</th>
          <th scope="col">{t('costs.cost')}</th>
          <th scope="col">{t('costs.estimated')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row
            key={row.key ?? ''}
            name={row.key === null ? t('costs.nameless') : nameOf(row.key)}
            about={row.key ?? undefined}
            sum={row}
          />
        ))}
      </tbody>
      <tfoot>
        <Row name={t('costs.total')} sum={total} />
      </tfoot>
    </table>
  );
}

function Row({ name, about, sum }: { name: string; about?: string | undefined; sum: CostSum }): ReactNode {
  return (
    <tr>
      <th scope="row" title={about}>
        {name}
      </th>
      <td>{sum.calls}</td>
      <td>{shownTokenCount(sum)}</td>
      <td>{shownCost({ nanoUsd: sum.nanoUsd, unpriced: sum.unpricedCalls }) ?? '$0'}</td>
      <td>{shownCost({ nanoUsd: sum.estimatedNanoUsd, unpriced: 0 })}</td>
    </tr>
  );
}

function Budgets({ budgets }: { budgets: readonly BudgetStatus[] }): ReactNode {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className={styles['title']}>
        {t('costs.budgets')}
      </h3>
      <ul className={styles['budgets']}>
        {budgets.map(({ what, source, limitNanoUsd, warnNanoUsd, spentNanoUsd, reservedNanoUsd }) => (
          <li key={`${what} ${source}`} className={styles['budget']} title={source}>
            <span className={styles['what']}>{what}</span>
            <meter
              aria-label={what}
              min={0}
              max={Math.max(limitNanoUsd, 1)}
              high={warnNanoUsd}
              optimum={0}
              value={spentNanoUsd + reservedNanoUsd}
            />
            <span>
              {t('costs.spentOf', {
                spent: shownCost({ nanoUsd: spentNanoUsd, unpriced: 0 }) ?? '$0',
                limit: shownCost({ nanoUsd: limitNanoUsd, unpriced: 0 }) ?? '$0',
              })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
