import type { ReactNode } from 'react';
import { t } from '../../strings/text.ts';
import type { SearchState } from './search-state.ts';
import { type StepFilter, stepFilters } from './step-rows.ts';
import styles from './trace.module.css';

export interface StepSearchProps {
  search: SearchState;
  /** Types of the nodes that took part, with what people call them. */
  types: readonly (readonly [type: string, title: string])[];
  shown: number;
  all: number;
  onChange: (search: SearchState) => void;
  /** What can be done with the run, in the same bar. */
  children: ReactNode;
}

/** Which steps of a run are listed. */
export function StepSearch({ search, types, shown, all, onChange, children }: StepSearchProps): ReactNode {
  const change = (more: Partial<SearchState>) => onChange({ ...search, ...more });
  return (
    <search className={styles['search']}>
      <input
        type="search"
        className={styles['input']}
        aria-label={t('trace.search')}
        placeholder={t('trace.search')}
        value={search.text}
        onChange={({ target }) => change({ text: target.value })}
      />
      <label className={styles['deep']} title={t('trace.deepHelp')}>
        <input type="checkbox" checked={search.isDeep} onChange={({ target }) => change({ isDeep: target.checked })} />
        {t('trace.deep')}
      </label>
      <select
        className={styles['input']}
        aria-label={t('trace.filter')}
        value={search.filter}
        onChange={({ target }) => change({ filter: target.value as StepFilter })}
      >
        {stepFilters.map((one) => (
          <option key={one} value={one}>
            {t(`trace.filter.${one}`)}
          </option>
        ))}
      </select>
      <select
        className={styles['input']}
        aria-label={t('trace.type')}
        value={search.type}
        onChange={({ target }) => change({ type: target.value })}
      >
        <option value="">{t('trace.type.all')}</option>
        {types.map(([type, title]) => (
          <option key={type} value={type}>
            {title}
          </option>
        ))}
      </select>
      <span className={styles['count']}>{t('trace.count', { count: shown, of: all })}</span>
      {children}
    </search>
  );
}
