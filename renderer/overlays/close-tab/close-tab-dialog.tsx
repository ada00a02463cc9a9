import type { ReactNode } from 'react';
import { useStudio } from '../../shell/studio-context.ts';
import { openOverlay } from '../../state/studio.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import type { OverlayProps } from '../overlay.ts';

/** Asks before a tab with unsaved work is closed. `given` is its key. */
export function CloseTabDialog({ given, onClose }: OverlayProps): ReactNode {
  const studio = useStudio();
  const { documents, notices } = studio;
  const tab = documents.store.getState().tabs.find(({ key }) => key === given);
  if (tab?.kind !== 'document') return null;

  async function saveAndClose(key: number): Promise<void> {
    if (tab?.kind !== 'document') return;
    if (await tab.saving.save()) return documents.close(key);
    const { status } = tab.saving.store.getState();
    if (status === 'conflict') openOverlay(studio, 'conflict', key);
  }

  return (
    <Dialog
      title={t('closeTab.title', { name: tab.document.workflow().name })}
      text={t('closeTab.text')}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('dialog.cancel')}</Button>
          <Button
            onClick={() => {
              onClose();
              void documents.close(tab.key).catch(notices.fail);
            }}
          >
            {t('closeTab.discard')}
          </Button>
          <Button
            look="primary"
            onClick={() => {
              onClose();
              void saveAndClose(tab.key).catch(notices.fail);
            }}
          >
            {t('closeTab.save')}
          </Button>
        </>
      }
    />
  );
}
