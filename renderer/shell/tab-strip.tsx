import { ChevronDown, FileText, History, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { closeTab } from '../actions/file-actions.ts';
import { isDirty } from '../state/document-store.ts';
import { fileOf, type OpenDocument, type Tab } from '../state/open-documents.ts';
import { t } from '../strings/text.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu } from '../ui/menu.tsx';
import { ScrollStrip } from '../ui/scroll-strip.tsx';
import { AfterGraph } from './after-graph.tsx';
import styles from './studio.module.css';
import { useStudio } from './studio-context.ts';

/** The open workflows. */
export function TabStrip(): ReactNode {
  const { documents } = useStudio();
  const { tabs, active } = useStore(documents.store);
  if (tabs.length === 0) return null;
  const entries = tabs.map((tab) => ({
    id: `${tab.key}`,
    label: tab.kind === 'document' ? nameOf(tab) : titleOf(tab),
    icon: tab.kind === 'frozen' ? History : FileText,
    run: () => documents.show(tab.key),
  }));
  return (
    <nav className={styles['tabs']} aria-label={t('tabs.title')}>
      <AfterGraph>
        <ScrollStrip
          current="[data-active='true']"
          shown={active}
          overflow={
            <span className={styles['tabsAll']}>
              <Menu align="end" trigger={<IconButton label={t('tabs.all')} icon={ChevronDown} />} groups={[entries]} />
            </span>
          }
        >
          <div className={styles['tabsLine']}>
            {tabs.map((tab) => (
              <TabItem key={tab.key} tab={tab} active={tab.key === active} />
            ))}
          </div>
        </ScrollStrip>
      </AfterGraph>
    </nav>
  );
}

/** The file, or what a graph that is only looked at shows. */
function titleOf(tab: Tab): string {
  return tab.kind === 'frozen' ? t(`frozen.tab.${tab.about.kind}`, { name: tab.about.name }) : fileOf(tab);
}

function nameOf({ document }: OpenDocument): string {
  return document.store.getState().doc.head.get('name') ?? '';
}

function TabItem({ tab, active }: { tab: Tab; active: boolean }): ReactNode {
  const studio = useStudio();
  const file = titleOf(tab);
  return (
    <div className={styles['tab']} data-active={active}>
      <button
        type="button"
        className={styles['tabName']}
        aria-current={active ? 'page' : undefined}
        title={file}
        onClick={() => studio.documents.show(tab.key)}
        onAuxClick={({ button }) => button === 1 && void closeTab(studio, tab.key)}
      >
        {tab.kind === 'frozen' && <History aria-hidden />}
        {tab.kind === 'document' ? <DocumentName open={tab} /> : <span>{file}</span>}
      </button>
      <button
        type="button"
        className={styles['tabClose']}
        aria-label={t('tabs.close', { file })}
        onClick={() => void closeTab(studio, tab.key)}
      >
        <X aria-hidden />
      </button>
    </div>
  );
}

function DocumentName({ open }: { open: OpenDocument }): ReactNode {
  const name = useStore(open.document.store, ({ doc }) => doc.head.get('name') ?? '');
  const dirty = useStore(open.document.store, isDirty);
  return (
    <>
      <span>{name}</span>
      {dirty && <span className={styles['dirty']} role="img" aria-label={t('saved.unsaved')} />}
    </>
  );
}
