import { type FormEvent, type ReactNode, useState } from 'react';
import type { StepDetails } from '../../../app/core/contracts/trace.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { forkRun } from '../../state/fork-run.ts';
import type { FrozenGraph } from '../../state/frozen-graph.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import words from '../../ui/text.module.css';
import { valueText } from '../../values/value-text.ts';
import { changedValues, editableValues } from './fork-values.ts';
import styles from './trace.module.css';

export interface ForkFormProps {
  open: OpenDocument | FrozenGraph;
  run: string;
  details: StepDetails;
}

/** Other values for a step, and a new run from there: all before it is taken over as it was. */
export function ForkForm({ open, run, details }: ForkFormProps): ReactNode {
  const studio = useStudio();
  const values = editableValues(details);
  const [texts, setTexts] = useState<ReadonlyMap<string, string>>(
    () => new Map([...values].map(([port, value]) => [port, valueText(value)])),
  );
  const { changed, broken } = changedValues(values, texts);

  async function start(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (broken.size > 0) return;
    await forkRun(studio, open, { run, step: details.step.step, values: changed }).catch(studio.notices.fail);
  }

  return (
    <form className={styles['fork']} aria-label={t('fork.title')} onSubmit={(event) => void start(event)}>
      <p className={words['note']}>{t('fork.text')}</p>
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
