import { diffWordsWithSpace } from 'diff';
import { type ReactNode, useDeferredValue, useMemo } from 'react';
import { t } from '../strings/text.ts';
import styles from './word-diff.module.css';

/** Texts that differ in more places are other texts: their difference would help nobody, and take long to find. */
const MOST_EDITS = 2000;

/** What changed between two texts, word by word. */
export function WordDiff({ before, after, label }: { before: string; after: string; label: string }): ReactNode {
  const late = useDeferredValue(after);
  const parts = useMemo(() => diffWordsWithSpace(before, late, { maxEditLength: MOST_EDITS }), [before, late]);
  if (!parts) return <p className={styles['note']}>{t('diff.tooMuch')}</p>;
  let at = 0;
  return (
    <section className={styles['diff']} aria-label={label}>
      {parts.map(({ value, added, removed }) => {
        at += value.length;
        const key = `${at} ${added} ${removed}`;
        if (added) return <ins key={key}>{value}</ins>;
        return removed ? <del key={key}>{value}</del> : <span key={key}>{value}</span>;
      })}
    </section>
  );
}
