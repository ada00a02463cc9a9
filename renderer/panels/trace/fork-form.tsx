import { type FormEvent, type ReactNode, useState } from 'react';
import type { StepDetails } from '../../../app/core/contracts/trace.ts';
import type { Json } from '../../../app/core/graph/json.ts';
import { useStudio } from '../../shell/studio-context.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { saveFirst } from '../../state/save-first.ts';
import { showPanel } from '../../state/view-store.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { changedValues, editableValues } from './fork-values.ts';
import styles from './trace.module.css';

export interface ForkFormProps {
  open: OpenDocument;
  run: string;
  details: StepDetails;
}

/** Other values for a step, and a new run from there: all before it is taken over as it was. */
export function ForkForm({ open, run, details }: ForkFormProps): ReactNode {
  const studio = useStudio();
  const values = editableValues(details);
  const [texts, setTexts] = useState<ReadonlyMap<string, string>>(() => new Map([...values].map(asText)));
  const { changed, broken } = changedValues(values, texts);

  async function start(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (broken.size > 0 || !(await saveFirst(studio, open))) return;
    await open.run.fork({ run, step: details.step.step, values: changed });
    // Why it could not start, and how to mend it, stands there.
    if (open.run.store.getState().status === 'refused') showPanel(studio.view, 'dock', 'run');
  }

  return (
    <form className={styles['fork']} aria-label={t('fork.title')} onSubmit={(event) => void start(event)}>
      <p className={styles['note']}>{t('fork.text')}</p>
      {[...texts].map(([port, text]) => (
        <Field key={port} label={port} error={broken.has(port) ? t('run.input.noJson') : undefined}>
          {(control) => (
            <textarea
              {...control}
              value={text}
              onChange={({ target }) => setTexts(new Map(texts).set(port, target.value))}
            />
          )}
        </Field>
      ))}
      <Button type="submit" look="primary">
        {t('fork.start')}
      </Button>
    </form>
  );
}

function asText([port, value]: [string, Json]): [string, string] {
  return [port, typeof value === 'string' ? value : JSON.stringify(value, undefined, 2)];
}
