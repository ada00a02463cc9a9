import { useQueryClient } from '@tanstack/react-query';
import { CopyPlus, Ellipsis, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStudio } from '../../shell/studio-context.ts';
import { fileOf } from '../../state/open-documents.ts';
import { t } from '../../strings/text.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';

/** What can be done to a file as a whole. */
export function WorkflowMenu({ file, title }: { file: string; title: string }): ReactNode {
  const { client, documents, notices } = useStudio();
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ['workflows'] });

  async function duplicate(): Promise<void> {
    const made = await client.workflow.duplicate({ file, title: t('workflows.copyOf', { title }) });
    await refresh();
    await documents.open(made.file);
  }

  async function remove(): Promise<void> {
    const { trash } = await client.workflow.remove({ file });
    const tab = documents.store.getState().tabs.find((one) => fileOf(one) === file);
    if (tab) await documents.close(tab.key);
    await refresh();
    const bringBack = async () => {
      const restored = await client.workflow.restore({ trash });
      await refresh();
      await documents.open(restored.file);
    };
    notices.tell(
      { key: 'workflows.removed', values: { title } },
      { actions: [{ label: { key: 'workflows.bringBack' }, run: () => void bringBack().catch(notices.fail) }] },
    );
  }

  return (
    <Menu
      align="end"
      trigger={<IconButton label={t('workflows.more', { title })} icon={Ellipsis} />}
      groups={[
        [
          {
            id: 'duplicate',
            label: t('workflows.duplicate'),
            icon: CopyPlus,
            run: () => void duplicate().catch(notices.fail),
          },
          {
            id: 'remove',
            label: t('workflows.remove'),
            icon: Trash2,
            danger: true,
            run: () => void remove().catch(notices.fail),
          },
        ],
      ]}
    />
  );
}
