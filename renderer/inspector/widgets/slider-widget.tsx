import type { ReactNode } from 'react';
import { t } from '../../strings/text.ts';
import styles from '../../ui/field.module.css';
import { widget as number } from './number-widget.tsx';
import type { Widget, WidgetProps } from './widget.ts';

const STEPS = 100;

/** A number between two bounds: dragged roughly, written exactly. */
function SliderWidget(props: WidgetProps): ReactNode {
  const { field, value, onChange } = props;
  const { minimum, maximum, type } = field.schema;
  const Exact = number.component;
  if (typeof minimum !== 'number' || typeof maximum !== 'number') return <Exact {...props} />;
  const shown = typeof value === 'number' ? value : typeof field.default === 'number' ? field.default : minimum;
  return (
    <span className={styles['slider']}>
      <input
        type="range"
        aria-label={t('inspector.slide', { field: field.label })}
        min={minimum}
        max={maximum}
        step={type === 'integer' ? 1 : (maximum - minimum) / STEPS}
        value={shown}
        onChange={({ target }) => onChange(Math.round(target.valueAsNumber * 1000) / 1000)}
      />
      <Exact {...props} />
    </span>
  );
}

export const widget: Widget = { for: ['slider'], component: SliderWidget };
