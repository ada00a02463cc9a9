import { useQueryClient } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { Period } from '../../../app/core/budget/budget.ts';
import type { WrittenBudgets } from '../../../app/core/contracts/costs.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Check } from '../../ui/check.tsx';
import { Fault } from '../../ui/fault.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import words from '../../ui/text.module.css';
import { useTask } from '../../ui/use-task.ts';
import {
  budgetScopes,
  budgetsOf,
  emptyBudget,
  type FilledBudget,
  type FilledBudgets,
  faultyTag,
  filledBudgets,
  isStanding,
} from './budget-fields.ts';
import styles from './settings.module.css';

const periods: readonly Period[] = ['total', 'month', 'day'];

/** The budgets of pipewright.json. What is saved holds for calls from then on. */
export function BudgetForm({ written }: { written: WrittenBudgets }): ReactNode {
  const { client } = useStudio();
  const queries = useQueryClient();
  const task = useTask<'saved' | 'read'>();
  const [filled, setFilled] = useState<FilledBudgets>(() => filledBudgets(written.budgets));
  /** Hash of the version that the form was made from. */
  const [base, setBase] = useState(written.hash);
  const faulty = faultyTag(filled);

  function show(now: WrittenBudgets): void {
    setFilled(filledBudgets(now.budgets));
    setBase(now.hash);
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (faulty) return;
    task.run(async () => {
      show(await client.costs.setLimits({ budgets: budgetsOf(filled), base }));
      await queries.invalidateQueries({ queryKey: ['budgets'] });
      return 'saved';
    });
  }

  const readAgain = () =>
    task.run(async () => {
      show(await client.costs.limits({}));
      return 'read';
    });
  const setTag = (id: number, change: Partial<FilledBudgets['tags'][number]>) =>
    setFilled({ ...filled, tags: filled.tags.map((one) => (one.id === id ? { ...one, ...change } : one)) });
  const addTag = () => {
    const id = Math.max(0, ...filled.tags.map((one) => one.id)) + 1;
    setFilled({ ...filled, tags: [...filled.tags, { id, tag: '', ...emptyBudget }] });
  };

  return (
    <form className={styles['form']} onSubmit={submit} aria-label={t('budgets.title')}>
      <h4>{t('budgets.title')}</h4>
      <p className={words['about']}>{t('budgets.how')}</p>
      <table className={styles['table']}>
        <thead>
          <tr>
            <th scope="col">{t('budgets.of')}</th>
            <th scope="col">{t('budgets.usd')}</th>
            <th scope="col">{t('budgets.warn')}</th>
            <th scope="col">{t('budgets.per')}</th>
          </tr>
        </thead>
        <tbody>
          {budgetScopes.map((scope) => (
            <tr key={scope}>
              <th scope="row">
                {t(`budgets.scope.${scope}`)}
                <div className={words['about']}>{t(`budgets.about.${scope}`)}</div>
              </th>
              <Amounts
                name={t(`budgets.scope.${scope}`)}
                filled={filled.scopes[scope]}
                hasPeriod={isStanding(scope)}
                onChange={(now) => setFilled({ ...filled, scopes: { ...filled.scopes, [scope]: now } })}
              />
            </tr>
          ))}
          {filled.tags.map(({ id, tag, ...budget }) => (
            <tr key={id}>
              <th scope="row">
                <span className={styles['tagName']}>
                  <input
                    className={styles['cellInput']}
                    aria-label={t('budgets.tag')}
                    value={tag}
                    placeholder={t('budgets.tag')}
                    onChange={({ target }) => setTag(id, { tag: target.value })}
                  />
                  <IconButton
                    icon={X}
                    label={t('budgets.removeTag', { tag })}
                    onClick={() => setFilled({ ...filled, tags: filled.tags.filter((one) => one.id !== id) })}
                  />
                </span>
              </th>
              <Amounts
                name={t('budgets.tagOf', { tag })}
                filled={budget}
                hasPeriod
                isRequired
                onChange={(now) => setTag(id, now)}
              />
            </tr>
          ))}
        </tbody>
      </table>
      <Check
        label={t('budgets.allowUnknown')}
        help={t('budgets.allowUnknownHelp')}
        checked={filled.allowUnknown}
        onChange={(allowUnknown) => setFilled({ ...filled, allowUnknown })}
      />
      {faulty && <p role="alert">{t(`budgets.tagFault.${faulty.fault}`, { tag: faulty.tag })}</p>}
      {task.fault && <Fault fault={task.fault} />}
      <div className={styles['buttons']}>
        <Button look="primary" type="submit" aria-disabled={task.isBusy || faulty !== undefined}>
          {t('budgets.save')}
        </Button>
        <Button onClick={addTag}>
          <Plus aria-hidden />
          {t('budgets.addTag')}
        </Button>
        {task.fault?.code === 'file.conflict' && <Button onClick={readAgain}>{t('budgets.readAgain')}</Button>}
        <span role="status" className={words['about']}>
          {task.result === 'saved' && t('budgets.saved')}
          {task.result === 'read' && t('budgets.wasRead')}
        </span>
      </div>
    </form>
  );
}

interface AmountsProps {
  /** What the budget is of, for those who hear the fields. */
  name: string;
  filled: FilledBudget;
  hasPeriod?: boolean;
  isRequired?: boolean;
  onChange: (filled: FilledBudget) => void;
}

function Amounts({ name, filled, hasPeriod = false, isRequired = false, onChange }: AmountsProps): ReactNode {
  return (
    <>
      <td>
        <input
          className={styles['cellInput']}
          aria-label={t('budgets.usdOf', { name })}
          type="number"
          min={0}
          max={1_000_000}
          step="any"
          required={isRequired}
          placeholder={t('budgets.none')}
          value={filled.usd}
          onChange={({ target }) => onChange({ ...filled, usd: target.value })}
        />
      </td>
      <td>
        <input
          className={styles['cellInput']}
          aria-label={t('budgets.warnOf', { name })}
          type="number"
          min={1}
          max={100}
          step="any"
          placeholder="80"
          value={filled.warn}
          onChange={({ target }) => onChange({ ...filled, warn: target.value })}
        />
      </td>
      <td>
        {hasPeriod && (
          <select
            className={styles['cellInput']}
            aria-label={t('budgets.perOf', { name })}
            value={filled.per}
            onChange={({ target }) => onChange({ ...filled, per: target.value as Period })}
          >
            {periods.map((period) => (
              <option key={period} value={period}>
                {t(`budgets.period.${period}`)}
              </option>
            ))}
          </select>
        )}
      </td>
    </>
  );
}
