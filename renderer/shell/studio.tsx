import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { Studio as StudioState } from '../state/studio.ts';
import { t } from '../strings/text.ts';
import { showTheme } from '../theme/theme.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { NoticeList } from '../ui/notice-list.tsx';
import { Dock } from './dock.tsx';
import { OverlayLayer } from './overlay-layer.tsx';
import { Rail } from './rail.tsx';
import { Side } from './side.tsx';
import { Stage } from './stage.tsx';
import styles from './studio.module.css';
import { StudioContext } from './studio-context.ts';
import { TabStrip } from './tab-strip.tsx';
import { TopBar } from './top-bar.tsx';
import { useClipboard } from './use-clipboard.ts';
import { useGuard } from './use-guard.ts';
import { useShortcuts } from './use-shortcuts.ts';

/** The whole page. */
export function Studio({ studio, queries }: { studio: StudioState; queries: QueryClient }): ReactNode {
  const theme = useStore(studio.view, (view) => view.theme);
  useEffect(() => showTheme(theme), [theme]);
  useShortcuts(studio);
  useClipboard(studio);
  useGuard(studio);
  return (
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queries}>
        <StudioContext value={studio}>
          <Tooltip.Provider delay={500}>
            <Page studio={studio} />
            <NoticeList notices={studio.notices} />
          </Tooltip.Provider>
        </StudioContext>
      </QueryClientProvider>
    </CSPProvider>
  );
}

function Page({ studio }: { studio: StudioState }): ReactNode {
  const connection = useStore(studio.connection.state);
  const focus = useStore(studio.view, (view) => view.focus);
  const isReady = useIsReady(studio);
  if (connection.status === 'locked')
    return (
      <main className={styles['screen']} data-state="locked">
        <EmptyState title={t('locked.title')} text={t(`locked.${connection.reason}`)} />
      </main>
    );
  if (!isReady)
    return (
      <main className={styles['screen']} data-state="loading" aria-busy>
        <EmptyState title={t(connection.status === 'lost' ? 'lost.title' : 'loading.title')} />
      </main>
    );
  return (
    <div className={styles['studio']} data-state="ready">
      {connection.status !== 'open' && (
        <div className={styles['banner']} role="alert">
          {t('lost.banner')}
        </div>
      )}
      <TopBar />
      <div className={styles['work']}>
        {!focus && <Rail />}
        {!focus && <Side place="left" />}
        <main className={styles['centre']}>
          {!focus && <TabStrip />}
          <div className={styles['stage']}>
            <Stage />
          </div>
          {!focus && <Dock />}
        </main>
        {!focus && <Side place="right" />}
      </div>
      <OverlayLayer />
    </div>
  );
}

/** Whether the tabs of the window are back, or, in a new one, the workflow that was changed last is open. */
function useIsReady(studio: StudioState): boolean {
  const [isReady, setReady] = useState(false);
  const count = useStore(studio.connection.passages, (passages) => passages.count);
  const isConnected = count > 0;
  useEffect(() => {
    if (!isConnected) return;
    void studio.documents
      .begin()
      .catch(studio.notices.fail)
      .finally(() => setReady(true));
  }, [studio, isConnected]);
  return isReady;
}
