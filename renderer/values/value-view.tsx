import { type ReactNode, useState } from 'react';
import type { Json } from '../../app/core/graph/json.ts';
import { Answer, Chunk, Confidence, Context, Table } from '../../app/core/graph/values.ts';
import { t } from '../strings/text.ts';
import { ConfidenceMeters } from '../ui/confidence-meters.tsx';
import words from '../ui/text.module.css';
import { AnswerView } from './answer-view.tsx';
import { ChunksView } from './chunks-view.tsx';
import { TableView } from './table-view.tsx';
import styles from './value.module.css';

/** A screen takes so many letters without a pause; the rest on demand. */
const SHORT = 5000;

/** A value as people read it: by what it is, not by where it comes from. */
export function ValueView({ value }: { value: Json }): ReactNode {
  const answer = Answer.safeParse(value);
  if (answer.success) return <AnswerView answer={answer.data} />;
  const table = Table.safeParse(value);
  if (table.success) return <TableView table={table.data} />;
  const confidence = Confidence.safeParse(value);
  if (confidence.success) return <ConfidenceMeters confidence={confidence.data} />;
  const chunks = chunksOf(value);
  if (chunks) return <ChunksView chunks={chunks} />;
  if (value === null) return <span className={words['note']}>{t('value.none')}</span>;
  if (value === '') return <span className={words['note']}>{t('value.empty')}</span>;
  if (typeof value === 'boolean') return <span>{t(value ? 'value.true' : 'value.false')}</span>;
  if (typeof value === 'string') return <LongText text={value} look="text" />;
  return <LongText text={JSON.stringify(value, undefined, 2)} look="json" />;
}

/** A list of chunks, or those of a packed context; nothing where there are none. */
function chunksOf(value: Json): readonly Chunk[] | undefined {
  const found = Array.isArray(value) ? Chunk.array().safeParse(value).data : Context.safeParse(value).data?.chunks;
  return found && found.length > 0 ? found : undefined;
}

function LongText({ text, look }: { text: string; look: 'text' | 'json' }): ReactNode {
  const [all, setAll] = useState(false);
  const isCut = text.length > SHORT && !all;
  const shown = isCut ? `${text.slice(0, SHORT)} …` : text;
  return (
    <>
      {look === 'json' ? <pre className={styles['json']}>{shown}</pre> : <div className={styles['text']}>{shown}</div>}
      {isCut && (
        <button type="button" className={styles['more']} onClick={() => setAll(true)}>
          {t('value.more', { count: text.length })}
        </button>
      )}
    </>
  );
}
