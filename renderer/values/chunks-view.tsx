import { type ReactNode, useState } from 'react';
import type { Chunk } from '../../app/core/graph/values.ts';
import { t } from '../strings/text.ts';
import styles from './chunk-parts.module.css';
import { ChunkPlace } from './chunk-parts.tsx';

/** Chunks that are shown at once. */
const MOST = 20;
/** UTF-16 units of a chunk's text that show where a list of them is read. */
const SHOWN = 240;

/** Chunks as people read them: where each stands, its score, how it begins. */
export function ChunksView({ chunks }: { chunks: readonly (Chunk & { marker?: string })[] }): ReactNode {
  const [isAll, setAll] = useState(false);
  const shown = isAll ? chunks : chunks.slice(0, MOST);
  return (
    <>
      <ol className={styles['list']}>
        {shown.map((chunk, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a list that was handed on never changes, and may hold a chunk twice
          <li key={at}>
            <span className={styles['line']}>
              <span className={styles['at']}>{chunk.marker === undefined ? at + 1 : `[${chunk.marker}]`}</span>
              <ChunkPlace chunk={chunk} />
              {chunk.score !== undefined && <span className={styles['at']}>{chunk.score.toPrecision(3)}</span>}
            </span>
            <span className={styles['beginning']}>
              {chunk.text.length > SHOWN ? `${chunk.text.slice(0, SHOWN)} …` : chunk.text}
            </span>
          </li>
        ))}
      </ol>
      {shown.length < chunks.length && (
        <button type="button" className={styles['place']} onClick={() => setAll(true)}>
          {t('chunk.all', { count: chunks.length })}
        </button>
      )}
    </>
  );
}
