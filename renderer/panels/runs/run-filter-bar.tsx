import { type ReactNode, useId, useState } from 'react';
import { runSorts } from '../../../app/core/run/run-list.ts';
import { type StringKey, t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Check } from '../../ui/check.tsx';
import { Field } from '../../ui/field.tsx';
import { everyRun, isNarrow, type RunSearch, runStates } from './run-filter.ts';
import styles from './runs.module.css';

export interface FilterBarProps {
  search: RunSearch;
  onSearch: (search: RunSearch) => void;
}

/** What runs are found by. */
export function RunFilterBar({ search, onSearch }: FilterBarProps): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const set = (change: Partial<RunSearch>) => onSearch({ ...search, ...change });
  const written = (of: 'text' | 'tag' | 'from' | 'to' | 'cost' | 'seconds', type: string, label: StringKey) => (
    <Field label={t(label)} compact={of === 'text'}>
      {(control) => (
        <input
          {...control}
          type={type}
          value={search[of]}
          maxLength={200}
          placeholder={of === 'text' ? t('runs.textHint') : undefined}
          {...(type === 'number' && { min: 0, step: 'any' })}
          onChange={({ target }) => set({ [of]: target.value })}
        />
      )}
    </Field>
  );
  const chosen = <K extends 'scope' | 'state' | 'sort'>(
    of: K,
    label: StringKey,
    values: readonly { value: RunSearch[K]; label: string }[],
  ) => (
    <Field label={t(label)} compact>
      {(control) => (
        <select {...control} value={search[of]} onChange={({ target }) => set({ [of]: target.value as RunSearch[K] })}>
          {values.map((one) => (
            <option key={one.value} value={one.value}>
              {one.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
  return (
    <search className={styles['find']} aria-label={t('runs.filter')}>
      <div className={styles['filters']}>
        {written('text', 'search', 'runs.text')}
        {chosen('scope', 'runs.scope', [
          { value: 'workflow', label: t('runs.scope.workflow') },
          { value: 'all', label: t('runs.scope.all') },
        ])}
        {chosen('state', 'runs.state', [
          { value: '', label: t('runs.state.any') },
          ...runStates.map((value) => ({ value, label: t(`run.status.${value}`) })),
        ])}
        {chosen(
          'sort',
          'runs.sort',
          runSorts.map((value) => ({ value, label: t(`runs.sort.${value}`) })),
        )}
        <Button look="quiet" aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}>
          {t(isOpen ? 'runs.fewer' : 'runs.more')}
        </Button>
        {isNarrow(search) && (
          <Button look="quiet" onClick={() => onSearch({ ...everyRun, scope: search.scope, sort: search.sort })}>
            {t('runs.clear')}
          </Button>
        )}
      </div>
      <div id={id} className={styles['filters']} hidden={!isOpen}>
        {written('tag', 'text', 'runs.tag')}
        {written('from', 'date', 'runs.from')}
        {written('to', 'date', 'runs.to')}
        {written('cost', 'number', 'runs.cost')}
        {written('seconds', 'number', 'runs.seconds')}
        <Check label={t('runs.pinnedOnly')} checked={search.pinned} onChange={(pinned) => set({ pinned })} />
      </div>
    </search>
  );
}
