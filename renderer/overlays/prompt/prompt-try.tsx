import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import { promptVersion, promptVersions } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { noWork, type Trial, type TrialQuestion } from '../../state/prompt-desk.ts';
import { shownCost, shownDate, shownTime, shownTokens } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';
import { Field } from '../../ui/field.tsx';
import words from '../../ui/text.module.css';
import { WordDiff } from '../../ui/word-diff.tsx';
import { costOf } from './cost-of.ts';
import styles from './prompt.module.css';
import type { Workbench } from './prompt-parts.ts';
import { PromptValues } from './prompt-values.tsx';

/** Asks a model with the text as it is written, and beside it with an earlier version. */
export function PromptTry({ bench }: { bench: Workbench }): ReactNode {
  const { client, prompts, notices } = useStudio();
  const queries = useQueryClient();
  const { file, text, values, sample, preview, opened } = bench;
  const trials = useStore(prompts.store, ({ of }) => (of.get(file) ?? noWork).trials);
  const profiles = preview?.profiles ?? [];
  const [chosen, setChosen] = useState<string>();
  const [beside, setBeside] = useState('');
  const [maxTokens, setMaxTokens] = useState('');
  const { data: versions = [] } = useQuery(promptVersions(client, file));
  const profile = profiles.find((one) => one.profile === (chosen ?? sample?.call?.profile)) ?? profiles[0];
  const isAsking = trials.some(({ state }) => state === 'asking');
  const fault = preview?.fault;
  const others = versions.filter(({ isCurrent }) => !isCurrent || text !== opened.text);

  async function ask(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!profile || fault || isAsking) return;
    const limit = Number.parseInt(maxTokens, 10);
    const like = sample?.call;
    const question = (asked: string, version?: string): TrialQuestion => ({
      ...{ text: asked, version, profile: profile.profile, values },
      ...(limit > 0 && { maxTokens: limit }),
      ...(like && { like: { runId: like.runId, step: like.step } }),
    });
    const questions = [question(text)];
    if (beside !== '') {
      const earlier = await queries.fetchQuery(promptVersion(client, file, beside));
      questions.push(question(earlier.text, beside));
    }
    await prompts.ask(file, questions);
    // What it cost stands in the ledger now.
    await Promise.all(['costs', 'budgets'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  }

  return (
    <div className={styles['write']}>
      <div className={styles['answers']}>
        <form className={styles['toolbar']} onSubmit={(event) => void ask(event).catch(notices.fail)}>
          <Field label={t('prompts.profile')}>
            {(control) => (
              <select {...control} value={profile?.profile ?? ''} onChange={({ target }) => setChosen(target.value)}>
                {profiles.map(({ profile: name, model }) => (
                  <option key={name} value={name}>
                    {name} · {model}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={t('prompts.beside')}>
            {(control) => (
              <select {...control} value={beside} onChange={({ target }) => setBeside(target.value)}>
                <option value="">{t('prompts.besideNothing')}</option>
                {others.map((one) => (
                  <option key={one.version} value={one.version}>
                    {one.version} · {shownDate(one.savedAt ?? one.runs?.lastAt ?? 0)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={t('prompts.longest')}>
            {(control) => (
              <input
                {...control}
                type="number"
                min={1}
                max={1_000_000}
                placeholder={profile?.maxOutputTokens ? String(profile.maxOutputTokens) : t('prompts.usual')}
                value={maxTokens}
                onChange={({ target }) => setMaxTokens(target.value)}
              />
            )}
          </Field>
          {isAsking ? (
            <Button look="danger" onClick={() => prompts.stop(file)}>
              {t('prompts.stop')}
            </Button>
          ) : (
            <Button type="submit" look="primary" disabled={!profile || Boolean(fault)}>
              {t('prompts.ask')}
            </Button>
          )}
        </form>
        {profiles.length === 0 && preview && <p className={words['about']}>{t('prompts.noProfiles')}</p>}
        {profile && !fault && (
          <p className={words['about']}>
            {profile.builtIn ? t('prompts.free') : costOf(profile.promptNanoUsd, profile.mostNanoUsd)}
            {' · '}
            {t(profile.builtIn && sample?.call ? 'prompts.grounded' : 'prompts.counted')}
          </p>
        )}
        {fault && <Fault fault={{ message: fault.message }} isQuiet />}
        <Answers trials={trials} />
        <Messages bench={bench} />
      </div>
      <div className={styles['facts']}>
        <PromptValues bench={bench} />
      </div>
    </div>
  );
}

function Answers({ trials }: { trials: readonly Trial[] }): ReactNode {
  const [first, second] = trials;
  return (
    <>
      <div className={styles['sides']}>
        {trials.map((trial) => (
          <Answer key={trial.version ?? ''} trial={trial} />
        ))}
      </div>
      {first?.state === 'done' && second?.state === 'done' && (
        <section aria-label={t('prompts.answersDiffer')}>
          <h3>{t('prompts.answersDiffer')}</h3>
          {first.said === second.said ? (
            <p className={words['about']}>{t('prompts.answersSame')}</p>
          ) : (
            <WordDiff before={second.said} after={first.said} label={t('prompts.answersDiffer')} />
          )}
        </section>
      )}
    </>
  );
}

function Answer({ trial: { version, profile, state, said, answer, fault } }: { trial: Trial }): ReactNode {
  const title = version === undefined ? t('prompts.thisText') : t('prompts.version', { version });
  const figures = answer && [
    answer.model,
    shownTokens(answer.usage),
    answer.cost.known
      ? (shownCost({ nanoUsd: answer.cost.nanoUsd, unpriced: 0 }) ?? t('prompts.noCost'))
      : t('figure.unpriced'),
    shownTime(answer.ms),
    answer.isKept ? t('prompts.kept') : undefined,
  ];
  return (
    <article className={styles['answer']} aria-label={title} aria-busy={state === 'asking'}>
      <header>
        <strong>{title}</strong>
        <span className={words['about']}>{profile}</span>
        <span className={words['about']} role="status">
          {t(`prompts.state.${state}`)}
        </span>
      </header>
      {fault && <Fault fault={fault} />}
      {said !== '' && <p className={styles['said']}>{said}</p>}
      {figures && <p className={words['about']}>{figures.filter(Boolean).join(' · ')}</p>}
    </article>
  );
}

/** What a model gets to read, message by message. */
function Messages({ bench: { preview } }: { bench: Workbench }): ReactNode {
  if (!preview?.messages) return null;
  return (
    <section aria-label={t('prompts.messages')}>
      <h3>{t('prompts.messages')}</h3>
      {preview.messages.map(({ role, content }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: messages have a place and nothing else
        <div key={at} className={styles['message']}>
          <strong>{role}</strong>
          <p>{content}</p>
        </div>
      ))}
    </section>
  );
}
