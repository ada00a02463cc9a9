import type { ReactNode } from 'react';
import type { StepDetails } from '../../../app/core/contracts/trace.ts';
import { isJsonObject, type Json } from '../../../app/core/graph/json.ts';
import { Message } from '../../../app/core/graph/values.ts';
import { shownCost, shownTime } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { classes } from '../../ui/classes.ts';
import { Fault } from '../../ui/fault.tsx';
import words from '../../ui/text.module.css';
import { ValueView } from '../../values/value-view.tsx';
import shared from '../panel-body.module.css';
import styles from './trace.module.css';
import { TracedValue, type TracedValueProps } from './traced-value.tsx';

type Call = StepDetails['step']['calls'][number];

/** One call of the world: what was asked and answered, what it used, and the way it took where that was not straight. */
export function CallView({ call, onAsk }: { call: Call; onAsk: () => void }): ReactNode {
  const { kind, state, startedAt, endedAt, request, response, error, course } = call;
  const took = endedAt === undefined ? undefined : shownTime(endedAt - startedAt);
  return (
    <details className={styles['call']} open={state === 'failed'}>
      <summary>
        <span className={styles['callKind']}>{kind}</span>
        <span className={words['note']}>
          {[t(`trace.call.${state}`), took, call.model].filter(Boolean).join(' · ')}
        </span>
      </summary>
      {error && <Fault fault={error} isQuiet />}
      <dl className={shared['facts']}>
        {accountsOf(call).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {course?.tries && (
        <div className={styles['port']}>
          <div className={classes(shared['portName'], styles['portName'])}>{t('trace.tries')}</div>
          <ol className={styles['tries']}>
            {course.tries.map((one, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the tries of a call that is over are never reordered
              <li key={at}>{shownTry(one)}</li>
            ))}
          </ol>
        </div>
      )}
      {request && <Request value={request} onAsk={onAsk} />}
      {response && (
        <div className={styles['port']}>
          <div className={classes(shared['portName'], styles['portName'])}>{t('trace.response')}</div>
          <TracedValue value={response} onAsk={onAsk} />
        </div>
      )}
    </details>
  );
}

/** The rendered prompt first, where there is one, then the rest of the request. */
function Request({ value, onAsk }: TracedValueProps): ReactNode {
  const { messages, rest } = promptOf('value' in value ? value.value : null);
  return (
    <>
      {messages && (
        <div className={styles['port']}>
          <div className={classes(shared['portName'], styles['portName'])}>{t('trace.prompt')}</div>
          <div className={shared['value']}>
            {messages.map(({ role, content, toolCalls }, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the messages of a request that was sent never change
              <div key={at} className={styles['message']}>
                <span className={words['note']}>{t(`trace.role.${role}`)}</span>
                <ValueView value={content} />
                {toolCalls && <ValueView value={toolCalls as unknown as Json} />}
              </div>
            ))}
          </div>
        </div>
      )}
      <div className={styles['port']}>
        <div className={classes(shared['portName'], styles['portName'])}>{t('trace.request')}</div>
        <TracedValue value={rest === undefined ? value : { value: rest }} onAsk={onAsk} />
      </div>
    </>
  );
}

function promptOf(request: Json): { messages?: Message[]; rest?: Json } {
  if (!isJsonObject(request)) return {};
  const { messages, ...rest } = request;
  const parsed = Message.array().safeParse(messages);
  return parsed.success ? { messages: parsed.data, rest } : {};
}

function accountsOf({ model, provider, usage, cost, prompt, course, cached }: Call): [name: string, value: string][] {
  const facts: [string, string | undefined][] = [
    [t('trace.model'), [model, provider].filter(Boolean).join(' · ') || undefined],
    [
      t('trace.usage'),
      usage &&
        t(usage.estimated ? 'trace.usageEstimated' : 'trace.usageValue', {
          in: usage.inputTokens,
          out: usage.outputTokens,
        }),
    ],
    [t('trace.cachedTokens'), usage?.cachedInputTokens ? String(usage.cachedInputTokens) : undefined],
    [t('trace.cost'), cost && shownCost({ nanoUsd: cost.nanoUsd, unpriced: cost.known ? 0 : 1 })],
    [
      t('trace.kept'),
      cached &&
        [
          t('trace.keptValue', { time: shownTime(cached.ageMs) }),
          cached.savedNanoUsd !== undefined && shownCost({ nanoUsd: cached.savedNanoUsd, unpriced: 0 }),
        ]
          .filter(Boolean)
          .join(' · '),
    ],
    [t('trace.promptFile'), prompt],
    [
      t('trace.fallback'),
      course?.fallback && t('trace.fallbackValue', { name: course.fallback.name, because: course.fallback.because }),
    ],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

function shownTry({ profile, error, ms, queuedMs, waitMs }: NonNullable<NonNullable<Call['course']>['tries']>[number]) {
  const time = shownTime(ms);
  return [
    error === undefined ? t('trace.try.ok', { profile, time }) : t('trace.try.failed', { profile, error, time }),
    queuedMs ? t('trace.try.queued', { time: shownTime(queuedMs) }) : undefined,
    waitMs ? t('trace.try.waited', { time: shownTime(waitMs) }) : undefined,
  ]
    .filter(Boolean)
    .join(' · ');
}
