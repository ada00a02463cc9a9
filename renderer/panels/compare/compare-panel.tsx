import { useQuery } from '@tanstack/react-query';
import { GitCompareArrows, Waypoints } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import { runLog } from '../../rpc/queries.ts';
import { useShownGraph, useStudio } from '../../shell/studio-context.ts';
import { addressOfRuns } from '../../state/frozen-graph.ts';
import type { ShownGraph } from '../../state/shown-graph.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import words from '../../ui/text.module.css';
import shared from '../panel-body.module.css';
import { runChoice } from '../runs/run-choice.ts';
import { useRunList } from '../runs/use-run-list.ts';
import { RunComparison } from './run-comparison.tsx';
import { VersionComparison } from './version-comparison.tsx';

/** What differs between the two that the tab lays over each other; beside a workflow, between two of its runs. */
export function ComparePanel(): ReactNode {
  const graph = useShownGraph();
  if (!graph) return <Nothing />;
  if (graph.kind === 'frozen' && graph.about.kind === 'runs')
    return (
      <div className={shared['fill']}>
        <RunComparison key={graph.key} graph={graph} before={graph.about.before} after={graph.about.after} />
      </div>
    );
  if (graph.kind === 'frozen' && graph.about.kind === 'versions')
    return (
      <div className={shared['fill']}>
        <VersionComparison key={graph.key} graph={graph} about={graph.about} />
      </div>
    );
  return <Choice key={graph.key} graph={graph} />;
}

function Nothing(): ReactNode {
  return <EmptyState icon={GitCompareArrows} title={t('compare.none')} text={t('compare.noneText')} />;
}

function Choice({ graph }: { graph: ShownGraph }): ReactNode {
  const { client, documents, notices } = useStudio();
  const shown = useStore(graph.run.store, ({ view }) => view?.runId);
  const runs = (useRunList(graph) ?? []).filter(({ endedAt }) => endedAt !== null);
  const [chosen, setChosen] = useState<{ before?: string; after?: string }>({});
  const after = runs.find(({ runId }) => runId === (chosen.after ?? shown)) ?? runs[0];
  // What went wrong shows best beside what last went well.
  const older = runs.slice(after ? runs.indexOf(after) + 1 : 0);
  const before =
    runs.find(({ runId }) => runId === chosen.before) ??
    older.find(({ status }) => status === 'succeeded') ??
    older[0] ??
    runs.find((run) => run !== after);
  const one = useQuery({ ...runLog(client, before?.runId ?? ''), enabled: before !== undefined });
  const two = useQuery({ ...runLog(client, after?.runId ?? ''), enabled: after !== undefined });
  if (!before || !after) return <Nothing />;
  const error = one.error ?? two.error;

  const select = (side: 'before' | 'after', value: string) => (
    <Field label={t(`compare.${side}`)}>
      {(control) => (
        <Select
          {...control}
          value={value}
          onChange={(run) => setChosen({ ...chosen, [side]: run })}
          choices={runs.map(runChoice)}
        />
      )}
    </Field>
  );
  return (
    <div className={shared['fill']}>
      <div className={shared['choices']}>
        {select('before', before.runId)}
        {select('after', after.runId)}
        <Button onClick={() => void documents.open(addressOfRuns(before.runId, after.runId)).catch(notices.fail)}>
          <Waypoints aria-hidden />
          {t('compare.onCanvas')}
        </Button>
      </div>
      {error && (
        <p className={words['note']} role="alert">
          {error.message}
        </p>
      )}
      {one.data && two.data && (
        <RunComparison key={`${before.runId} ${after.runId}`} graph={graph} before={one.data} after={two.data} />
      )}
    </div>
  );
}
