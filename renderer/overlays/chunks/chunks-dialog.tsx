import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import * as z from 'zod';
import { fromWireError } from '../../../app/core/contracts/wire-error.ts';
import { chunkedDocument } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { t } from '../../strings/text.ts';
import { Dialog } from '../../ui/dialog.tsx';
import type { OverlayProps } from '../overlay.ts';
import styles from './chunks.module.css';
import { textPieces } from './text-pieces.ts';

const Given = z.object({ collection: z.string(), file: z.string() });

/** A document of a collection with its chunks laid over its text: where they begin, and what two of them share. */
export function ChunksDialog({ given, onClose }: OverlayProps): ReactNode {
  const { client } = useStudio();
  const { collection, file } = Given.parse(given);
  const { data, error } = useQuery(chunkedDocument(client, collection, file));
  const seen = new Set<number>();
  return (
    <Dialog
      title={data?.title ?? file}
      text={data ? t('chunks.of', { file, count: data.count }) : file}
      size="wide"
      onClose={onClose}
    >
      {error && <p role="alert">{fromWireError(error).message}</p>}
      {data && (
        <>
          <p className={styles['legend']}>
            <span data-tint="1">{t('chunks.one')}</span>
            <span data-tint="0">{t('chunks.next')}</span>
            <span data-tint="shared">{t('chunks.shared')}</span>
            {data.text.length < data.length && t('chunks.part', { shown: data.text.length, length: data.length })}
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text is scrolled by keys */}
          <pre className={styles['text']} tabIndex={0}>
            {textPieces(data.text, data.offset, data.chunks).map(({ text, start, chunks }) => {
              const begins = chunks.filter((number) => !seen.has(number));
              for (const number of begins) seen.add(number);
              return (
                <span key={start} data-tint={chunks.length > 1 ? 'shared' : chunks[0] && String(chunks[0] % 2)}>
                  {begins.map((number) => (
                    <b key={number} className={styles['number']}>
                      {number}
                    </b>
                  ))}
                  {text}
                </span>
              );
            })}
          </pre>
        </>
      )}
    </Dialog>
  );
}
