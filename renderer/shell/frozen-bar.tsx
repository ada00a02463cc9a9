import { ChartGantt, FileInput, GitCompareArrows, History } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { RunView } from '../../app/core/run/run-view.ts';
import type { ComparedRuns, ComparedVersions, FrozenGraph } from '../state/frozen-graph.ts';
import { marks } from '../state/graph-marks.ts';
import { showPanel } from '../state/view-store.ts';
import { shownCost, shownDate, shownMoment, shownTime, shownTokens } from '../strings/figures.ts';
import { t } from '../strings/text.ts';
import { Button } from '../ui/button.tsx';
import styles from './frozen-bar.module.css';
import { useStudio } from './studio-context.ts';

/** What a graph that cannot be edited is, and the way back to the one that can. */
export function FrozenBar({ graph }: { graph: FrozenGraph }): ReactNode {
  const { documents, view, notices } = useStudio();
  const { about } = graph;
  const { file } = about;
  const title = t(`frozen.title.${about.kind}`);
  return (
    <section className={styles['bar']} aria-label={title}>
      {about.kind === 'run' ? <History aria-hidden /> : <GitCompareArrows aria-hidden />}
      <strong>{title}</strong>
      {about.kind === 'run' && <Recorded graph={graph} />}
      {about.kind === 'runs' && <Runs about={about} />}
      {about.kind === 'versions' && <Versions about={about} />}
      {about.kind === 'run' ? (
        <span className={styles['note']}>{t(file === undefined ? 'frozen.gone' : 'frozen.note')}</span>
      ) : (
        <Legend graph={graph} />
      )}
      <div className={styles['ways']}>
        <Button onClick={() => showPanel(view, 'dock', about.kind === 'run' ? 'trace' : 'compare')}>
          {about.kind === 'run' ? <ChartGantt aria-hidden /> : <GitCompareArrows aria-hidden />}
          {t(about.kind === 'run' ? 'frozen.trace' : 'frozen.differences')}
        </Button>
        {file !== undefined && (
          <Button onClick={() => void documents.open(file).catch(notices.fail)}>
            <FileInput aria-hidden />
            {t('frozen.openNow')}
          </Button>
        )}
      </div>
    </section>
  );
}

function Recorded({ graph }: { graph: FrozenGraph }): ReactNode {
  const { status, view: run } = useStore(graph.run.store);
  if (!run || run.createdAt === 0) return null;
  const figures = [
    shownDate(run.createdAt),
    t(`run.status.${status}`),
    shownTime((run.endedAt ?? run.lastAt) - run.createdAt),
    shownTokens(run.spent),
    shownCost(run.spent),
  ];
  return <span className={styles['about']}>{figures.filter(Boolean).join(' · ')}</span>;
}

function Runs({ about: { before, after } }: { about: ComparedRuns }): ReactNode {
  const named = ({ createdAt, status }: RunView) => `${shownDate(createdAt)} · ${t(`run.status.${status}`)}`;
  return <Sides before={named(before)} after={named(after)} />;
}

function Versions({ about: { before, after } }: { about: ComparedVersions }): ReactNode {
  const one = before.file === after.file ? '' : `${before.file} · `;
  const two = before.file === after.file ? '' : `${after.file} · `;
  const when = (at: number | undefined) => (at === undefined ? t('versions.now') : shownMoment(at));
  return <Sides before={one + when(before.at)} after={two + when(after.at)} />;
}

function Sides({ before, after }: { before: string; after: string }): ReactNode {
  return (
    <span className={styles['about']}>
      {t('compare.before')}: {before}
      <br />
      {t('compare.after')}: {after}
    </span>
  );
}

/** What the colours mean, with how many nodes are of each. */
function Legend({ graph: { about, marks: all } }: { graph: FrozenGraph }): ReactNode {
  const counts = Map.groupBy(all?.nodes.values() ?? [], (mark) => mark);
  return (
    <ul className={styles['legend']} aria-label={t('compare.legend')}>
      {marks.map((mark) => {
        const count = counts.get(mark)?.length;
        if (count === undefined || about.kind === 'run') return null;
        return (
          <li key={mark} data-mark={mark}>
            <span className={styles['sign']} data-mark={mark} aria-hidden />
            {count} {t(`mark.${about.kind}.${mark}`)}
          </li>
        );
      })}
    </ul>
  );
}
