import type { ReactNode } from 'react';
import { useStudio } from '../../shell/studio-context.ts';
import { fillableText } from '../../state/prompt-desk.ts';
import { shownDate } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import words from '../../ui/text.module.css';
import styles from './prompt.module.css';
import type { Workbench } from './prompt-parts.ts';

/** The variables of a prompt: what flows into them, and what fills them here. */
export function PromptValues({ bench }: { bench: Workbench }): ReactNode {
  const { prompts } = useStudio();
  const { file, opened, preview, sample, filled, uses } = bench;
  const variables =
    preview && preview.variables.length > 0
      ? preview.variables
      : opened.variables.map((name) => ({ name, isUsed: true }));
  const types = (name: string) => [
    ...new Set(uses.flatMap(({ nodes }) => nodes.flatMap(({ inputs }) => inputs[name] ?? []))),
  ];
  const isFilled = Object.keys(filled).length > 0;
  return (
    <section className={styles['part']} aria-label={t('prompts.variables')}>
      <div className={styles['partHead']}>
        <h3>{t('prompts.variables')}</h3>
        {isFilled && sample?.from && (
          <Button look="quiet" onClick={() => prompts.fill(file, {})}>
            {t('prompts.asInRun')}
          </Button>
        )}
      </div>
      {variables.length === 0 && <p className={words['about']}>{t('prompts.noVariables')}</p>}
      {sample?.from && variables.length > 0 && (
        <p className={words['about']}>
          {t('prompts.sampleFrom', { workflow: sample.from.workflowName, at: shownDate(sample.from.at) })}
        </p>
      )}
      {variables.map(({ name, isUsed }) => (
        <Field
          key={name}
          label={name}
          aside={<span className={styles['type']}>{types(name).join(', ') || t('prompts.anyType')}</span>}
          warning={isUsed ? undefined : t('prompts.variableUnused')}
          help={sample?.withheld.includes(name) ? t('prompts.withheld') : undefined}
        >
          {(control) => (
            <textarea
              {...control}
              rows={2}
              value={filled[name] ?? fillableText(sample?.values[name])}
              onChange={({ target }) => prompts.fill(file, { ...filled, [name]: target.value })}
            />
          )}
        </Field>
      ))}
    </section>
  );
}
