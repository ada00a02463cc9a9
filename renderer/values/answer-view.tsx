import type { ReactNode } from 'react';
import type { Answer, Citation } from '../../app/core/graph/values.ts';
import { useStudio } from '../shell/studio-context.ts';
import { openOverlay } from '../state/studio.ts';
import { t } from '../strings/text.ts';
import words from '../ui/text.module.css';
import { WithCode } from '../ui/with-code.tsx';
import styles from './value.module.css';

/** An answer whose marks open what it was made from, at the place. */
export function AnswerView({ answer: { text, citations, abstained } }: { answer: Answer }): ReactNode {
  const byMarker = new Map(citations.map((citation) => [citation.marker, citation]));
  // The marks stand in the text as `[1]`; splitting by a group keeps them.
  const pieces = text.split(/(\[[\w.-]{1,12}\])/);
  let at = 0;
  return (
    <div className={styles['answer']}>
      {abstained && <p className={words['note']}>{t('answer.abstained')}</p>}
      <div className={styles['text']}>
        {pieces.map((piece) => {
          // Between two marks that touch lies an empty piece, which needs a key of its own too.
          at += piece.length + 1;
          const citation = byMarker.get(piece.slice(1, -1));
          return citation?.file === undefined ? (
            <WithCode key={at} text={piece} />
          ) : (
            <Mark key={at} citation={citation} text={piece} />
          );
        })}
      </div>
      {citations.length > 0 && (
        <ul className={styles['sources']} aria-label={t('answer.sources')}>
          {citations.map((citation) => (
            <li key={`${citation.marker} ${citation.chunkId} ${citation.start}`}>
              <Source citation={citation} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function useOpenSource(citation: Citation): () => void {
  const studio = useStudio();
  return () => openOverlay(studio, 'source', citation);
}

function Mark({ citation, text }: { citation: Citation; text: string }): ReactNode {
  const open = useOpenSource(citation);
  const { marker, file = '' } = citation;
  return (
    <button type="button" className={styles['cite']} aria-label={t('answer.source', { marker, file })} onClick={open}>
      {text}
    </button>
  );
}

function Source({ citation }: { citation: Citation }): ReactNode {
  const open = useOpenSource(citation);
  const { marker, file, line, quote } = citation;
  if (file === undefined) return <span className={styles['source']}>[{marker}]</span>;
  return (
    <button type="button" className={styles['source']} onClick={open}>
      <span>
        [{marker}] {file}
        {line !== undefined && `:${line}`}
      </span>
      {quote !== undefined && <span className={styles['quote']}>{quote}</span>}
    </button>
  );
}
