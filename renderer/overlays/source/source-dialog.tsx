import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import { Citation } from '../../../app/core/graph/values.ts';
import { citedDocument } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { t } from '../../strings/text.ts';
import { Dialog } from '../../ui/dialog.tsx';
import type { OverlayProps } from '../overlay.ts';
import styles from './source.module.css';

/** The document that a citation points to, opened at the place. `given` is the citation. */
export function SourceDialog({ given, onClose }: OverlayProps): ReactNode {
  const { client } = useStudio();
  const { file = '', start, end, line, page, quote } = Citation.parse(given);
  const place = {
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    ...(line !== undefined && { line }),
    ...(page !== undefined && { page }),
  };
  const { data, error } = useQuery(citedDocument(client, file, place));
  const mark = useRef<HTMLElement>(null);
  useEffect(() => {
    if (data) mark.current?.scrollIntoView({ block: 'center' });
  }, [data]);

  const at = data ? (start ?? data.at) - data.offset : 0;
  const length = start !== undefined && end !== undefined ? end - start : (quote?.length ?? 0);
  return (
    <Dialog
      title={t('source.title', { file: data?.title ?? file })}
      text={line === undefined ? file : `${file} · ${t('source.at', { line })}`}
      size="wide"
      onClose={onClose}
    >
      {error && <p>{error.message}</p>}
      {data && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long text is scrolled by keys
        <pre className={styles['text']} tabIndex={0}>
          {data.text.slice(0, at)}
          <mark ref={mark}>{data.text.slice(at, at + length)}</mark>
          {data.text.slice(at + length)}
        </pre>
      )}
    </Dialog>
  );
}
