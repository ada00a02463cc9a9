import { ArrowDown, ArrowUp, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Seen } from '../../app/core/run/retrieval-flow.ts';
import { useStudio } from '../shell/studio-context.ts';
import { openOverlay } from '../state/studio.ts';
import { t } from '../strings/text.ts';
import styles from './chunk-parts.module.css';
import { chunkName, type PlacedChunk } from './chunk-text.ts';

/** The place of a chunk; opens its document there. */
export function ChunkPlace({ chunk }: { chunk: PlacedChunk }): ReactNode {
  const studio = useStudio();
  const { file, start, end, line, page } = chunk;
  if (file === undefined) return <code>{chunkName(chunk)}</code>;
  const place = {
    marker: '',
    file,
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    ...(line !== undefined && { line }),
    ...(page !== undefined && { page }),
  };
  return (
    <button type="button" className={styles['place']} title={file} onClick={() => openOverlay(studio, 'source', place)}>
      {chunkName(chunk)}
    </button>
  );
}

/** A rank, and whether it is better or worse than before. */
export function RankChange({ before, after, dropped }: Pick<Seen, 'before' | 'after' | 'dropped'>): ReactNode {
  if (after === undefined) {
    const text = dropped === undefined ? '' : t('chunk.droppedAt', { rank: before ?? '?' });
    return (
      <span className={styles['rank']} data-change="dropped">
        {before ?? ''} <Minus aria-hidden />
        <span className={styles['hidden']}>{text}</span>
      </span>
    );
  }
  const change = before === undefined || before === after ? 'same' : before > after ? 'up' : 'down';
  return (
    <span className={styles['rank']} data-change={change}>
      {after}
      {change === 'up' && <ArrowUp aria-hidden />}
      {change === 'down' && <ArrowDown aria-hidden />}
      {change !== 'same' && (
        <>
          <span aria-hidden>{before}</span>
          <span className={styles['hidden']}>{t(`chunk.rank.${change}`, { before: before ?? '' })}</span>
        </>
      )}
    </span>
  );
}

/** A score as a number and, beside the best of its list, as a bar. */
export function ScoreBar({ score, best }: { score: number; best: number }): ReactNode {
  return (
    <span className={styles['score']}>
      <meter min={0} max={best > 0 ? best : 1} value={Math.max(0, score)} aria-hidden />
      {score.toPrecision(3)}
    </span>
  );
}
