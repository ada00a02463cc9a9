import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { templateList } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import type { OverlayProps } from '../overlay.ts';
import styles from './new-workflow.module.css';
import { TemplatePreview } from './template-preview.tsx';

const EMPTY = '';

/** A new workflow: empty, or from a template that is shown first. `given` may name a template. */
export function NewWorkflowDialog({ given, onClose }: OverlayProps): ReactNode {
  const { client, documents, notices } = useStudio();
  const queries = useQueryClient();
  const { data: templates = [] } = useQuery(templateList(client));
  const [template, setTemplate] = useState(typeof given === 'string' ? given : EMPTY);
  const [title, setTitle] = useState('');
  const form = useId();
  const chosen = templates.find(({ id }) => id === template);

  async function create(): Promise<void> {
    const name = title.trim() || chosen?.title || t('new.untitled');
    const made = await client.workflow.create({
      title: name,
      ...(template !== EMPTY && { from: { template } }),
    });
    await queries.invalidateQueries({ queryKey: ['workflows'] });
    await documents.open(made.file);
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    onClose();
    void create().catch(notices.fail);
  }

  const choices = [
    { id: EMPTY, title: t('new.empty'), description: t('new.emptyText') },
    ...templates.map(({ id, title: name, description }) => ({ id, title: name, description })),
  ];
  return (
    <Dialog
      title={t('new.title')}
      size="wide"
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('dialog.cancel')}</Button>
          <Button look="primary" type="submit" form={form}>
            {t('new.create')}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <Field label={t('new.name')}>
          {(control) => (
            <input
              {...control}
              value={title}
              maxLength={200}
              placeholder={chosen?.title ?? t('new.untitled')}
              onChange={({ target }) => setTitle(target.value)}
            />
          )}
        </Field>
      </form>
      <fieldset className={styles['choices']}>
        <legend>{t('new.from')}</legend>
        {choices.map((choice) => (
          <label key={choice.id} className={styles['choice']}>
            <input
              type="radio"
              name="template"
              form={form}
              checked={template === choice.id}
              onChange={() => setTemplate(choice.id)}
            />
            <TemplatePreview id={choice.id === EMPTY ? undefined : choice.id} />
            <span className={styles['words']}>
              <span className={styles['title']}>{choice.title}</span>
              <span className={styles['text']}>{choice.description}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </Dialog>
  );
}
