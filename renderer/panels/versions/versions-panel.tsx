import { useQuery } from '@tanstack/react-query';
import { History } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { replaceDocument } from '../../commands/replace-document.ts';
import { workflowVersions } from '../../rpc/queries.ts';
import { useActiveDocument, useStudio } from '../../shell/studio-context.ts';
import { compareVersions } from '../../state/compare-versions.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { shownMoment } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import rows from '../panel-body.module.css';
import { VersionChoice } from './version-choice.tsx';
import styles from './versions.module.css';

export function VersionsPanel(): ReactNode {
  const open = useActiveDocument();
  if (!open) return <EmptyState icon={History} title={t('panel.versions')} text={t('unavailable.noWorkflow')} />;
  return <Versions open={open} />;
}

/**
 * What was saved of the workflow, newest first; any of it can be taken over, which can be undone, and laid over what is
 * now or another version.
 */
function Versions({ open }: { open: OpenDocument }): ReactNode {
  const studio = useStudio();
  const { client, notices } = studio;
  const file = useStore(open.document.store, (state) => state.file);
  const hash = useStore(open.document.store, (state) => state.base.hash);
  const { data } = useQuery(workflowVersions(client, file, hash));

  async function takeOver(version: string, at: number): Promise<void> {
    const { workflow } = await client.workflow.version({ file, version });
    if (!workflow) return notices.tell({ key: 'versions.unreadable' }, { tone: 'warning' });
    const label = { key: 'versions.takeOver', values: { at: shownMoment(at) } } as const;
    open.document.run(replaceDocument, { workflow, label });
  }

  const compare = (version: string) => compareVersions(studio, { file, version }, { file, version: undefined });
  return (
    <div className={classes(rows['scrolled'], styles['panel'])}>
      <VersionChoice file={file} hash={hash} />
      {data?.length === 0 && <EmptyState icon={History} title={t('versions.none')} text={t('versions.noneText')} />}
      <ul className={rows['list']} aria-label={t('panel.versions')}>
        {data?.map(({ version, at }) => (
          <li key={version} className={rows['row']}>
            <History aria-hidden />
            <span className={rows['main']}>{shownMoment(at)}</span>
            <Button
              aria-label={t('versions.compareAt', { at: shownMoment(at) })}
              onClick={() => void compare(version).catch(notices.fail)}
            >
              {t('versions.compare')}
            </Button>
            <Button
              aria-label={t('versions.restoreAt', { at: shownMoment(at) })}
              onClick={() => void takeOver(version, at).catch(notices.fail)}
            >
              {t('versions.restore')}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
