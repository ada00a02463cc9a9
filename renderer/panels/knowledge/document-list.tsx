import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { collectionDocuments } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { openOverlay } from '../../state/studio.ts';
import { t } from '../../strings/text.ts';
import words from '../../ui/text.module.css';
import styles from './knowledge.module.css';

/** So many a screen draws without a pause. */
const MOST = 500;

/** The documents of a collection; each opens with its chunks. */
export function DocumentList({ collection }: { collection: string }): ReactNode {
  const studio = useStudio();
  const { data = [] } = useQuery(collectionDocuments(studio.client, collection));
  return (
    <>
      <ul className={styles['documents']} aria-label={t('knowledge.documents')}>
        {data.slice(0, MOST).map(({ file, chunks }) => (
          <li key={file}>
            <button
              type="button"
              className={styles['document']}
              onClick={() => openOverlay(studio, 'chunks', { collection, file })}
            >
              <span className={styles['file']}>{file}</span>
              <span className={words['about']}>{t('knowledge.chunks', { chunks })}</span>
            </button>
          </li>
        ))}
      </ul>
      {data.length > MOST && <p className={words['about']}>{t('knowledge.more', { count: data.length - MOST })}</p>}
    </>
  );
}
