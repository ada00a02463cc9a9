import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Retrieval } from '../../../app/core/contracts/insight.ts';
import { t } from '../../strings/text.ts';
import words from '../../ui/text.module.css';
import { ChunkPlace, RankChange, ScoreBar } from '../../values/chunk-parts.tsx';
import { chunkName, dropText } from '../../values/chunk-text.ts';
import styles from './retrieval.module.css';

type Flow = NonNullable<Retrieval['flow']>;
type Row = Flow['chunks'][number];

export interface ChunkTableProps {
  /** Every chunk of the query: names and the best scores come from there. */
  all: readonly Row[];
  rows: readonly Row[];
  stages: Flow['stages'];
  hasConsumer: boolean;
  nameOf: (step: string) => string;
}

/** A row for each chunk: its rank at every step, its score, whether the prompt held it, and why it was dropped. */
export function ChunkTable({ all, rows, stages, hasConsumer, nameOf }: ChunkTableProps): ReactNode {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const byId = new Map(all.map((chunk) => [chunk.id, chunk]));
  const other = (id: string) => chunkName(byId.get(id) ?? { id });
  const scoring = scoringStage(all, stages);
  const best = Math.max(...all.map((chunk) => scoreAt(chunk, scoring) ?? 0));
  // Searches beside each other share a column: a chunk mostly comes by one of them.
  const searches = stages.filter(({ role }) => role === 'search');
  const columns = [
    ...(searches.length > 0 ? [searches] : []),
    ...stages.filter(({ role }) => role !== 'search').map((stage) => [stage]),
  ];
  const width = 3 + columns.length + (hasConsumer ? 2 : 0);
  return (
    <table className={styles['table']} aria-label={t('retrieval.table')}>
      <thead>
        <tr>
          <th scope="col">{t('retrieval.chunk')}</th>
          {columns.map((group) => (
            <th key={group[0]?.step} scope="col" title={group.map(({ step }) => nameOf(step)).join(', ')}>
              {t(`retrieval.column.${group[0]?.role ?? 'rank'}`)}
            </th>
          ))}
          <th scope="col">{t('retrieval.score')}</th>
          {hasConsumer && <th scope="col">{t('retrieval.prompt')}</th>}
          {hasConsumer && <th scope="col">{t('retrieval.cited')}</th>}
          <th scope="col">{t('retrieval.whyNot')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.flatMap((chunk) => {
          const score = scoreAt(chunk, scoring);
          const last = chunk.seen.at(-1);
          const isOpen = open.has(chunk.id);
          const row = (
            <tr key={chunk.id} data-dropped={last?.dropped !== undefined}>
              <th scope="row">
                <span className={styles['chunk']}>
                  <button
                    type="button"
                    className={styles['toggle']}
                    aria-expanded={isOpen}
                    aria-label={t('retrieval.more', { name: chunkName(chunk) })}
                    onClick={() => setOpen(toggled(open, chunk.id))}
                  >
                    <ChevronRight aria-hidden />
                  </button>
                  <ChunkPlace chunk={chunk} />
                </span>
              </th>
              {columns.map((group) => (
                <td key={group[0]?.step}>
                  {chunk.seen
                    .filter(({ stage }) => group.some(({ step }) => step === stage))
                    .map((seen) => (
                      <RankChange key={seen.stage} {...seen} />
                    ))}
                </td>
              ))}
              <td>{score !== undefined && <ScoreBar score={score} best={best} />}</td>
              {hasConsumer && <td data-in={chunk.inPrompt}>{t(`retrieval.in.${chunk.inPrompt}`)}</td>}
              {hasConsumer && <td>{chunk.cited && `[${chunk.marker ?? '✓'}]`}</td>}
              <td>{last && dropText(last, other)}</td>
            </tr>
          );
          return isOpen
            ? [row, <Opened key={`${chunk.id} more`} chunk={chunk} width={width} nameOf={nameOf} />]
            : [row];
        })}
      </tbody>
    </table>
  );
}

/** The text of a chunk, and its scores at every step by channel. */
function Opened({ chunk, width, nameOf }: { chunk: Row; width: number; nameOf: (step: string) => string }): ReactNode {
  const told = new Map<string, number>();
  const scored = chunk.seen.flatMap(({ stage, score, scores }) => {
    // Scores go on with a chunk: each is told where it was given.
    const all = Object.entries(scores ?? (score === undefined ? {} : { score })).filter(
      ([by, value]) => told.get(by) !== value,
    );
    for (const [by, value] of all) told.set(by, value);
    return all.length > 0 ? [{ stage, all }] : [];
  });
  return (
    <tr>
      <td colSpan={width} className={styles['opened']}>
        {chunk.file !== undefined && (
          <p className={words['note']}>{[chunk.title, chunk.file, chunk.collection].filter(Boolean).join(' · ')}</p>
        )}
        {scored.map(({ stage, all }) => (
          <p key={stage} className={words['note']}>
            {nameOf(stage)}: {all.map(([by, score]) => `${by} ${score.toPrecision(3)}`).join(', ')}
          </p>
        ))}
        <p className={styles['text']}>{chunk.text ?? t('retrieval.noText')}</p>
      </td>
    </tr>
  );
}

/** Scores of different steps cannot be compared: those of the last one that gave any are shown. */
function scoringStage(chunks: readonly Row[], stages: Flow['stages']): string | undefined {
  return stages.findLast(({ step }) => chunks.some((chunk) => scoreAt(chunk, step) !== undefined))?.step;
}

function scoreAt({ seen }: Row, step: string | undefined): number | undefined {
  return seen.find(({ stage }) => stage === step)?.score;
}

function toggled(open: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(open);
  if (!next.delete(id)) next.add(id);
  return next;
}
