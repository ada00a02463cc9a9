import { type ReactNode, useDeferredValue, useMemo } from 'react';
import { t } from '../strings/text.ts';
import { diffWords } from './diff-words.ts';
import words from './text.module.css';
import styles from './word-diff.module.css';

/** Letters of a stretch without a difference that are shown on either side of it. */
const AROUND = 200;

/** What changed between two texts, word by word; long stretches without a change are shortened. */
export function WordDiff({ before, after, label }: { before: string; after: string; label: string }): ReactNode {
  const late = useDeferredValue(after);
  const pieces = useMemo(() => diffWords(before, late), [before, late]);
  if (before === late) return <p className={words['note']}>{t('diff.same')}</p>;
  if (!pieces) return <p className={words['note']}>{t('diff.tooMuch')}</p>;
  let at = 0;
  return (
    <section className={styles['diff']} aria-label={label}>
      {pieces.map(({ text, side }) => {
        at += text.length;
        const key = `${at} ${side}`;
        if (side === 'after') return <ins key={key}>{text}</ins>;
        return side === 'before' ? <del key={key}>{text}</del> : <span key={key}>{shortened(text)}</span>;
      })}
    </section>
  );
}

function shortened(text: string): string {
  return text.length <= 2 * AROUND ? text : `${text.slice(0, AROUND)} … ${text.slice(-AROUND)}`;
}
