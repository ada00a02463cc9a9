import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { promptPreview, promptRuns, promptVersion, promptVersions } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { leadToRun } from '../../state/decide-task.ts';
import { showPanel } from '../../state/view-store.ts';
import { shownCost, shownDate } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import words from '../../ui/text.module.css';
import { WordDiff } from '../../ui/word-diff.tsx';
import styles from './prompt.module.css';
import type { PromptPreview, PromptVersion, Workbench } from './prompt-parts.ts';

/** Every text that the file had, what came of each, and what differs between two of them. */
export function PromptVersions({ bench }: { bench: Workbench }): ReactNode {
  const { client } = useStudio();
  const { file } = bench;
  const { data = [] } = useQuery(promptVersions(client, file));
  const [chosen, setChosen] = useState<string>();
  const version = data.find((one) => one.version === chosen) ?? data[1] ?? data[0];
  return (
    <div className={styles['versions']}>
      <ul className={styles['versionList']} aria-label={t('prompts.versions')}>
        {data.map((one) => (
          <li key={one.version}>
            <VersionRow version={one} isChosen={one === version} onChoose={() => setChosen(one.version)} />
          </li>
        ))}
      </ul>
      {version && <VersionView key={version.version} bench={bench} version={version} all={data} />}
    </div>
  );
}

interface RowProps {
  version: PromptVersion;
  isChosen: boolean;
  onChoose: () => void;
}

function VersionRow({
  version: { version, isCurrent, savedAt, runs, thumbs, cost },
  isChosen,
  onChoose,
}: RowProps): ReactNode {
  const at = savedAt ?? runs?.lastAt;
  const came = [
    runs ? t('prompts.runs', { count: runs.count }) : t('prompts.noRuns'),
    runs && runs.failed > 0 ? t('prompts.failed', { count: runs.failed }) : '',
    thumbs.up > 0 ? t('prompts.thumbsUp', { count: thumbs.up }) : '',
    thumbs.down > 0 ? t('prompts.thumbsDown', { count: thumbs.down }) : '',
    cost ? (shownCost({ nanoUsd: cost.nanoUsd, unpriced: cost.unpricedCalls }) ?? '') : '',
  ];
  return (
    <button type="button" className={styles['file']} aria-current={isChosen} onClick={onChoose}>
      <span className={styles['name']}>
        {at !== undefined && shownDate(at)}
        {isCurrent && <span className={styles['type']}>{t('prompts.now')}</span>}
        {!isCurrent && savedAt === null && <span className={styles['type']}>{t('prompts.fromRuns')}</span>}
      </span>
      <span className={words['about']}>
        <code>{version}</code> · {came.filter(Boolean).join(' · ')}
      </span>
    </button>
  );
}

interface ViewProps {
  bench: Workbench;
  version: PromptVersion;
  all: readonly PromptVersion[];
}

/** The text that is being written, as one side of a comparison. */
const WRITTEN = 'written';

function VersionView({ bench, version, all }: ViewProps): ReactNode {
  const studio = useStudio();
  const { client, notices } = studio;
  const { file, text, values, write } = bench;
  const [other, setOther] = useState(WRITTEN);
  const [isRendered, setRendered] = useState(false);
  const { data: before } = useQuery(promptVersion(client, file, version.version));
  const { data: compared } = useQuery({ ...promptVersion(client, file, other), enabled: other !== WRITTEN });
  const after = other === WRITTEN ? text : compared?.text;
  const left = useQuery({
    ...promptPreview(client, file, before?.text ?? '', values),
    enabled: isRendered && before !== undefined,
  });
  const right = useQuery({
    ...promptPreview(client, file, after ?? '', values),
    enabled: isRendered && after !== undefined,
  });
  const { data: runs = [] } = useQuery({
    ...promptRuns(client, file, version.version),
    enabled: version.runs !== null,
  });
  const lead = (runId: string) =>
    leadToRun(studio, runId, () => {
      bench.onClose();
      showPanel(studio.view, 'dock', 'trace');
    });
  const sides = isRendered ? [rendered(left.data), rendered(right.data)] : [before?.text, after];
  const [from, to] = sides;
  const isSame = from !== undefined && from === to;
  return (
    <section className={styles['version']} aria-label={t('prompts.version', { version: version.version })}>
      <div className={styles['toolbar']}>
        <Field label={t('prompts.compareWith')}>
          {(control) => (
            <select {...control} value={other} onChange={({ target }) => setOther(target.value)}>
              <option value={WRITTEN}>{t(bench.draft ? 'prompts.written' : 'prompts.fileNow')}</option>
              {all
                .filter((one) => one.version !== version.version)
                .map((one) => (
                  <option key={one.version} value={one.version}>
                    {one.version} · {shownDate(one.savedAt ?? one.runs?.lastAt ?? 0)}
                  </option>
                ))}
            </select>
          )}
        </Field>
        <fieldset className={styles['choice']}>
          <legend>{t('prompts.show')}</legend>
          {[false, true].map((one) => (
            <Button key={String(one)} aria-pressed={isRendered === one} onClick={() => setRendered(one)}>
              {t(one ? 'prompts.rendered' : 'prompts.asText')}
            </Button>
          ))}
        </fieldset>
        {before && before.text !== text && (
          <Button
            onClick={() => {
              write(before.text);
              notices.tell({ key: 'prompts.takenUp' });
            }}
          >
            {t('prompts.takeUp')}
          </Button>
        )}
      </div>
      {isSame && <p className={words['about']}>{t('prompts.same')}</p>}
      {!isSame && from !== undefined && to !== undefined && (
        <WordDiff before={from} after={to} label={t('prompts.changes')} />
      )}
      {isRendered && (left.data?.fault || right.data?.fault) && (
        <p className={words['about']}>
          {t('prompts.cannotRender', { message: (left.data?.fault ?? right.data?.fault)?.message ?? '' })}
        </p>
      )}
      {runs.length > 0 && (
        <section aria-label={t('prompts.runsOf')}>
          <h3>{t('prompts.runsOf')}</h3>
          <ul>
            {runs.map(({ runId, workflowName, status, createdAt }) => (
              <li key={runId}>
                <button type="button" className={styles['link']} onClick={() => lead(runId)}>
                  {shownDate(createdAt)} · {workflowName} · {t(`run.status.${status}`)}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </section>
  );
}

/** Messages as one text; nothing while they are not made or cannot be. */
function rendered(preview: PromptPreview | undefined): string | undefined {
  return preview?.messages?.map(({ role, content }) => `# ${role}\n${content}`).join('\n\n');
}
