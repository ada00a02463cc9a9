import { useQuery } from '@tanstack/react-query';
import { ChartGantt, ListFilter } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Why } from '../../../app/core/contracts/insight.ts';
import type { RunView } from '../../../app/core/run/run-view.ts';
import { runLog } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { compareRuns } from '../../state/compare-runs.ts';
import { followChunks } from '../../state/insight.ts';
import type { ShownGraph } from '../../state/shown-graph.ts';
import { showPanel } from '../../state/view-store.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { StateIcon } from '../../ui/state-icon.tsx';
import words from '../../ui/text.module.css';
import { ValueView } from '../../values/value-view.tsx';
import { StepDifference } from '../compare/step-difference.tsx';
import shared from '../panel-body.module.css';
import styles from './why.module.css';

type Link = Why['links'][number];

export interface LinkDetailsProps {
  open: ShownGraph;
  view: RunView;
  link: Link;
  /** The run to compare with. */
  good: string | undefined;
  name: string;
}

/** One step of the chain: what it was to the output, what is otherwise, what it gave; and the ways to see more. */
export function LinkDetails({ open, view, link, good, name }: LinkDetailsProps): ReactNode {
  const studio = useStudio();
  const { step, side, state, kind, reason, compared, differences, fed } = link;
  const ports = [...new Set(fed.filter(({ delivered }) => delivered).map((one) => `${one.step}.${one.to}`))];
  const inTrace = () => {
    open.run.looked.setState({ step });
    showPanel(studio.view, 'dock', 'trace');
  };
  return (
    <div className={styles['step']}>
      <div className={classes(shared['title'], styles['title'])}>
        <StateIcon state={state} />
        <h3>{side ? t('why.turns', { name }) : name}</h3>
        <code>{step}</code>
        <Button onClick={inTrace}>
          <ChartGantt aria-hidden />
          {t('why.openTrace')}
        </Button>
        {kind === 'chunks' && (
          <Button onClick={() => followChunks(studio, open, step)}>
            <ListFilter aria-hidden />
            {t('retrieval.follow')}
          </Button>
        )}
      </div>
      <p>{reason}</p>
      {ports.length > 0 && <p className={words['note']}>{t('why.fed', { ports: ports.join(', ') })}</p>}
      {compared.verdict === 'only-here' && <p className={styles['otherwise']}>{t('why.onlyHere')}</p>}
      {compared.verdict === 'not-comparable' && compared.because === 'not-ended' && (
        <p className={styles['otherwise']}>{t('why.notEnded')}</p>
      )}
      {differences.length > 0 && (
        <ul className={styles['otherwise']}>
          {differences.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
      {side === undefined &&
        (good !== undefined && compared.verdict === 'differs' ? (
          <InBoth view={view} step={step} good={good} />
        ) : (
          <Given link={link} />
        ))}
    </div>
  );
}

function Given({ link: { outputs } }: { link: Link }): ReactNode {
  const all = Object.entries(outputs);
  return (
    <section className={classes(shared['part'], styles['given'])} aria-label={t('why.gave')}>
      <h4>{t('why.gave')}</h4>
      {all.length === 0 && <p className={words['note']}>{t('why.gaveNothing')}</p>}
      {all.map(([port, shown]) => (
        <div key={port}>
          <div className={shared['heading']}>{port}</div>
          {'value' in shown && (
            <div className={shared['value']}>
              <ValueView value={shown.value} />
            </div>
          )}
          {'digest' in shown && <p className={words['note']}>{t('why.large', { size: shown.bytes })}</p>}
          {('withheld' in shown || 'hash' in shown) && <p className={words['note']}>{t('run.withheld')}</p>}
        </div>
      ))}
    </section>
  );
}

/** What it got and gave in both runs, with the words that differ. */
function InBoth({ view, step, good }: { view: RunView; step: string; good: string }): ReactNode {
  const { client } = useStudio();
  const { data, error } = useQuery(runLog(client, good));
  if (error) return <p role="alert">{error.message}</p>;
  const found = data && compareRuns(data, view).steps.find((one) => one.step === step);
  if (!found) return <p className={words['note']}>{t('trace.reading')}</p>;
  return <StepDifference before={good} after={view.runId} step={found} name={t('why.compare')} />;
}
