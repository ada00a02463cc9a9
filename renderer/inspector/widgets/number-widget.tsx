import type { ReactNode } from 'react';
import { t } from '../../strings/text.ts';
import type { Widget, WidgetProps } from './widget.ts';

function NumberWidget({ control, field, value, onChange }: WidgetProps): ReactNode {
  const { schema, default: fallback } = field;
  const bound = (name: string) => {
    const limit = schema[name];
    // Whole numbers without a limit have that of the machine, which helps nobody.
    return typeof limit === 'number' && Math.abs(limit) < Number.MAX_SAFE_INTEGER ? limit : undefined;
  };
  return (
    <input
      {...control}
      type="number"
      min={bound('minimum') ?? bound('exclusiveMinimum')}
      max={bound('maximum') ?? bound('exclusiveMaximum')}
      step={schema['type'] === 'integer' ? 1 : 'any'}
      value={typeof value === 'number' ? value : ''}
      placeholder={typeof fallback === 'number' ? String(fallback) : t('inspector.unset')}
      onChange={({ target }) => onChange(target.value === '' ? undefined : target.valueAsNumber)}
    />
  );
}

export const widget: Widget = { for: ['number'], component: NumberWidget };
