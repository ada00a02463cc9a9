import { type ReactNode, useState } from 'react';
import type { Json } from '../../../app/core/graph/json.ts';
import { CodeBox } from '../../editor/code-box.tsx';
import { t } from '../../strings/text.ts';
import styles from '../../ui/field.module.css';
import type { Widget, WidgetProps } from './widget.ts';

const written = (value: Json | undefined): string => (value === undefined ? '' : JSON.stringify(value, undefined, 2));

/** Any value, as JSON. What is no JSON yet stays in the box and out of the file. */
function JsonWidget({ control, field, value, onChange, problems }: WidgetProps): ReactNode {
  const [draft, setDraft] = useState<string>();
  const [broken, setBroken] = useState(false);

  function change(text: string): void {
    setDraft(text);
    try {
      onChange(text.trim() === '' ? undefined : (JSON.parse(text) as Json));
      setBroken(false);
    } catch {
      setBroken(true);
    }
  }

  return (
    <>
      <CodeBox
        language={field.widget === 'schema' ? 'schema' : 'json'}
        label={field.label}
        text={draft ?? written(value)}
        names={[]}
        problems={problems}
        isInvalid={broken || control['aria-invalid']}
        onChange={change}
        onLeave={() => {
          if (!broken) setDraft(undefined);
        }}
      />
      {broken && <p className={styles['error']}>{t('inspector.noJson')}</p>}
    </>
  );
}

export const widget: Widget = { for: ['json', 'schema'], component: JsonWidget };
