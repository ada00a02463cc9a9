import { useQuery } from '@tanstack/react-query';
import { Layers2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { workflowList } from '../../rpc/queries.ts';
import { useActiveDocument, useStudio } from '../../shell/studio-context.ts';
import { enterWorkflow } from '../../state/enter-workflow.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import type { Widget, WidgetProps } from './widget.ts';
import styles from './workflow-widget.module.css';

/**
 * A workflow of the workspace. What is picked is its id, which stays when the file is renamed; a file or name that stands
 * there already is shown as the workflow that it means.
 */
function WorkflowWidget({ control, value, onChange, document, node }: WidgetProps): ReactNode {
  const studio = useStudio();
  const open = useActiveDocument();
  const { data = [] } = useQuery(workflowList(studio.client));
  const own = useStore(document.store, ({ doc }) => doc.head.get('id'));
  const reference = typeof value === 'string' ? value : '';
  const meant = useStore(studio.named.store, ({ known }) => known.get(reference));
  // It would run itself: no run may.
  const workflows = data.flatMap(({ id, title, file }) =>
    id !== undefined && id !== own ? [{ id, title, file }] : [],
  );
  const isListed = workflows.some(({ id }) => id === meant?.id);
  return (
    <div className={styles['workflow']}>
      <select
        {...control}
        value={isListed ? meant?.id : reference}
        onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}
      >
        {reference === '' && <option value="">{t('inspector.choose')}</option>}
        {reference !== '' && !isListed && <option value={reference}>{t('inspector.gone', { name: reference })}</option>}
        {workflows.map(({ id, title, file }) => (
          <option key={id} value={id}>
            {`${title} (${file.replace(/^workflows\//, '').replace(/\.flow\.json$/, '')})`}
          </option>
        ))}
      </select>
      {meant && open && (
        <Button onClick={() => void enterWorkflow(studio, open, node).catch(studio.notices.fail)}>
          <Layers2 aria-hidden />
          {t('subflow.open')}
        </Button>
      )}
    </div>
  );
}

export const widget: Widget = { for: ['workflow'], component: WorkflowWidget };
