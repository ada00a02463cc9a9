import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import * as z from 'zod';
import { inputsOf } from '../../../app/core/dataset/dataset-case.ts';
import { textOfValue } from '../../../app/core/text/text-of-value.ts';
import { openedDataset } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { t } from '../../strings/text.ts';
import { Dialog } from '../../ui/dialog.tsx';
import type { OverlayProps } from '../overlay.ts';
import styles from './dataset.module.css';

const Given = z.object({ file: z.string(), line: z.number().optional() });
/** So many a screen draws without a pause. */
const MOST = 1000;

/** The cases of a dataset; the one that was just written is in sight. */
export function DatasetDialog({ given, onClose }: OverlayProps): ReactNode {
  const { client } = useStudio();
  const { file, line } = Given.parse(given);
  const { data, error } = useQuery(openedDataset(client, file));
  const row = useRef<HTMLTableRowElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is there once the cases are
  useEffect(() => {
    row.current?.scrollIntoView({ block: 'center' });
  }, [data]);
  const cases = data?.cases ?? [];
  // The last ones: a case that was just added is among them.
  const first = Math.max(0, Math.min(cases.length - MOST, cases.findIndex((one) => one.line === line) - 50));
  return (
    <Dialog
      title={file}
      {...(data && { text: t('cases.count', { count: cases.length }) })}
      size="window"
      onClose={onClose}
    >
      {error && <p role="alert">{error.message}</p>}
      {(data?.faults.length ?? 0) > 0 && (
        <ul className={styles['faults']} aria-label={t('cases.faults')}>
          {data?.faults.map((fault) => (
            <li key={fault.line}>{t('cases.fault', { line: fault.line, message: fault.message })}</li>
          ))}
        </ul>
      )}
      {data && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled by keys
        <section className={styles['scroll']} aria-label={file} tabIndex={0}>
          <table className={styles['cases']}>
            <thead>
              <tr>
                {(['id', 'inputs', 'expect', 'reference', 'sources', 'tags'] as const).map((column) => (
                  <th key={column} scope="col">
                    {t(`cases.column.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {cases.slice(first, first + MOST).map(({ line: at, case: one }) => (
                <tr key={at} ref={at === line ? row : undefined} aria-current={at === line}>
                  <th scope="row">{one.id}</th>
                  <td>
                    {Object.entries(inputsOf(one)).map(([name, value]) => (
                      <p key={name}>
                        <span className={styles['about']}>{name}</span> {textOfValue(value)}
                      </p>
                    ))}
                  </td>
                  <td>{one.expect && t(`cases.expect.${one.expect}`)}</td>
                  <td>
                    {one.reference !== undefined && <p>{textOfValue(one.reference)}</p>}
                    {one.why !== undefined && <p className={styles['about']}>{one.why}</p>}
                  </td>
                  <td className={styles['sources']}>
                    {one.sources?.map((source) => (
                      <p key={source}>{source}</p>
                    ))}
                  </td>
                  <td>{one.tags?.join(', ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Dialog>
  );
}
