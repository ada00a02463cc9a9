import type { ReactNode } from 'react';
import type { Json } from '../../../app/core/graph/json.ts';
import { t } from '../../strings/text.ts';
import type { Widget, WidgetProps } from './widget.ts';

const words = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

function SelectWidget({ control, field, value, onChange }: WidgetProps): ReactNode {
  const options = Array.isArray(field.schema['enum']) ? field.schema['enum'] : [];
  const shown = value ?? field.default;
  return (
    <select
      {...control}
      value={shown === undefined ? '' : words(shown)}
      onChange={({ target }) => onChange(options.find((option) => words(option) === target.value))}
    >
      {field.default === undefined && <option value="">{t('inspector.unset')}</option>}
      {options.map((option) => (
        <option key={words(option)} value={words(option)}>
          {words(option)}
        </option>
      ))}
    </select>
  );
}

export const widget: Widget = { for: ['select'], component: SelectWidget };
