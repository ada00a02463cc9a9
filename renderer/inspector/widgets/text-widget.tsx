import type { ReactNode } from 'react';
import { t } from '../../strings/text.ts';
import type { Widget, WidgetProps } from './widget.ts';

function TextWidget({ control, field, value, onChange }: WidgetProps): ReactNode {
  const fallback = typeof field.default === 'string' && field.default !== '' ? field.default : undefined;
  return (
    <input
      {...control}
      type="text"
      value={typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)}
      placeholder={fallback ?? (field.required ? undefined : t('inspector.unset'))}
      onChange={({ target }) => onChange(target.value === '' && !field.required ? undefined : target.value)}
    />
  );
}

export const widget: Widget = { for: ['text', 'regex'], component: TextWidget };
