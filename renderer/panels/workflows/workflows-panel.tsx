import { useQuery } from '@tanstack/react-query';
import { FilePlus2, FileWarning, Workflow } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { actionOf, perform } from '../../actions/registry.ts';
import { workflowList } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { fileOf } from '../../state/open-documents.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import styles from '../panel-body.module.css';
import { WorkflowMenu } from './workflow-menu.tsx';

/** The workflows of the workspace. */
export function WorkflowsPanel(): ReactNode {
  const studio = useStudio();
  const { data, error } = useQuery(workflowList(studio.client));
  const shown = useStore(studio.documents.store, ({ tabs, active }) => {
    const tab = tabs.find(({ key }) => key === active);
    return tab && fileOf(tab);
  });
  const create = () => perform(studio, actionOf('file.new'));
  if (error) return <EmptyState title={t('workflows.unreadable')} text={error.message} />;
  if (data?.length === 0)
    return (
      <EmptyState icon={Workflow} title={t('workflows.none')} text={t('workflows.noneText')}>
        <Button look="primary" onClick={create}>
          {t('action.file.new')}
        </Button>
      </EmptyState>
    );
  return (
    <div className={styles['body']}>
      <Button onClick={create}>
        <FilePlus2 aria-hidden />
        {t('action.file.new')}
      </Button>
      <ul className={styles['list']}>
        {data?.map(({ file, title, nodes, readable }) => (
          <li key={file} className={styles['row']} aria-current={file === shown}>
            {readable ? <Workflow aria-hidden /> : <FileWarning aria-hidden />}
            <button
              type="button"
              className={styles['main']}
              onClick={() => void studio.documents.open(file).catch(studio.notices.fail)}
            >
              <span title={title}>{title}</span>
              <span className={styles['faint']} title={file}>
                {readable ? t('workflows.nodes', { count: nodes }) : t('workflows.damaged')}
              </span>
            </button>
            <WorkflowMenu file={file} title={title} />
          </li>
        ))}
      </ul>
    </div>
  );
}
