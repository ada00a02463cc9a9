import { useQuery } from '@tanstack/react-query';
import { History } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { replaceDocument } from '../../commands/replace-document.ts';
import { workflowVersions } from '../../rpc/queries.ts';
import { useActiveDocument, useStudio } from '../../shell/studio-context.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { shownLanguage, t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import styles from '../panel-body.module.css';

export function VersionsPanel(): ReactNode {
  const open = useActiveDocument();
  if (!open) return <EmptyState icon={History} title={t('panel.versions')} text={t('unavailable.noWorkflow')} />;
  return <Versions open={open} />;
}

/** What was saved of the workflow, newest first; any of it can be taken over, and that can be undone. */
function Versions({ open }: { open: OpenDocument }): ReactNode {
  const { client, notices } = useStudio();
  const file = useStore(open.document.store, (state) => state.file);
  const hash = useStore(open.document.store, (state) => state.base.hash);
  const { data } = useQuery(workflowVersions(client, file, hash));
  const format = new Intl.DateTimeFormat(shownLanguage(), { dateStyle: 'medium', timeStyle: 'medium' });

  async function takeOver(version: string, at: number): Promise<void> {
    const { workflow } = await client.workflow.version({ file, version });
    if (!workflow) return notices.tell({ key: 'versions.unreadable' }, { tone: 'warning' });
    const label = { key: 'versions.takeOver', values: { at: format.format(at) } } as const;
    open.document.run(replaceDocument, { workflow, label });
  }

  if (data?.length === 0) return <EmptyState icon={History} title={t('versions.none')} text={t('versions.noneText')} />;
  return (
    <ul className={styles['body']}>
      {data?.map(({ version, at }) => (
        <li key={version} className={styles['row']}>
          <History aria-hidden />
          <span className={styles['main']}>{format.format(at)}</span>
          <Button
            aria-label={t('versions.restoreAt', { at: format.format(at) })}
            onClick={() => void takeOver(version, at).catch(notices.fail)}
          >
            {t('versions.restore')}
          </Button>
        </li>
      ))}
    </ul>
  );
}
