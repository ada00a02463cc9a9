import { useQuery } from '@tanstack/react-query';
import { SearchCheck } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import type { Why } from '../../../app/core/contracts/insight.ts';
import type { RunView } from '../../../app/core/run/run-view.ts';
import { pointKey } from '../../../app/core/run/step-feeds.ts';
import { nodeOf } from '../../../app/core/run/step-path.ts';
import { titleOfType } from '../../nodes/node-types.ts';
import { whyOf } from '../../rpc/queries.ts';
import { useShownGraph, useStudio } from '../../shell/studio-context.ts';
import { shownName } from '../../state/graph-queries.ts';
import { locateStep } from '../../state/locate-step.ts';
import type { ShownGraph } from '../../state/shown-graph.ts';
import { shownDate } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Check } from '../../ui/check.tsx';
import { classes } from '../../ui/classes.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import words from '../../ui/text.module.css';
import shared from '../panel-body.module.css';
import { runChoice } from '../runs/run-choice.ts';
import { useRunList } from '../runs/use-run-list.ts';
import { ChainList } from './chain-list.tsx';
import { LinkDetails } from './link-details.tsx';
import styles from './why.module.css';

/** What led to an output of the run that is shown, beside the last run that went well. */
export function WhyPanel(): ReactNode {
  const open = useShownGraph();
  return open ? <OfRun key={open.key} open={open} /> : <Nothing />;
}

function Nothing(): ReactNode {
  return <EmptyState icon={SearchCheck} title={t('why.none')} text={t('why.noneText')} />;
}

function OfRun({ open }: { open: ShownGraph }): ReactNode {
  const view = useStore(open.run.store, (state) => state.view);
  if (!view || view.createdAt === 0 || view.steps.length === 0) return <Nothing />;
  return <Explained key={view.runId} open={open} view={view} />;
}

function Explained({ open, view }: { open: ShownGraph; view: RunView }): ReactNode {
  const { client } = useStudio();
  const asked = useStore(open.run.asked, ({ step }) => step);
  const [beside, setBeside] = useState<string>();
  const { data, error } = useQuery(
    whyOf(client, { run: view.runId, version: `${view.status} ${view.steps.length}`, step: asked, good: beside }),
  );
  if (error)
    return (
      <p className={styles['alone']} role="alert">
        {error.message}
      </p>
    );
  if (!data) return <p className={styles['alone']}>{t('trace.reading')}</p>;
  return <Chain key={data.start} open={open} view={view} why={data} beside={beside} onBeside={setBeside} />;
}

interface ChainProps {
  open: ShownGraph;
  view: RunView;
  why: Why;
  /** The run that a person chose to compare with. */
  beside: string | undefined;
  onBeside: (run: string | undefined) => void;
}

function Chain({ open, view, why, beside, onBeside }: ChainProps): ReactNode {
  const studio = useStudio();
  const doc = useStore(open.document.store, (state) => state.doc);
  const { links, origins, good, untold } = why;
  const [isAll, setAll] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const nameOf = (step: string) => shownName(doc, nodeOf(step), titleOfType);
  // What only handed a value on says little, unless it differs of itself.
  const isQuiet = (link: Why['links'][number]) => link.kind === 'value' && !link.isOrigin && link.distance > 0;
  const rows = isAll ? links : links.filter((link) => !isQuiet(link));
  const quiet = links.filter(isQuiet).length;
  const first = origins[0];
  const key = chosen ?? (first ? pointKey(first) : links[0] && pointKey(links[0]));
  const link = rows.find((one) => pointKey(one) === key) ?? rows[0];

  function look(next: Why['links'][number]): void {
    setChosen(pointKey(next));
    void locateStep(studio, open, { run: view.runId, step: next.step }).catch(studio.notices.fail);
  }

  return (
    <div className={classes(shared['split'], styles['panel'])}>
      <section className={styles['list']} aria-label={t('why.links')}>
        <div className={styles['choices']}>
          <Field label={t('why.start')}>
            {(control) => (
              <Select
                {...control}
                value={why.start}
                onChange={(step) => open.run.asked.setState({ step })}
                choices={startsOf(why).map(({ step, flag }) => ({
                  value: step,
                  text: t(flag === undefined ? 'why.nothingFlagged' : `why.flag.${flag}`, { step: nameOf(step) }),
                }))}
              />
            )}
          </Field>
          <Beside open={open} run={view.runId} value={beside} onChange={onBeside} />
        </div>
        <div className={styles['sum']} role="status">
          {why.flag?.said !== undefined && <p>{why.flag.said}</p>}
          <p className={words['note']}>{besideText(why, beside)}</p>
          {good && first && (
            <p>
              {t('why.first')} <Jump name={nameOf(first.step)} onClick={() => find(first)} />
              {origins.length > 1 && (
                <>
                  {' '}
                  {t('why.others')}{' '}
                  {origins.slice(1, 6).map((one) => (
                    <Jump key={pointKey(one)} name={nameOf(one.step)} onClick={() => find(one)} />
                  ))}
                </>
              )}
            </p>
          )}
          {good && first && <p className={words['note']}>{t('why.noProof')}</p>}
          {good && !first && <p>{t('why.noOrigin')}</p>}
        </div>
        {quiet > 0 && <Check label={t('why.quiet', { count: quiet })} checked={isAll} onChange={setAll} />}
        <ChainList
          links={rows}
          chosen={link && pointKey(link)}
          isCompared={good !== undefined}
          nameOf={nameOf}
          onLook={look}
        />
        {untold > 0 && <p className={words['note']}>{t('why.untold', { count: untold })}</p>}
      </section>
      <section className={shared['details']} aria-label={t('why.details')}>
        {link ? (
          <LinkDetails
            key={pointKey(link)}
            open={open}
            view={view}
            link={link}
            good={good?.runId}
            name={nameOf(link.step)}
          />
        ) : (
          <p className={words['note']}>{t('why.choose')}</p>
        )}
      </section>
    </div>
  );

  function find(point: { step: string; side?: 'start' }): void {
    const found = links.find((one) => pointKey(one) === pointKey(point));
    if (found) look(found);
  }
}

function Jump({ name, onClick }: { name: string; onClick: () => void }): ReactNode {
  return (
    <button type="button" className={styles['jump']} onClick={onClick}>
      {name}
    </button>
  );
}

/** Steps that may be explained: what is flagged, each once by what is most telling, and the one that is. */
function startsOf({ flags, start }: Why): { step: string; flag?: Why['flags'][number]['flag'] }[] {
  const starts = new Map<string, { step: string; flag?: Why['flags'][number]['flag'] }>();
  for (const { step, flag } of flags) if (!starts.has(step)) starts.set(step, { step, flag });
  if (!starts.has(start)) starts.set(start, { step: start });
  return [...starts.values()];
}

function besideText({ good, looked }: Why, beside: string | undefined): string {
  if (!good) return looked === 0 ? t('why.noOther') : t('why.noGood', { count: looked });
  const at = shownDate(good.createdAt);
  const which = beside !== undefined ? 'why.chosen' : good.sameInputs ? 'why.sameInputs' : 'why.otherInputs';
  return [t(which, { at }), good.sameWorkflow ? undefined : t('why.otherWorkflow')].filter(Boolean).join(' ');
}

interface BesideProps {
  open: ShownGraph;
  run: string;
  value: string | undefined;
  onChange: (run: string | undefined) => void;
}

/** The run to compare with: the last good one, or another that a person knows to be good. */
function Beside({ open, run, value, onChange }: BesideProps): ReactNode {
  const runs = (useRunList(open) ?? []).filter(({ runId, endedAt }) => runId !== run && endedAt !== null);
  return (
    <Field label={t('why.beside')}>
      {(control) => (
        <Select
          {...control}
          value={value ?? ''}
          onChange={(next) => onChange(next || undefined)}
          choices={[{ value: '', text: t('why.besideNewest') }, ...runs.map(runChoice)]}
        />
      )}
    </Field>
  );
}
