import type { ReactNode } from 'react';
import type { RetrievalReport } from '../../../app/core/run/retrieval-report.ts';
import { t } from '../../strings/text.ts';
import words from '../../ui/text.module.css';
import { ChunkPlace, RankChange, ScoreBar } from '../../values/chunk-parts.tsx';
import { chunkName, dropText } from '../../values/chunk-text.ts';
import styles from './trace.module.css';

/** What a step that searches, ranks or packs noted: ranks before and after, scores, and why chunks were dropped. */
export function RetrievalFacts({ report }: { report: RetrievalReport }): ReactNode {
  const { chunks, query, untold, limit, candidates, tokens, budget, role } = report;
  const best = Math.max(...chunks.map(({ score }) => score ?? 0));
  const byId = new Map(chunks.map((chunk) => [chunk.id, chunk]));
  const nameOf = (id: string) => chunkName(byId.get(id) ?? { id });
  const hasScores = chunks.some(({ score }) => score !== undefined);
  const head = [
    query,
    candidates !== undefined ? t('retrieval.candidates', { count: candidates }) : undefined,
    limit !== undefined ? t('retrieval.limit', { count: limit }) : undefined,
    tokens !== undefined && budget !== undefined ? t('retrieval.tokens', { tokens, budget }) : undefined,
  ];
  return (
    <>
      <p className={words['note']}>{head.filter(Boolean).join(' · ')}</p>
      {chunks.length > 0 && (
        <table className={styles['chunks']}>
          <thead>
            <tr>
              <th scope="col">{t('retrieval.rank')}</th>
              {hasScores && <th scope="col">{t('retrieval.score')}</th>}
              <th scope="col">{t('retrieval.chunk')}</th>
              <th scope="col">{t('retrieval.whyNot')}</th>
            </tr>
          </thead>
          <tbody>
            {chunks.map((chunk) => (
              <tr key={chunk.id}>
                <td>
                  <RankChange {...chunk} />
                </td>
                {hasScores && <td>{chunk.score !== undefined && <ScoreBar score={chunk.score} best={best} />}</td>}
                <td>
                  <ChunkPlace chunk={chunk} />
                </td>
                <td>{dropText(chunk, nameOf)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {untold !== undefined && <p className={words['note']}>{t('retrieval.untold', { count: untold })}</p>}
      {role === 'search' && <p className={words['note']}>{t('retrieval.inOutputs')}</p>}
    </>
  );
}
