import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import { fromWireError } from '../../../app/core/contracts/wire-error.ts';
import type { TextPart } from '../../editor/code-language.ts';
import { promptPreview, promptSample } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { filledValues, noWork } from '../../state/prompt-desk.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import words from '../../ui/text.module.css';
import { useSettled } from '../../ui/use-settled.ts';
import styles from './prompt.module.css';
import type { OpenedPrompt, PromptUseView, Workbench } from './prompt-parts.ts';
import { PromptTry } from './prompt-try.tsx';
import { PromptVersions } from './prompt-versions.tsx';
import { PromptWrite } from './prompt-write.tsx';

type Tab = 'write' | 'versions' | 'try';

export interface PromptWorkbenchProps {
  opened: OpenedPrompt;
  uses: readonly PromptUseView[];
  /** The part of the text to begin with. */
  at?: TextPart | undefined;
  /** Before something else is shown. */
  onClose: () => void;
}

/** One prompt file: written, compared with what it was, tried. */
export function PromptWorkbench({ opened, uses, at, onClose }: PromptWorkbenchProps): ReactNode {
  const { client, prompts, notices } = useStudio();
  const queries = useQueryClient();
  const { file } = opened;
  const { data: sample } = useQuery(promptSample(client, file));
  const work = useStore(prompts.store, ({ of }) => of.get(file) ?? noWork);
  const [tab, setTab] = useState<Tab>('write');
  const [theirs, setTheirs] = useState<string | null>();
  const { draft } = work;
  const text = draft?.text ?? opened.text;
  const settled = useSettled(text);
  const filled = useSettled(work.values);
  const names = [...new Set([...opened.variables, ...Object.keys(sample?.values ?? {})])];
  const known = filledValues(names, sample?.values ?? {}, filled);
  // What a person filled in counts for variables that only the draft has, too.
  const values = { ...known, ...filledValues(Object.keys(filled), sample?.values ?? {}, filled) };
  const { data: preview } = useQuery({
    ...promptPreview(client, file, settled, values),
    enabled: sample !== undefined,
  });

  function write(next: string): void {
    const base = draft?.base ?? opened.hash;
    prompts.write(file, next === opened.text && base === opened.hash ? undefined : { text: next, base });
  }

  async function save(base = draft?.base ?? null): Promise<void> {
    if (!draft) return;
    try {
      await client.prompt.save({ file, text: draft.text, base });
      await queries.invalidateQueries({ queryKey: ['workflows', 'prompts'] });
      // What was written while it was being saved is not saved.
      const now = prompts.store.getState().of.get(file)?.draft;
      if (now?.text === draft.text) prompts.write(file, undefined);
      setTheirs(undefined);
      notices.tell({ key: 'prompts.saved', values: { file } });
    } catch (thrown) {
      const { code, data } = fromWireError(thrown);
      if (code !== 'file.conflict') return notices.fail(thrown);
      setTheirs(typeof data?.['hash'] === 'string' ? data['hash'] : null);
      await queries.invalidateQueries({ queryKey: ['workflows', 'prompts'] });
    }
  }

  const bench: Workbench = {
    file,
    opened,
    text,
    draft,
    uses,
    sample,
    values,
    filled: work.values,
    preview,
    write,
    onClose,
  };
  return (
    <div className={styles['bench']}>
      <Tabs
        label={file}
        value={tab}
        onChange={setTab}
        aside={
          <div className={styles['head']}>
            {draft && (
              <>
                <span className={words['about']}>{t('prompts.unsaved')}</span>
                <Button onClick={() => prompts.write(file, undefined)}>{t('prompts.discard')}</Button>
                <Button look="primary" onClick={() => void save()}>
                  {t('prompts.save')}
                </Button>
              </>
            )}
          </div>
        }
        tabs={[
          {
            id: 'write',
            title: t('prompts.tab.write'),
            body: () => <PromptWrite bench={bench} at={at} onSave={save} />,
          },
          { id: 'versions', title: t('prompts.tab.versions'), body: () => <PromptVersions bench={bench} /> },
          { id: 'try', title: t('prompts.tab.try'), body: () => <PromptTry bench={bench} /> },
        ]}
      />
      {theirs !== undefined && draft && (
        <div className={styles['conflict']} role="alert">
          <span>{t(theirs === null ? 'prompts.gone' : 'prompts.conflict')}</span>
          <Button
            onClick={() => {
              prompts.write(file, undefined);
              setTheirs(undefined);
            }}
          >
            {t('conflict.theirs')}
          </Button>
          <Button look="primary" onClick={() => void save(theirs)}>
            {t('conflict.mine')}
          </Button>
        </div>
      )}
    </div>
  );
}
