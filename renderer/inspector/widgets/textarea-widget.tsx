import type { ReactNode } from 'react';
import styles from '../../ui/field.module.css';
import type { Widget, WidgetProps } from './widget.ts';

function TextareaWidget({ control, field, value, onChange }: WidgetProps): ReactNode {
  const isCode = field.widget !== 'textarea';
  return (
    <textarea
      {...control}
      className={`${control.className} ${isCode ? styles['mono'] : ''}`}
      spellCheck={!isCode}
      rows={3}
      value={typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)}
      placeholder={typeof field.default === 'string' ? field.default : undefined}
      onChange={({ target }) => onChange(target.value === '' && !field.required ? undefined : target.value)}
    />
  );
}

export const widget: Widget = {
  for: ['textarea', 'template', 'expression', 'sql', 'code'],
  component: TextareaWidget,
};
