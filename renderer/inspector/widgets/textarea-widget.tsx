import type { ReactNode } from 'react';
import type { Widget, WidgetProps } from './widget.ts';

function TextareaWidget({ control, field, value, onChange }: WidgetProps): ReactNode {
  return (
    <textarea
      {...control}
      rows={3}
      value={typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)}
      placeholder={typeof field.default === 'string' ? field.default : undefined}
      onChange={({ target }) => onChange(target.value === '' && !field.required ? undefined : target.value)}
    />
  );
}

export const widget: Widget = { for: ['textarea'], component: TextareaWidget };
