import { FilePlus2, FolderOpen, Workflow } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { actionOf, perform } from '../actions/registry.ts';
import { Canvas } from '../canvas/canvas.tsx';
import type { DamagedFile } from '../state/open-documents.ts';
import { t } from '../strings/text.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { PartGuard } from '../ui/part-guard.tsx';
import { WithCode } from '../ui/with-code.tsx';
import { FrozenBar } from './frozen-bar.tsx';
import styles from './studio.module.css';
import { useStudio } from './studio-context.ts';

/** What the middle shows: the canvas of the tab, a file that cannot be drawn, or what to begin with. */
export function Stage(): ReactNode {
  const studio = useStudio();
  const { tabs, active } = useStore(studio.documents.store);
  const tab = tabs.find(({ key }) => key === active);
  if (tab?.kind === 'document')
    return (
      <PartGuard key={tab.key}>
        <Canvas open={tab} />
      </PartGuard>
    );
  if (tab?.kind === 'frozen')
    return (
      <div className={styles['frozen']}>
        <FrozenBar graph={tab} />
        <div className={styles['stage']}>
          <PartGuard key={tab.key}>
            <Canvas open={tab} />
          </PartGuard>
        </div>
      </div>
    );
  if (tab) return <Damaged file={tab} />;
  return (
    <EmptyState icon={Workflow} title={t('start.title')} text={t('start.text')}>
      <Button look="primary" onClick={() => perform(studio, actionOf('file.new'))}>
        <FilePlus2 aria-hidden />
        {t('action.file.new')}
      </Button>
      <Button onClick={() => perform(studio, actionOf('file.open'))}>
        <FolderOpen aria-hidden />
        {t('action.file.open')}
      </Button>
    </EmptyState>
  );
}

function Damaged({ file: { file, text, issues } }: { file: DamagedFile }): ReactNode {
  return (
    <div className={styles['damaged']}>
      <h2>{t('damaged.title', { file })}</h2>
      <ul className={styles['issues']}>
        {issues.map(({ message, remedy, path }) => (
          <li key={`${path} ${message}`}>
            <WithCode text={[`\`${path}\`: ${message}`, remedy].filter(Boolean).join(' ')} />
          </li>
        ))}
      </ul>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text is scrolled by keys */}
      <pre tabIndex={0}>{text}</pre>
    </div>
  );
}
