import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { StepDetails } from '../../../app/core/contracts/trace.ts';
import type { StepView } from '../../../app/core/run/run-view.ts';
import { stepDetails } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { shownCost, shownDate, shownTime, shownTokens } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { StateIcon } from '../../ui/state-icon.tsx';
import { CallView } from './call-view.tsx';
import { ForkForm } from './fork-form.tsx';
import { Part } from './part.tsx';
import { ShownFacts } from './shown-facts.tsx';
import styles from './trace.module.css';
import { TracedValue } from './traced-value.tsx';

export interface StepDetailsProps {
  open: OpenDocument;
  run: string;
  step: StepView;
  name: string;
  /** Shows another step. */
  onLook: (step: string) => void;
}

/** Everything that is known of one step: what came in, what went out, and what happened in between. */
export function StepDetailsView({ open, run, step, name, onLook }: StepDetailsProps): ReactNode {
  const { client } = useStudio();
  const [isLarge, setLarge] = useState(false);
  const [isForking, setForking] = useState(false);
  const { state, attempt, calls, startedAt, endedAt, spent } = step;
  const version = `${state} ${attempt} ${calls.map((call) => call.state).join()}`;
  const { data, error } = useQuery(stepDetails(client, run, step.step, version, isLarge));
  const took = startedAt === undefined || endedAt === undefined ? undefined : endedAt - startedAt;
  return (
    <div className={styles['step']}>
      <div className={styles['title']}>
        <StateIcon state={state} />
        <h3>{name}</h3>
        <code>{step.step}</code>
        {data && (
          <Button aria-expanded={isForking} onClick={() => setForking(!isForking)}>
            {t('fork.open')}
          </Button>
        )}
      </div>
      <p className={styles['note']}>
        {[
          t(`run.state.${state}`),
          attempt > 1 ? t('trace.attempt', { n: attempt }) : undefined,
          took !== undefined && state !== 'skipped' ? t('trace.took', { time: shownTime(took) }) : undefined,
          shownTokens(spent),
          shownCost(spent),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {step.error && (
        <div className={styles['fault']}>
          <span>{step.error.message}</span>
          {step.error.remedy !== undefined && <span className={styles['note']}>{step.error.remedy}</span>}
          <code>{step.error.code}</code>
        </div>
      )}
      {step.cached && <p>{t('trace.cachedFrom', { step: step.cached.step, run: step.cached.run })}</p>}
      {step.skipped && <p>{t(`trace.skipped.${step.skipped.reason}`, { ports: step.skipped.ports.join(', ') })}</p>}
      {error && (
        <p className={styles['fault']} role="alert">
          {error.message}
        </p>
      )}
      {!data && !error && <p className={styles['note']}>{t('trace.reading')}</p>}
      {data && isForking && <ForkForm open={open} run={run} details={data} />}
      {data && <Payloads details={data} onLook={onLook} onAsk={() => setLarge(true)} />}
    </div>
  );
}

interface PayloadsProps {
  details: StepDetails;
  onLook: (step: string) => void;
  /** Reads what is too large to be read unasked. */
  onAsk: () => void;
}

function Payloads({ details: { step, inputs, waits, logs }, onLook, onAsk }: PayloadsProps): ReactNode {
  const outputs = Object.entries(step.outputs);
  return (
    <>
      <Part title={t('trace.inputs')}>
        {inputs.length === 0 && <p className={styles['note']}>{t('trace.noInputs')}</p>}
        {inputs.map(({ port, from, value }) => (
          <div key={`${port} ${from.step} ${from.port}`} className={styles['port']}>
            <div className={styles['portName']}>
              <span>{port}</span>
              <button type="button" className={styles['link']} onClick={() => onLook(from.step)}>
                {t('trace.from', { step: `${from.step}.${from.port}` })}
              </button>
            </div>
            {value && <TracedValue value={value} onAsk={onAsk} />}
            {!value && (
              <p className={styles['note']}>
                {from.perTurn ? t('trace.perTurn', { step: from.step }) : t('trace.silent')}
              </p>
            )}
          </div>
        ))}
      </Part>
      <Part title={t('trace.outputs')}>
        {outputs.length === 0 && <p className={styles['note']}>{t('trace.noOutputs')}</p>}
        {outputs.map(([port, value]) => (
          <div key={port} className={styles['port']}>
            <div className={styles['portName']}>{port}</div>
            <TracedValue value={value} onAsk={onAsk} />
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
      {step.detail && Object.keys(step.detail).length > 0 && (
        <Part title={t('trace.facts')}>
          <ShownFacts facts={step.detail} />
        </Part>
      )}
      {step.retries.length > 0 && (
        <Part title={t('trace.retries')}>
          {step.retries.map(({ attempt, error, waitMs }) => (
            <p key={attempt}>
              {t('trace.retry', { n: attempt, message: error.message })}{' '}
              <span className={styles['note']}>{t('trace.try.waited', { time: shownTime(waitMs) })}</span>
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
                <span className={styles['note']}>
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
