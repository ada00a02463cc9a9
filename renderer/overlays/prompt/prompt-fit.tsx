import { type ReactNode, useId } from 'react';
import { shownNumber } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import words from '../../ui/text.module.css';
import { costOf } from './cost-of.ts';
import styles from './prompt.module.css';
import type { PromptPreview } from './prompt-parts.ts';

type Fit = PromptPreview['profiles'][number];

/** How long a prompt is, against what each model can read. */
export function PromptFit({ preview }: { preview: PromptPreview | undefined }): ReactNode {
  const id = useId();
  const tokens = preview?.tokens ?? null;
  return (
    <section className={styles['part']} aria-labelledby={id}>
      <h3 id={id}>{tokens === null ? t('prompts.length') : t('prompts.tokens', { count: shownNumber(tokens) })}</h3>
      <p className={words['about']}>{t(tokens === null ? 'prompts.noLength' : 'prompts.estimate')}</p>
      {tokens !== null && (
        <ul className={styles['fits']}>
          {preview?.profiles.map((fit) => (
            <li key={fit.profile}>
              <FitRow tokens={tokens} {...fit} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function FitRow({ tokens, ...fit }: Fit & { tokens: number }): ReactNode {
  const { profile, model, builtIn, contextWindow, maxOutputTokens } = fit;
  const id = useId();
  const answer = maxOutputTokens ?? 0;
  const isOver = contextWindow !== null && tokens + answer > contextWindow;
  return (
    <div className={styles['fit']} data-over={isOver}>
      <span id={id} className={styles['fitName']} title={model}>
        {profile}
      </span>
      <span className={words['about']}>
        {isOver ? t('prompts.over', { over: shownNumber(tokens + answer - contextWindow) }) : said(fit)}
      </span>
      {contextWindow !== null && (
        <meter
          aria-labelledby={id}
          min={0}
          low={contextWindow * 0.75}
          high={contextWindow * 0.95}
          max={contextWindow}
          optimum={0}
          value={Math.min(contextWindow, tokens + answer)}
        >
          {shownNumber(tokens)}
        </meter>
      )}
      {contextWindow === null && (
        <span className={words['about']}>{t(builtIn ? 'prompts.builtIn' : 'prompts.noWindow')}</span>
      )}
      {contextWindow !== null && answer > 0 && (
        <span className={words['about']}>{t('prompts.withAnswer', { count: shownNumber(answer) })}</span>
      )}
    </div>
  );
}

/** The share of the window, and what it may cost. */
function said({ contextWindow, builtIn, promptNanoUsd, mostNanoUsd }: Fit): string {
  const window = contextWindow === null ? '' : t('prompts.window', { count: shownNumber(contextWindow) });
  return [window, builtIn ? '' : costOf(promptNanoUsd, mostNanoUsd)].filter(Boolean).join(' · ');
}
