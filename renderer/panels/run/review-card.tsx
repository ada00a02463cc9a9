import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Json } from '../../../app/core/graph/json.ts';
import type { WaitView } from '../../../app/core/run/run-view.ts';
import { openReview } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { shownDate } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { ValueView } from '../../values/value-view.tsx';
import styles from './run.module.css';

/** A run that waits for a person: what it is about, and what can be decided. */
export function ReviewCard({ open, wait }: { open: OpenDocument; wait: WaitView }): ReactNode {
  const { client, notices } = useStudio();
  const isTimer = wait.kind === 'timer';
  const { data } = useQuery({ ...openReview(client, wait.wait), enabled: !isTimer });
  const [comment, setComment] = useState('');
  const [fields, setFields] = useState<Readonly<Record<string, string>>>({});
  if (isTimer)
    return (
      <p className={styles['review']}>{wait.dueAt !== undefined && t('review.timer', { at: shownDate(wait.dueAt) })}</p>
    );
  if (!data) return null;
  const { title, reason, actions, payload, form } = data;
  const names = Object.keys((form?.['properties'] as object | undefined) ?? {});

  async function decide(action: string): Promise<void> {
    if (!data) return;
    const values = Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, read(text)]));
    await client.review.decide({
      task: wait.wait,
      action,
      by: 'studio',
      payloadHash: data.payloadHash,
      ...(Object.keys(values).length > 0 && { values }),
      ...(comment.trim() !== '' && { comment }),
    });
    await open.run.resume();
  }

  const setField = (name: string) => (text: string) => setFields((before) => ({ ...before, [name]: text }));
  return (
    <div className={styles['review']}>
      <strong>{title}</strong>
      {reason !== null && <p>{reason}</p>}
      <details>
        <summary>{t('review.payload')}</summary>
        <ValueView value={payload} />
      </details>
      {names.map((name) => (
        <TextField key={name} label={name} value={fields[name] ?? ''} onChange={setField(name)} />
      ))}
      {actions.includes('edit') && (
        <TextField
          label={t('review.edit')}
          value={fields['payload'] ?? written(payload)}
          onChange={setField('payload')}
        />
      )}
      <TextField label={t('review.comment')} value={comment} onChange={setComment} />
      <div className={styles['buttons']}>
        {actions.map((action, at) => (
          <Button
            key={action}
            look={at === 0 ? 'primary' : 'plain'}
            onClick={() => void decide(action).catch(notices.fail)}
          >
            {action}
          </Button>
        ))}
      </div>
    </div>
  );
}

interface TextFieldProps {
  label: string;
  value: string;
  onChange: (text: string) => void;
}

function TextField({ label, value, onChange }: TextFieldProps): ReactNode {
  return (
    <Field label={label}>
      {(control) => <textarea {...control} rows={2} value={value} onChange={({ target }) => onChange(target.value)} />}
    </Field>
  );
}

const written = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value, undefined, 2));

/** What a person wrote: JSON where it is some, else the words. */
function read(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
