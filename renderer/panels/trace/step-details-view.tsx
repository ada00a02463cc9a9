import { useQuery } from '@tanstack/react-query';
import { Crosshair, ListFilter, SearchCheck } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { StepDetails } from '../../../app/core/contracts/trace.ts';
import { fromWireError } from '../../../app/core/contracts/wire-error.ts';
import { readRetrievalReport } from '../../../app/core/run/retrieval-report.ts';
import type { Spent, StepView } from '../../../app/core/run/run-view.ts';
import { OpinionBar } from '../../feedback/opinion-bar.tsx';
import { stepDetails } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import type { FrozenGraph } from '../../state/frozen-graph.ts';
import { askWhy, followChunks } from '../../state/insight.ts';
import { locateStep } from '../../state/locate-step.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { shownCost, shownDate, shownTime, shownTokens } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { Fault } from '../../ui/fault.tsx';
import { StateIcon } from '../../ui/state-icon.tsx';
import words from '../../ui/text.module.css';
import shared from '../panel-body.module.css';
import { CallView } from './call-view.tsx';
import { ForkForm } from './fork-form.tsx';
import { Part } from './part.tsx';
import { RetrievalFacts } from './retrieval-facts.tsx';
import { ShownFacts } from './shown-facts.tsx';
import styles from './trace.module.css';
import { TracedValue } from './traced-value.tsx';

export interface StepDetailsProps {
  open: OpenDocument | FrozenGraph;
  run: string;
  step: StepView;
  /** What the run had used and cost by the end of the step. */
  soFar: Spent;
  name: string;
  /** Shows another step. */
  onLook: (step: string) => void;
}

/** Everything that is known of one step: what came in, what went out, and what happened in between. */
export function StepDetailsView({ open, run, step, soFar, name, onLook }: StepDetailsProps): ReactNode {
  const studio = useStudio();
  const [isLarge, setLarge] = useState(false);
  const [isForking, setForking] = useState(false);
  const { state, attempt, calls, startedAt, endedAt, spent } = step;
  const version = `${state} ${attempt} ${calls.map((call) => call.state).join()}`;
  const { data, error } = useQuery(stepDetails(studio.client, run, step.step, version, isLarge));
  const took = startedAt === undefined || endedAt === undefined ? undefined : endedAt - startedAt;
  return (
    <div className={styles['step']}>
      <div className={classes(shared['title'], styles['title'])}>
        <StateIcon state={state} />
        <h3>{name}</h3>
        <code>{step.step}</code>
        <Button onClick={() => void locateStep(studio, open, { run, step: step.step }).catch(studio.notices.fail)}>
          <Crosshair aria-hidden />
          {t('trace.locate')}
        </Button>
        <Button onClick={() => askWhy(studio, open, step.step)}>
          <SearchCheck aria-hidden />
          {t('why.ask')}
        </Button>
        {readRetrievalReport(step.detail) && (
          <Button onClick={() => followChunks(studio, open, step.step)}>
            <ListFilter aria-hidden />
            {t('retrieval.follow')}
          </Button>
        )}
        {data && (
          <Button aria-expanded={isForking} onClick={() => setForking(!isForking)}>
            {t('fork.open')}
          </Button>
        )}
      </div>
      <p className={words['note']}>
        {[
          t(`run.state.${state}`),
          attempt > 1 ? t('trace.attempt', { n: attempt }) : undefined,
          took !== undefined && state !== 'skipped' ? t('trace.took', { time: shownTime(took) }) : undefined,
          shownTokens(spent),
          shownCost(spent),
          calls.length > 0 && (shownTokens(soFar) || shownCost(soFar))
            ? t('trace.soFar', { spent: [shownTokens(soFar), shownCost(soFar)].filter(Boolean).join(' · ') })
            : undefined,
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {step.error && <Fault fault={step.error} isQuiet />}
      {step.cached && <p>{t('trace.cachedFrom', { step: step.cached.step, run: step.cached.run })}</p>}
      {step.skipped && <p>{t(`trace.skipped.${step.skipped.reason}`, { ports: step.skipped.ports.join(', ') })}</p>}
      {error && <Fault fault={fromWireError(error)} />}
      {!data && !error && <p className={words['note']}>{t('trace.reading')}</p>}
      {data && isForking && <ForkForm open={open} run={run} details={data} />}
      {data && <Payloads run={run} details={data} onLook={onLook} onAsk={() => setLarge(true)} />}
    </div>
  );
}

interface PayloadsProps {
  run: string;
  details: StepDetails;
  onLook: (step: string) => void;
  /** Reads what is too large to be read unasked. */
  onAsk: () => void;
}

function Payloads({ run, details: { step, inputs, waits, logs }, onLook, onAsk }: PayloadsProps): ReactNode {
  const outputs = Object.entries(step.outputs);
  const report = readRetrievalReport(step.detail);
  const { retrieval, ...others } = step.detail ?? {};
  const facts = report || retrieval === undefined ? others : { ...others, retrieval };
  return (
    <>
      {report && (
        <Part title={t('retrieval.chunks')}>
          <RetrievalFacts report={report} />
        </Part>
      )}
      <Part title={t('trace.inputs')}>
        {inputs.length === 0 && <p className={words['note']}>{t('trace.noInputs')}</p>}
        {inputs.map(({ port, from, value }) => (
          <div key={`${port} ${from.step} ${from.port}`} className={styles['port']}>
            <div className={classes(shared['portName'], styles['portName'])}>
              <span>{port}</span>
              <button type="button" className={styles['link']} onClick={() => onLook(from.step)}>
                {t('trace.from', { step: `${from.step}.${from.port}` })}
              </button>
            </div>
            {value && <TracedValue value={value} onAsk={onAsk} />}
            {!value && (
              <p className={words['note']}>
                {from.perTurn ? t('trace.perTurn', { step: from.step }) : t('trace.silent')}
              </p>
            )}
          </div>
        ))}
      </Part>
      <Part title={t('trace.outputs')}>
        {outputs.length === 0 && <p className={words['note']}>{t('trace.noOutputs')}</p>}
        {outputs.map(([port, value]) => (
          <div key={port} className={styles['port']}>
            <div className={classes(shared['portName'], styles['portName'])}>{port}</div>
            <TracedValue value={value} onAsk={onAsk} />
            <OpinionBar run={run} step={step.step} port={port} name={port} shown={value} />
          </div>
        ))}
      </Part>
      {step.calls.length > 0 && (
        <Part title={t('trace.calls')}>
          {step.calls.map((call) => (
            <CallView key={`${call.call} ${call.startedAt}`} call={call} onAsk={onAsk} />
          ))}
        </Part>
      )}
      {Object.keys(facts).length > 0 && (
        <Part title={t('trace.facts')}>
          <ShownFacts facts={facts} />
        </Part>
      )}
      {step.retries.length > 0 && (
        <Part title={t('trace.retries')}>
          {step.retries.map(({ attempt, error, waitMs }) => (
            <p key={attempt}>
              {t('trace.retry', { n: attempt, message: error.message })}{' '}
              <span className={words['note']}>{t('trace.try.waited', { time: shownTime(waitMs) })}</span>
            </p>
          ))}
        </Part>
      )}
      {waits.length > 0 && (
        <Part title={t('trace.waits')}>
          {waits.map(({ wait, title, state, decision }) => (
            <p key={wait}>
              {title} · {t(`trace.wait.${state}`)}
              {decision && ` · ${t('trace.decided', { action: decision.action, by: decision.by })}`}
              {decision?.comment && ` · ${decision.comment}`}
            </p>
          ))}
        </Part>
      )}
      {logs.length > 0 && (
        <Part title={t('trace.logs')}>
          <ul>
            {logs.map(({ at, level, message }) => (
              <li key={`${at} ${message}`} data-level={level} className={styles['log']}>
                <span className={words['note']}>
                  {shownDate(at)} {level}
                </span>{' '}
                {message}
              </li>
            ))}
          </ul>
        </Part>
      )}
    </>
  );
}
