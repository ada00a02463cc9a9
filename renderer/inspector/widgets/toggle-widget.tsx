import type { ReactNode } from 'react';
import { t } from '../../strings/text.ts';
import type { Widget, WidgetProps } from './widget.ts';

function ToggleWidget({ control, field, value, onChange }: WidgetProps): ReactNode {
  const on = typeof value === 'boolean' ? value : field.default === true;
  return (
    <select {...control} value={String(on)} onChange={({ target }) => onChange(target.value === 'true')}>
      <option value="true">{t('inspector.on')}</option>
      <option value="false">{t('inspector.off')}</option>
    </select>
  );
}

export const widget: Widget = { for: ['toggle'], component: ToggleWidget };
