import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Json } from '../../../app/core/graph/json.ts';
import { stepPayloads } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { t } from '../../strings/text.ts';
import words from '../../ui/text.module.css';
import { ValueView } from '../../values/value-view.tsx';

export interface OutputValueProps {
  run: string;
  /** Where a value that lies beside the log is read from. */
  step: string | undefined;
  port: string;
  /** As the event brought it: the value, or its hash and size, or why it is not shown. */
  shown: object;
}

/** From so many letters on, a value is read when it is asked for. */
const AT_ONCE = 200_000;

export function OutputValue({ run, step, port, shown }: OutputValueProps): ReactNode {
  const { client } = useStudio();
  const [isAsked, setAsked] = useState(false);
  const bytes = 'bytes' in shown && typeof shown.bytes === 'number' ? shown.bytes : 0;
  const isBeside = !('value' in shown) && 'digest' in shown;
  const { data, error } = useQuery({
    ...stepPayloads(client, run, step ?? ''),
    enabled: isBeside && step !== undefined && (isAsked || bytes < AT_ONCE),
  });
  if ('value' in shown) return <ValueView value={shown.value as Json} />;
  if (!isBeside) return <p className={words['note']}>{t('run.withheld')}</p>;
  const read = data?.[port];
  if (read && 'value' in read) return <ValueView value={read.value} />;
  if (error) return <p className={words['note']}>{error.message}</p>;
  if (read) return <p className={words['note']}>{t('run.withheld')}</p>;
  return (
    <button type="button" className={words['note']} onClick={() => setAsked(true)}>
      {t('run.large', { size: bytes })}
    </button>
  );
}
