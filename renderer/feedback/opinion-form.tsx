import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type KeyboardEvent, type ReactNode, useState } from 'react';
import type { Json } from '../../app/core/graph/json.ts';
import { type GivenFeedback, openedFeedback } from '../rpc/queries.ts';
import { useStudio } from '../shell/studio-context.ts';
import { editableText, editedPayload } from '../state/task-values.ts';
import { t } from '../strings/text.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { WordDiff } from '../ui/word-diff.tsx';
import styles from './feedback.module.css';

export interface OpinionFormProps {
  opinion: GivenFeedback;
  /** What is corrected; nothing where it may not be shown. */
  value: Json | undefined;
  onDone: () => Promise<void>;
}

/** Words that go with a thumb: why, and what it should have been. */
export function OpinionForm({ opinion, value, onDone }: OpinionFormProps): ReactNode {
  const { client } = useStudio();
  const isPersonal = opinion.words === 'personal';
  const { data: opened } = useQuery({ ...openedFeedback(client, opinion.id, opinion.at), enabled: isPersonal });
  const known = isPersonal ? opened : opinion;
  if (!known) return null;
  return <Filled opinion={known} value={value} onDone={onDone} />;
}

function Filled({ opinion, value, onDone }: OpinionFormProps): ReactNode {
  const { client, notices } = useStudio();
  const was = value === undefined ? undefined : editableText(value);
  const [note, setNote] = useState(opinion.note ?? '');
  const [written, setWritten] = useState<string>();
  const corrected = written ?? (opinion.correction === null ? was : editableText(opinion.correction));
  const edited = value !== undefined && corrected !== undefined ? editedPayload(value, corrected) : undefined;
  const isChanged = was !== undefined && corrected !== was;
  const isInvalid = isChanged && !edited;

  async function keep(): Promise<void> {
    const { runId, target, value: thumb, by } = opinion;
    if (target === null || isInvalid) return;
    const { step, port } = target;
    await client.feedback.give({
      ...{ run: runId, target: { step, ...(port !== null && { port }) }, value: thumb, by },
      ...(note.trim() !== '' && { note }),
      ...(isChanged && edited && { correction: edited.value }),
    });
    await onDone();
  }

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void keep().catch(notices.fail);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    // The page would start a run by this key.
    event.preventDefault();
    event.stopPropagation();
    void keep().catch(notices.fail);
  };

  return (
    <form className={styles['form']} onSubmit={submit} onKeyDown={press}>
      <Field label={t('feedback.note')}>
        {(control) => (
          <textarea
            {...control}
            // biome-ignore lint/a11y/noAutofocus: who gave a thumb down begins to say why
            autoFocus
            rows={1}
            value={note}
            onChange={({ target }) => setNote(target.value)}
          />
        )}
      </Field>
      {corrected !== undefined && (
        <Field label={t('feedback.correction')} error={isInvalid ? t('reviews.noJson') : undefined}>
          {(control) => (
            <textarea {...control} rows={3} value={corrected} onChange={({ target }) => setWritten(target.value)} />
          )}
        </Field>
      )}
      {isChanged && was !== undefined && (
        <WordDiff before={was} after={corrected ?? ''} label={t('feedback.corrected')} />
      )}
      <div className={styles['bar']}>
        <Button type="submit" look="primary" disabled={isInvalid}>
          {t('feedback.keep')}
        </Button>
        <Button onClick={() => void onDone()}>{t('feedback.leave')}</Button>
      </div>
    </form>
  );
}
