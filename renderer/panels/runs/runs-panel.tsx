import { List } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { useActiveDocument, useStudio } from '../../shell/studio-context.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { showPanel } from '../../state/view-store.ts';
import { shownCost, shownDate, shownTime, shownTokens } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import styles from '../run/run.module.css';
import { useRunList } from './use-run-list.ts';

export function RunsPanel(): ReactNode {
  const open = useActiveDocument();
  if (!open) return <EmptyState icon={List} title={t('panel.runs')} text={t('unavailable.noWorkflow')} />;
  return <Runs open={open} />;
}

/** The runs of the workflow, newest first; each can be shown on the canvas again. */
function Runs({ open }: { open: OpenDocument }): ReactNode {
  const { notices, view } = useStudio();
  const shown = useStore(open.run.store, (state) => state.view?.runId);
  const data = useRunList(open);
  if (data?.length === 0) return <EmptyState icon={List} title={t('runs.none')} text={t('runs.noneText')} />;
  return (
    <ul className={styles['rows']}>
      {data?.map((run) => (
        <li key={run.runId}>
          <button
            type="button"
            className={styles['step']}
            aria-pressed={run.runId === shown}
            aria-label={t('runs.show', { at: shownDate(run.createdAt) })}
            onClick={() => {
              showPanel(view, 'dock', 'run');
              void open.run.show(run.runId).catch(notices.fail);
            }}
          >
            <span className={styles['status']} data-status={run.status}>
              {t(`run.status.${run.status}`)}
            </span>
            <span className={styles['stepName']}>{shownDate(run.createdAt)}</span>
            <span className={styles['figures']}>
              {[
                run.endedAt === null ? undefined : shownTime(run.endedAt - run.createdAt),
                shownTokens(run),
                shownCost({ nanoUsd: run.nanoUsd, unpriced: run.unpricedCalls }),
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
