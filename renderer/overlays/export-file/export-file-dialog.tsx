import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { fromWireError } from '../../../app/core/contracts/wire-error.ts';
import { exportedText } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { downloadText } from '../../state/download-text.ts';
import { shownBytes } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Fault } from '../../ui/fault.tsx';
import type { OverlayProps } from '../overlay.ts';
import styles from './export-file.module.css';
import { requiredThings } from './required-things.ts';

/** A workflow as one file, shown with what is in it and what it needs before it is handed out. `given`: its path. */
export function ExportFileDialog({ given, onClose }: OverlayProps): ReactNode {
  const { client } = useStudio();
  const { data, error } = useQuery(exportedText(client, given as string));
  const [holds, needs] = [useId(), useId()];
  const things = data ? requiredThings(data.requires) : [];
  return (
    <Dialog
      title={t('exportFile.title')}
      text={t('exportFile.text')}
      size="wide"
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('dialog.cancel')}</Button>
          <Button
            look="primary"
            disabled={!data}
            onClick={() => {
              if (!data) return;
              downloadText(data.name, data.text);
              onClose();
            }}
          >
            {t('exportFile.download')}
          </Button>
        </>
      }
    >
      {error && <Fault fault={fromWireError(error)} />}
      {data && (
        <div className={styles['body']}>
          <p>
            <strong>{data.name}</strong> · {shownBytes(new Blob([data.text]).size)}
          </p>
          <section aria-labelledby={holds}>
            <h3 id={holds}>{t('exportFile.holds')}</h3>
            <ul>
              {[...data.holds.workflows, ...data.holds.prompts].map((file) => (
                <li key={file}>{file}</li>
              ))}
            </ul>
            <p className={styles['faint']}>{t('exportFile.holdsNot')}</p>
          </section>
          <section aria-labelledby={needs}>
            <h3 id={needs}>{t('exportFile.needs')}</h3>
            {things.length === 0 && <p>{t('exportFile.needsNothing')}</p>}
            <ul>
              {things.map((thing) => (
                <li key={thing}>{thing}</li>
              ))}
            </ul>
          </section>
          <p className={styles['faint']}>{t('exportFile.hash', { hash: data.hash.slice(0, 16) })}</p>
        </div>
      )}
    </Dialog>
  );
}
