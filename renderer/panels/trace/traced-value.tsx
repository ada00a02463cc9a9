import type { ReactNode } from 'react';
import type * as z from 'zod';
import type { ShownRef } from '../../../app/core/contracts/run-signal.ts';
import { t } from '../../strings/text.ts';
import words from '../../ui/text.module.css';
import { ValueView } from '../../values/value-view.tsx';
import shared from '../panel-body.module.css';
import styles from './trace.module.css';

export interface TracedValueProps {
  value: z.infer<typeof ShownRef>;
  /** Reads a value that is too large to be read unasked. */
  onAsk: () => void;
}

/** A payload as the trace gives it: the value, the size of a large one, or why it is not shown. */
export function TracedValue({ value, onAsk }: TracedValueProps): ReactNode {
  if ('value' in value)
    return (
      <div className={shared['value']}>
        <ValueView value={value.value} />
      </div>
    );
  if ('digest' in value)
    return (
      <button type="button" className={styles['link']} onClick={onAsk}>
        {t('run.large', { size: value.bytes })}
      </button>
    );
  return <p className={words['note']}>{t('run.withheld')}</p>;
}
