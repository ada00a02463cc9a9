import type { ReactNode } from 'react';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import type { OverlayProps } from '../overlay.ts';

/** What a person is asked before files are changed that are not open. */
export interface ReplaceAllRequest {
  count: number;
  files: number;
  /** Of them not open. */
  closed: number;
  work: () => void;
}

export function ReplaceAllDialog({ given, onClose }: OverlayProps): ReactNode {
  const { count, files, closed, work } = given as ReplaceAllRequest;
  return (
    <Dialog
      title={t('search.askTitle', { count, files })}
      text={t('search.askText', { closed })}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('dialog.cancel')}</Button>
          <Button
            look="primary"
            onClick={() => {
              onClose();
              work();
            }}
          >
            {t('search.replaceAll')}
          </Button>
        </>
      }
    />
  );
}
