import { useQuery } from '@tanstack/react-query';
import { ArrowDownToLine, ChartGantt, History, Rewind } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { RunView, StepView } from '../../../app/core/run/run-view.ts';
import { nodeOf } from '../../../app/core/run/step-path.ts';
import { titleOfType } from '../../nodes/node-types.ts';
import { stepSearch } from '../../rpc/queries.ts';
import { useShownGraph, useStudio } from '../../shell/studio-context.ts';
import type { Doc } from '../../state/document.ts';
import { addressOfRun, type FrozenGraph } from '../../state/frozen-graph.ts';
import { shownName } from '../../state/graph-queries.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { isOpen } from '../../state/run-session.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import words from '../../ui/text.module.css';
import { useRested } from '../../ui/use-rested.ts';
import shared from '../panel-body.module.css';
import { ReplayReport } from './replay-report.tsx';
import { emptySearch, type SearchState } from './search-state.ts';
import { spentUntil } from './spent-until.ts';
import { StepDetailsView } from './step-details-view.tsx';
import { stepRows } from './step-rows.ts';
import { StepSearch } from './step-search.tsx';
import { StepTree } from './step-tree.tsx';
import styles from './trace.module.css';

/** The run that is shown, read step by step. */
export function TracePanel(): ReactNode {
  const open = useShownGraph();
  return open ? <Trace key={open.key} open={open} /> : <NoTrace />;
}

function Trace({ open }: { open: OpenDocument | FrozenGraph }): ReactNode {
  const view = useStore(open.run.store, (state) => state.view);
  if (!view || view.createdAt === 0) return <NoTrace />;
  return <TraceOf key={view.runId} open={open} view={view} />;
}

function NoTrace(): ReactNode {
  return <EmptyState icon={ChartGantt} title={t('trace.none')} text={t('trace.noneText')} />;
}

function TraceOf({ open, view }: { open: OpenDocument | FrozenGraph; view: RunView }): ReactNode {
  const studio = useStudio();
  const doc = useStore(open.document.store, (state) => state.doc);
  const looked = useStore(open.run.looked, (state) => state.step);
  const isGoing = useStore(open.run.store, isOpen);
  const [search, setSearch] = useState(emptySearch);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [isFollowing, setFollowing] = useState(true);
  const [isReplaying, setReplaying] = useState(false);
  const { steps, runId } = view;
  const { found, tooLarge } = useFound(runId, search, view.lastSeq);
  const nodes = useMemo(() => nodesOfType(doc, search.type), [doc, search.type]);
  const types = useMemo(() => typesOf(doc, steps), [doc, steps]);
  const rows = useMemo(
    () => stepRows(steps, { ...search, closed, inValues: found, nodes }, (node) => shownName(doc, node, titleOfType)),
    [steps, search, closed, found, nodes, doc],
  );
  const step = steps.find((one) => one.step === looked);
  const nameOf = (node: string) => shownName(doc, node, titleOfType);

  function look(next: string): void {
    open.run.looked.setState({ step: next });
    const node = nodeOf(next);
    if (!doc.nodes.has(node)) return;
    open.document.select([node]);
    studio.canvas.getState().handle?.reveal(node);
  }

  return (
    <div className={classes(shared['split'], styles['panel'])}>
      <section className={styles['list']} aria-label={t('trace.steps')}>
        <StepSearch search={search} types={types} shown={rows.length} all={steps.length} onChange={setSearch}>
          {isGoing && (
            <Button title={t('trace.follow')} aria-pressed={isFollowing} onClick={() => setFollowing(!isFollowing)}>
              <ArrowDownToLine aria-hidden />
              <span className={styles['tool']}>{t('trace.follow')}</span>
            </Button>
          )}
          {open.kind === 'document' && (
            <Button
              title={t('frozen.title.run')}
              onClick={() => void studio.documents.open(addressOfRun(runId)).catch(studio.notices.fail)}
            >
              <History aria-hidden />
              <span className={styles['tool']}>{t('frozen.title.run')}</span>
            </Button>
          )}
          {!isGoing && (
            <Button title={t('replay.start')} aria-expanded={isReplaying} onClick={() => setReplaying(!isReplaying)}>
              <Rewind aria-hidden />
              <span className={styles['tool']}>{t('replay.start')}</span>
            </Button>
          )}
          {tooLarge > 0 && <span className={words['note']}>{t('trace.tooLarge', { count: tooLarge })}</span>}
        </StepSearch>
        {isReplaying && (
          <ReplayReport
            run={runId}
            nameOf={(path) => nameOf(nodeOf(path))}
            onLook={look}
            onClose={() => setReplaying(false)}
          />
        )}
        {rows.length === 0 ? (
          <p className={words['note']}>{t('trace.nothing')}</p>
        ) : (
          <StepTree
            rows={rows}
            from={view.createdAt}
            to={view.endedAt ?? view.lastAt}
            looked={looked}
            followed={isGoing && isFollowing ? steps.at(-1)?.step : undefined}
            nameOf={nameOf}
            onLook={(row) => look(row.step)}
            onMove={() => setFollowing(false)}
            onToggle={(row) => setClosed((before) => without(before, row))}
          />
        )}
      </section>
      <section className={shared['details']} aria-label={t('trace.details')}>
        {step ? (
          <StepDetailsView
            key={step.step}
            open={open}
            run={runId}
            step={step}
            soFar={spentUntil(steps, step.endedAt ?? view.lastAt)}
            name={nameOf(step.node)}
            onLook={(next) => open.run.looked.setState({ step: next })}
          />
        ) : (
          <p className={words['note']}>{t('trace.choose')}</p>
        )}
      </section>
    </div>
  );
}

/** The steps that hold the text in their values, where that was asked for. */
function useFound(run: string, { text, isDeep }: SearchState, lastSeq: number) {
  const { client } = useStudio();
  const wanted = useRested(text.trim());
  const isWanted = isDeep && wanted !== '';
  const { data } = useQuery({ ...stepSearch(client, run, wanted, lastSeq), enabled: isWanted });
  const found = useMemo(() => (isWanted && data ? new Set(data.steps) : undefined), [isWanted, data]);
  return { found, tooLarge: isWanted ? (data?.tooLarge ?? 0) : 0 };
}

function nodesOfType(doc: Doc, type: string): ReadonlySet<string> | undefined {
  if (type === '') return undefined;
  return new Set([...doc.nodes.values()].filter((node) => node.type === type).map(({ id }) => id));
}

/** Types of the nodes that took part in a run, by what people call them. */
function typesOf(doc: Doc, steps: readonly StepView[]): [type: string, title: string][] {
  const types = new Set(steps.flatMap(({ node }) => doc.nodes.get(node)?.type ?? []));
  return [...types]
    .map((type): [string, string] => [type, titleOfType(type) ?? type])
    .sort((a, b) => a[1].localeCompare(b[1]));
}

/** The set with the row where it was not in it, and without where it was. */
function without(closed: ReadonlySet<string>, { step }: { step: string }): ReadonlySet<string> {
  const next = new Set(closed);
  if (!next.delete(step)) next.add(step);
  return next;
}
