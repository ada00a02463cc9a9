import { useQuery } from '@tanstack/react-query';
import { ListFilter } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import type { Retrieval } from '../../../app/core/contracts/insight.ts';
import type { RunView } from '../../../app/core/run/run-view.ts';
import { nodeOf } from '../../../app/core/run/step-path.ts';
import { titleOfType } from '../../nodes/node-types.ts';
import { retrievalOf } from '../../rpc/queries.ts';
import { useShownGraph, useStudio } from '../../shell/studio-context.ts';
import { shownName } from '../../state/graph-queries.ts';
import { locateStep } from '../../state/locate-step.ts';
import type { ShownGraph } from '../../state/shown-graph.ts';
import { t } from '../../strings/text.ts';
import { classes } from '../../ui/classes.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import words from '../../ui/text.module.css';
import shared from '../panel-body.module.css';
import { ChunkTable } from './chunk-table.tsx';
import styles from './retrieval.module.css';
import { Stages } from './stages.tsx';

/** How the chunks of a query were found, ranked, packed and used in the run that is shown. */
export function RetrievalPanel(): ReactNode {
  const open = useShownGraph();
  return open ? <OfRun key={open.key} open={open} /> : <Nothing />;
}

function Nothing(): ReactNode {
  return <EmptyState icon={ListFilter} title={t('retrieval.none')} text={t('retrieval.noneText')} />;
}

function OfRun({ open }: { open: ShownGraph }): ReactNode {
  const view = useStore(open.run.store, (state) => state.view);
  if (!view || view.createdAt === 0) return <Nothing />;
  return <Followed key={view.runId} open={open} view={view} />;
}

function Followed({ open, view }: { open: ShownGraph; view: RunView }): ReactNode {
  const { client } = useStudio();
  const looked = useStore(open.run.looked, ({ step }) => step);
  const version = `${view.status} ${view.steps.length}`;
  const { data, error } = useQuery(retrievalOf(client, view.runId, version, looked));
  // What is looked at may have nothing to do with chunks: then the first query is told.
  const isElsewhere = data !== undefined && !data.flow && data.flows.length > 0;
  const first = useQuery({ ...retrievalOf(client, view.runId, version, undefined), enabled: isElsewhere });
  const shown = isElsewhere ? first.data : data;
  if (error)
    return (
      <p className={styles['alone']} role="alert">
        {error.message}
      </p>
    );
  if (!shown) return <p className={styles['alone']}>{t('trace.reading')}</p>;
  if (!shown.flow) return <Nothing />;
  return <Flow key={shown.flow.id} open={open} run={view.runId} flows={shown.flows} flow={shown.flow} />;
}

interface FlowProps {
  open: ShownGraph;
  run: string;
  flows: Retrieval['flows'];
  flow: NonNullable<Retrieval['flow']>;
}

const shows = ['all', 'prompt', 'cited', 'dropped'] as const;
type Show = (typeof shows)[number];

const fits: Readonly<Record<Show, (chunk: FlowProps['flow']['chunks'][number]) => boolean>> = {
  all: () => true,
  prompt: ({ inPrompt }) => inPrompt === 'whole' || inPrompt === 'part',
  cited: ({ cited }) => cited,
  dropped: ({ seen }) => seen.at(-1)?.dropped !== undefined,
};

function Flow({ open, run, flows, flow }: FlowProps): ReactNode {
  const studio = useStudio();
  const doc = useStore(open.document.store, (state) => state.doc);
  const [show, setShow] = useState<Show>('all');
  const { chunks, stages, untold } = flow;
  const nameOf = (step: string) => shownName(doc, nodeOf(step), titleOfType);
  const query = stages.find(({ report }) => report?.query !== undefined)?.report?.query;
  const rows = chunks.filter(fits[show]);
  const look = (step: string) => void locateStep(studio, open, { run, step }).catch(studio.notices.fail);
  return (
    <div className={classes(shared['scrolled'], styles['panel'])}>
      <div className={styles['head']}>
        <div className={styles['filter']}>
          {flows.length > 1 ? (
            <Field label={t('retrieval.flow')} compact>
              {(control) => (
                <Select
                  {...control}
                  value={flow.id}
                  onChange={look}
                  choices={flows.map(({ id, query: asked }) => ({
                    value: id,
                    text: asked === undefined ? id : `${id}: ${asked}`,
                  }))}
                />
              )}
            </Field>
          ) : (
            query !== undefined && <p className={styles['query']}>{query}</p>
          )}
          <Field label={t('retrieval.show')} compact>
            {(control) => (
              <select {...control} value={show} onChange={({ target }) => setShow(target.value as Show)}>
                {shows.map((one) => (
                  <option key={one} value={one}>
                    {t(`retrieval.show.${one}`, { count: chunks.filter(fits[one]).length })}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
        <Stages flow={flow} nameOf={nameOf} onLook={look} />
        {flow.consumer && !flow.consumer.isPromptKnown && (
          <p className={words['note']}>{t('retrieval.promptUnknown')}</p>
        )}
      </div>
      {rows.length === 0 ? (
        <p className={words['note']}>{t('retrieval.nothingFits')}</p>
      ) : (
        <ChunkTable
          all={chunks}
          rows={rows}
          stages={stages}
          hasConsumer={flow.consumer !== undefined}
          nameOf={nameOf}
        />
      )}
      {untold > 0 && <p className={words['note']}>{t('retrieval.untold', { count: untold })}</p>}
    </div>
  );
}
