import { useQueryClient } from '@tanstack/react-query';
import { List } from 'lucide-react';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { useStore } from 'zustand';
import { useShownGraph, useStudio } from '../../shell/studio-context.ts';
import { downloadText } from '../../state/download-text.ts';
import { addressOfRun, addressOfRuns } from '../../state/frozen-graph.ts';
import type { ShownGraph } from '../../state/shown-graph.ts';
import { openOverlay } from '../../state/studio.ts';
import { showPanel } from '../../state/view-store.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import shared from '../panel-body.module.css';
import { everyRun, filterOf, isNarrow } from './run-filter.ts';
import { RunFilterBar } from './run-filter-bar.tsx';
import { RunRows } from './run-rows.tsx';
import styles from './runs.module.css';
import { type ListedRun, useFoundRuns } from './use-found-runs.ts';

export function RunsPanel(): ReactNode {
  const open = useShownGraph();
  if (!open) return <EmptyState icon={List} title={t('panel.runs')} text={t('unavailable.noWorkflow')} />;
  return <Runs open={open} />;
}

/** The runs of the workflow, or of all: found, shown again, kept, removed. */
function Runs({ open }: { open: ShownGraph }): ReactNode {
  const { documents, notices, view } = useStudio();
  const [search, setSearch] = useState(everyRun);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const workflowId = useStore(open.document.store, ({ doc }) => doc.head.get('id') ?? '');
  const shown = useStore(open.run.store, (state) => state.view?.runId);
  const { runs, total, more, isStale } = useFoundRuns(useDeferredValue(filterOf(search, workflowId)));
  const openAsItRan = (run: string) => void documents.open(addressOfRun(run)).catch(notices.fail);

  function show(run: ListedRun): void {
    // On another graph than its own its steps would mean nothing.
    if (open.kind === 'frozen' || run.workflowId !== workflowId) openAsItRan(run.runId);
    else {
      showPanel(view, 'dock', 'run');
      void open.run.show(run.runId).catch(notices.fail);
    }
  }

  function select(run: string, isSelected: boolean): void {
    const next = new Set(selected);
    if (isSelected) next.add(run);
    else next.delete(run);
    setSelected(next);
  }

  if (total === 0 && !isNarrow(search) && search.scope === 'workflow')
    return (
      <EmptyState icon={List} title={t('runs.none')} text={t('runs.noneText')}>
        <Button onClick={() => setSearch({ ...everyRun, scope: 'all' })}>{t('runs.showAll')}</Button>
      </EmptyState>
    );
  return (
    <div className={classes(shared['scrolled'], styles['panel'])}>
      <RunFilterBar search={search} onSearch={setSearch} />
      <Selection runs={runs} total={total} selected={selected} onSelect={setSelected} />
      {total === 0 ? (
        <EmptyState title={t('runs.noneFit')} />
      ) : (
        <RunRows
          runs={runs}
          isStale={isStale}
          total={total ?? 0}
          named={search.scope === 'all'}
          shown={shown}
          selected={selected}
          onSelect={select}
          onShow={show}
          onOpenAsItRan={openAsItRan}
          onMore={more}
        />
      )}
    </div>
  );
}

/** Lays two runs over each other on the canvas, the earlier one first. */
function Compare({ runs }: { runs: readonly ListedRun[] }): ReactNode {
  const { documents, notices, view } = useStudio();
  const [before, after] = runs.toSorted((a, b) => a.createdAt - b.createdAt);
  if (!before || !after) return null;
  const fault = runs.some(({ endedAt }) => endedAt === null)
    ? t('runs.compareOpen')
    : before.workflowId === after.workflowId
      ? undefined
      : t('runs.compareOther');
  async function compare(earlier: string, later: string): Promise<void> {
    await documents.open(addressOfRuns(earlier, later));
    showPanel(view, 'dock', 'compare');
  }
  return (
    <Button
      aria-disabled={fault !== undefined}
      title={fault}
      onClick={() => fault === undefined && void compare(before.runId, after.runId).catch(notices.fail)}
    >
      {t('runs.compare')}
    </Button>
  );
}

interface SelectionProps {
  runs: readonly ListedRun[];
  total: number | undefined;
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
}

/** How many there are, and what can be done with those that are chosen. */
function Selection({ runs, total, selected, onSelect }: SelectionProps): ReactNode {
  const studio = useStudio();
  const queries = useQueryClient();
  const chosen = runs.filter(({ runId }) => selected.has(runId));
  const areAll = runs.length > 0 && chosen.length === runs.length;
  const arePinned = chosen.length > 0 && chosen.every(({ pinned }) => pinned);
  const ids = chosen.map(({ runId }) => runId);

  async function pin(): Promise<void> {
    await studio.client.run.pin({ runs: ids, pinned: !arePinned });
    await queries.invalidateQueries({ queryKey: ['runs'] });
  }

  async function exportAll(): Promise<void> {
    for (const run of ids) downloadText(`${run}.json`, (await studio.client.run.exported({ run })).text);
  }

  return (
    <div className={styles['selection']} role="toolbar" aria-label={t('runs.selection')}>
      <input
        type="checkbox"
        aria-label={t('runs.selectAll')}
        checked={areAll}
        onChange={() => onSelect(new Set(areAll ? [] : runs.map(({ runId }) => runId)))}
      />
      <span className={styles['count']} role="status">
        {chosen.length > 0
          ? t('runs.chosen', { n: chosen.length, of: total ?? runs.length })
          : total !== undefined && t('runs.count', { n: total })}
      </span>
      {chosen.length > 0 && (
        <>
          <Button onClick={() => void pin().catch(studio.notices.fail)}>
            {t(arePinned ? 'runs.unpin' : 'runs.pin')}
          </Button>
          {chosen.length === 2 && <Compare runs={chosen} />}
          <Button onClick={() => void exportAll().catch(studio.notices.fail)}>{t('runs.export')}</Button>
          <Button onClick={() => openOverlay(studio, 'remove-runs', ids)}>{t('runs.remove')}</Button>
        </>
      )}
    </div>
  );
}
