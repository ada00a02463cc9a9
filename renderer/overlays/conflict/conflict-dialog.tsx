import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { useStudio } from '../../shell/studio-context.ts';
import { fileOf, type OpenDocument } from '../../state/open-documents.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import type { OverlayProps } from '../overlay.ts';

/** The disk holds another version, or none: what is to become of the two. `given` is the key of the tab. */
export function ConflictDialog({ given, onClose }: OverlayProps): ReactNode {
  const { client, documents, notices } = useStudio();
  const tab = useStore(documents.store, ({ tabs }) => tabs.find(({ key }) => key === given));
  if (tab?.kind !== 'document') return null;
  const { document, saving } = tab;
  const state = saving.store.getState();
  const removed = state.status === 'conflict' && state.removed;

  const choose = (work: () => Promise<unknown>) => () => {
    onClose();
    void work().catch(notices.fail);
  };

  async function keepBoth(open: OpenDocument): Promise<void> {
    const workflow = document.workflow();
    const title = t('workflows.copyOf', { title: workflow.name });
    const made = await client.workflow.create({ title, from: { workflow } });
    if (removed) await documents.close(open.key);
    else await saving.takeTheirs();
    await documents.open(made.file);
  }

  return (
    <Dialog
      title={t(removed ? 'conflict.removed' : 'conflict.title')}
      text={t(removed ? 'conflict.removedText' : 'conflict.text', { file: fileOf(tab) })}
      onClose={onClose}
      foot={
        <>
          {!removed && <Button onClick={choose(() => saving.takeTheirs())}>{t('conflict.theirs')}</Button>}
          <Button onClick={choose(() => keepBoth(tab))}>{t('conflict.both')}</Button>
          <Button look="primary" onClick={choose(() => saving.overwrite())}>
            {t(removed ? 'conflict.writeAgain' : 'conflict.mine')}
          </Button>
        </>
      }
    />
  );
}
