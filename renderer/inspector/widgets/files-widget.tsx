import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { workspaceInfo } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import styles from '../inspector.module.css';
import { areWords } from './are-words.ts';
import { Lines } from './lines.tsx';
import type { Widget, WidgetProps } from './widget.ts';

/** Which documents: patterns, one a line, or the documents of a collection of the workspace by one click. */
function FilesWidget(props: WidgetProps): ReactNode {
  const { value, onChange } = props;
  const { data } = useQuery(workspaceInfo(useStudio().client));
  const patterns = areWords(value) ? value : [];
  const sets = (data?.collections ?? []).filter(({ documents }) => documents.some((one) => !patterns.includes(one)));
  return (
    <>
      <Lines {...props} />
      {sets.map(({ name, documents }) => (
        <Button
          key={name}
          className={styles['choice']}
          title={documents.join(', ')}
          onClick={() => onChange([...new Set([...patterns, ...documents])])}
        >
          <Plus aria-hidden />
          {t('inspector.documentsOf', { name })}
        </Button>
      ))}
    </>
  );
}

export const widget: Widget = { for: ['files'], component: FilesWidget };
