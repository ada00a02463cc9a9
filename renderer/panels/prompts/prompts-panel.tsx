import { useQuery, useQueryClient } from '@tanstack/react-query';
import { MessageSquareText } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import type { ContractClient } from '../../../app/core/contracts/client.ts';
import { promptList, promptUses } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { openOverlay } from '../../state/studio.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Field } from '../../ui/field.tsx';
import words from '../../ui/text.module.css';
import shared from '../panel-body.module.css';
import styles from './prompts.module.css';

/** Where a new prompt begins: a shape that is valid at once. */
const BEGINNING = `---
description:
variables: [question]
---
# system
You answer briefly.

# user
{{ question }}
`;

/** The prompt files of the workspace: each opens as large as the window. */
export function PromptsPanel(): ReactNode {
  const studio = useStudio();
  const { client, prompts } = studio;
  const { data, error } = useQuery(promptList(client));
  const drafts = useStore(prompts.store, ({ of }) => of);
  const [search, setSearch] = useState('');
  const [isAdding, setAdding] = useState(false);
  const { data: uses = {} } = useQuery(promptUses(client));
  if (error) return <EmptyState icon={MessageSquareText} title={t('prompts.unreadable')} text={error.message} />;
  if (!data) return null;
  const wanted = search.trim().toLowerCase();
  const found = data.filter(({ file }) => searched(file, uses[file]).includes(wanted));
  const open = (file: string) => openOverlay(studio, 'prompt', { file });
  return (
    <div className={classes(shared['scrolled'], styles['panel'])}>
      <div className={styles['search']}>
        <input
          type="search"
          aria-label={t('prompts.search')}
          placeholder={t('prompts.search')}
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
        <Button onClick={() => setAdding(!isAdding)} aria-expanded={isAdding}>
          {t('prompts.new')}
        </Button>
      </div>
      {isAdding && (
        <NewPrompt
          all={data.map(({ file }) => file)}
          onMade={(file) => {
            setAdding(false);
            open(file);
          }}
          onLeave={() => setAdding(false)}
        />
      )}
      <ul aria-label={t('prompts.files')}>
        {found.map(({ file }) => (
          <li key={file}>
            <button type="button" className={shared['entry']} onClick={() => open(file)}>
              <span className={styles['name']}>
                {nameOf(file)}
                {drafts.get(file)?.draft && <span className={styles['unsaved']}>{t('prompts.unsaved')}</span>}
              </span>
              <span className={words['about']}>{usedIn(uses[file])}</span>
            </button>
          </li>
        ))}
      </ul>
      {data.length === 0 && (
        <EmptyState icon={MessageSquareText} title={t('prompts.none')} text={t('prompts.noneText')} />
      )}
      {found.length === 0 && data.length > 0 && <p className={words['about']}>{t('choices.none')}</p>}
    </div>
  );
}

type Uses = Awaited<ReturnType<ContractClient['prompt']['uses']>>[string] | undefined;

const nameOf = (file: string): string => file.replace(/^prompts\//, '').replace(/\.md$/, '');
/** A file is found by its name, and by the workflows that use it. */
const searched = (file: string, uses: Uses = []): string =>
  [file, ...uses.map(({ workflowName }) => workflowName)].join('\n').toLowerCase();
const usedIn = (uses: Uses = []): string =>
  uses.length === 0 ? t('prompts.unused') : uses.map(({ workflowName }) => workflowName).join(', ');

interface NewPromptProps {
  all: readonly string[];
  onMade: (file: string) => void;
  onLeave: () => void;
}

function NewPrompt({ all, onMade, onLeave }: NewPromptProps): ReactNode {
  const { client, notices } = useStudio();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const plain = name.trim().replace(/\.md$/, '');
  const file = `prompts/${plain}.md`;
  const isTaken = all.includes(file);

  async function make(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (plain === '' || isTaken) return;
    try {
      await client.prompt.save({ file, text: BEGINNING, base: null });
      await queries.invalidateQueries({ queryKey: ['workflows', 'prompts'] });
      onMade(file);
    } catch (thrown) {
      notices.fail(thrown);
    }
  }

  return (
    <form className={styles['new']} onSubmit={(event) => void make(event)}>
      <Field label={t('prompts.newName')} error={isTaken ? t('prompts.taken') : undefined}>
        {(control) => (
          <input
            {...control}
            // biome-ignore lint/a11y/noAutofocus: who asks for a new file is going to name it
            autoFocus
            value={name}
            onChange={({ target }) => setName(target.value)}
            onKeyDown={({ key }) => key === 'Escape' && onLeave()}
          />
        )}
      </Field>
      <Button type="submit" look="primary" disabled={plain === '' || isTaken}>
        {t('prompts.make')}
      </Button>
    </form>
  );
}
