import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ProfileDetails, ProfileTest } from '../../../app/core/contracts/profile.ts';
import { profileList } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { shownCost, shownCount, shownDate, shownTime, shownTokens, shownUsd } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Fault } from '../../ui/fault.tsx';
import words from '../../ui/text.module.css';
import { useTask } from '../../ui/use-task.ts';
import type { SectionProps } from './section.ts';
import styles from './settings.module.css';

/** Who can be asked, where that leads, what it costs, and whether it works. */
export function ProfilesSection({ goTo }: SectionProps): ReactNode {
  const { client } = useStudio();
  const { data: profiles } = useQuery(profileList(client));
  if (profiles?.length === 0) return <EmptyState title={t('profiles.none')} text={t('profiles.noneText')} />;
  return (
    <>
      <p className={styles['intro']}>{t('profiles.text')}</p>
      <ul className={styles['cards']}>
        {profiles?.map((profile) => (
          <ProfileCard key={profile.name} profile={profile} goTo={goTo} />
        ))}
      </ul>
    </>
  );
}

interface CardProps {
  profile: ProfileDetails;
  goTo: SectionProps['goTo'];
}

function ProfileCard({ profile, goTo }: CardProps): ReactNode {
  const { client } = useStudio();
  const queries = useQueryClient();
  const test = useTask<ProfileTest>();
  const { name, use, provider, model, builtIn } = profile;
  const { tone, text } = stateOf(profile);

  function start(): void {
    test.run(() =>
      client.profile.test({ profile: name }).finally(() => {
        // The call has changed how the profile stands, and what was spent.
        void queries.invalidateQueries({ queryKey: ['profiles'] });
        void queries.invalidateQueries({ queryKey: ['costs'] });
      }),
    );
  }

  return (
    <li className={styles['card']} aria-label={name}>
      <div className={styles['head']}>
        <span className={styles['name']}>{name}</span>
        <span className={words['about']}>
          {t(`profiles.use.${use}`)} · {provider} · {model}
        </span>
        <span className={styles['grow']} />
        <span className={styles['badge']} data-tone={tone}>
          {text}
        </span>
        {!builtIn && (
          <Button onClick={start} aria-disabled={test.isBusy} aria-label={t('profiles.testOf', { name })}>
            {t(test.isBusy ? 'profiles.testing' : 'profiles.test')}
          </Button>
        )}
      </div>
      {!builtIn && <Facts profile={profile} goTo={goTo} failed={test.fault !== undefined} />}
      {!builtIn && (
        <div aria-live="polite">
          {test.result && <TestResult result={test.result} />}
          {test.fault && <Fault fault={test.fault} />}
        </div>
      )}
    </li>
  );
}

function stateOf({ builtIn, problem, breaker, blockedUntil, lastError }: ProfileDetails): {
  tone: 'good' | 'bad' | 'warning' | 'plain';
  text: string;
} {
  if (builtIn) return { tone: 'plain', text: t('profiles.builtIn') };
  if (problem) return { tone: 'bad', text: t('profiles.state.problem') };
  if (breaker?.state === 'open') return { tone: 'bad', text: t('profiles.state.open') };
  if (breaker?.state === 'half-open') return { tone: 'warning', text: t('profiles.state.halfOpen') };
  if (blockedUntil !== undefined && blockedUntil > Date.now())
    return { tone: 'warning', text: t('profiles.state.blocked') };
  if (lastError) return { tone: 'warning', text: t('profiles.state.failed') };
  return breaker ? { tone: 'good', text: t('profiles.state.works') } : { tone: 'plain', text: t('profiles.state.new') };
}

/** @param failed the test has just said what is wrong */
function Facts({ profile, goTo, failed }: CardProps & { failed: boolean }): ReactNode {
  const { origin, from, secret, price, priceSource, rises, contextWindow, problem, breaker, lastError } = profile;
  const { fallbacks, blockedUntil } = profile;
  return (
    <>
      <dl className={styles['facts']}>
        <dt>{t('profiles.goesTo')}</dt>
        <dd>{origin}</dd>
        <dt>{t('profiles.from')}</dt>
        <dd>{t(`profiles.from.${from}`)}</dd>
        {secret && (
          <>
            <dt>{t('profiles.secret')}</dt>
            <dd>
              {secret.name} {!secret.set && <em>{t('profiles.secretUnset')}</em>}
            </dd>
          </>
        )}
        <dt>{t('profiles.price')}</dt>
        <dd>
          {price
            ? t('profiles.priceOf', { input: shownUsd(price.input), output: shownUsd(price.output) })
            : t('profiles.priceUnknown')}
          {rises && ` ${t('profiles.rises')}`}
          {priceSource !== null && <span className={words['about']}> · {priceSource}</span>}
        </dd>
        {contextWindow !== null && (
          <>
            <dt>{t('profiles.window')}</dt>
            <dd>{t('profiles.tokens', { n: shownCount(contextWindow) })}</dd>
          </>
        )}
        <dt>{t('profiles.limits')}</dt>
        <dd>{shownLimits(profile)}</dd>
        {breaker && (
          <>
            <dt>{t('profiles.breaker')}</dt>
            <dd>
              {t(`profiles.breaker.${breaker.state}`, { since: shownDate(breaker.since) })}
              {breaker.againAt !== undefined && ` ${t('profiles.againAt', { at: shownDate(breaker.againAt) })}`}
            </dd>
          </>
        )}
        {blockedUntil !== undefined && blockedUntil > Date.now() && (
          <>
            <dt>{t('profiles.blocked')}</dt>
            <dd>{shownDate(blockedUntil)}</dd>
          </>
        )}
        {lastError && (
          <>
            <dt>{t('profiles.lastError')}</dt>
            <dd>
              {lastError.code} · {shownDate(lastError.at)}
            </dd>
          </>
        )}
        {fallbacks.length > 0 && (
          <>
            <dt>{t('profiles.fallbacks')}</dt>
            <dd>{fallbacks.join(', ')}</dd>
          </>
        )}
      </dl>
      {problem && !failed && <Fault fault={{ ...problem, remedy: problem.remedy }} />}
      {secret && !secret.set && (
        <div className={styles['buttons']}>
          <Button onClick={() => goTo({ section: 'secrets', about: secret.name })}>
            {t('profiles.setSecret', { name: secret.name })}
          </Button>
        </div>
      )}
    </>
  );
}

function shownLimits({ limits, inFlight }: ProfileDetails): string {
  const { requests, tokens, input, output, inFlight: most } = limits ?? {};
  const parts = [
    requests !== undefined && t('profiles.limit.requests', { n: shownCount(requests) }),
    tokens !== undefined && t('profiles.limit.tokens', { n: shownCount(tokens) }),
    input !== undefined && t('profiles.limit.input', { n: shownCount(input) }),
    output !== undefined && t('profiles.limit.output', { n: shownCount(output) }),
    most !== undefined && t('profiles.limit.inFlight', { n: shownCount(most), now: inFlight ?? 0 }),
  ].filter((part) => part !== false);
  return parts.length === 0 ? t('profiles.limitsUnknown') : parts.join(' · ');
}

function TestResult({ result }: { result: ProfileTest }): ReactNode {
  const { ms, nanoUsd, priced, said, dimensions } = result;
  const figures = [
    shownTime(ms),
    shownTokens(result),
    priced ? (shownCost({ nanoUsd, unpriced: 0 }) ?? '$0') : t('profiles.priceUnknown'),
    dimensions !== null && t('profiles.dimensions', { n: dimensions }),
  ];
  return (
    <div className={styles['good']}>
      <p>{t('profiles.works', { figures: figures.filter(Boolean).join(' · ') })}</p>
      {said !== null && said !== '' && <p className={words['about']}>{t('profiles.said', { said })}</p>}
    </div>
  );
}
