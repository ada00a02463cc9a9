import { CSPProvider } from '@base-ui/react/csp-provider';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useEffect, useLayoutEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { Studio as StudioState } from '../state/studio.ts';
import { startTour } from '../state/tour.ts';
import { keepRoom } from '../state/view-store.ts';
import { t } from '../strings/text.ts';
import { showMotion } from '../theme/motion.ts';
import { showTheme } from '../theme/theme.ts';
import { Tour } from '../tour/tour.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { NoticeList } from '../ui/notice-list.tsx';
import { PartGuard } from '../ui/part-guard.tsx';
import { TooltipLayer } from '../ui/tooltip.tsx';
import { later, useAfterPaint } from '../ui/use-later.ts';
import { Dock } from './dock.tsx';
import { OverlayLayer } from './overlay-layer.tsx';
import { Rail } from './rail.tsx';
import { Side } from './side.tsx';
import { Stage } from './stage.tsx';
import styles from './studio.module.css';
import { GraphDrawnContext, StudioContext } from './studio-context.ts';
import { TabStrip } from './tab-strip.tsx';
import { TopBar } from './top-bar.tsx';
import { Trail } from './trail.tsx';
import { useClipboard } from './use-clipboard.ts';
import { useGuard } from './use-guard.ts';
import { useShortcuts } from './use-shortcuts.ts';

/** The whole page. */
export function Studio({ studio, queries }: { studio: StudioState; queries: QueryClient }): ReactNode {
  const theme = useStore(studio.view, (view) => view.theme);
  const motion = useStore(studio.view, (view) => view.motion);
  const language = useStore(studio.view, (view) => view.language);
  useEffect(() => showTheme(theme), [theme]);
  useEffect(() => showMotion(motion), [motion]);
  useLayoutEffect(() => keepRoom(studio.view), [studio]);
  useShortcuts(studio);
  useClipboard(studio);
  useGuard(studio);
  return (
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queries}>
        <StudioContext value={studio}>
          <TooltipLayer>
            <PartGuard key={language} frame={(report) => <main className={styles['screen']}>{report}</main>}>
              <Page studio={studio} />
            </PartGuard>
            <NoticeList notices={studio.notices} />
          </TooltipLayer>
        </StudioContext>
      </QueryClientProvider>
    </CSPProvider>
  );
}

function Page({ studio }: { studio: StudioState }): ReactNode {
  const connection = useStore(studio.connection.state);
  const focus = useStore(studio.view, (view) => view.focus);
  const { isConnected, isReady } = useReadiness(studio);
  const isComplete = useAfterPaint(isReady);
  useEffect(() => {
    // By itself once, for who has never been here.
    if (!isComplete || studio.view.getState().toured) return;
    return later(() => startTour(studio, false));
  }, [studio, isComplete]);
  if (connection.status === 'locked')
    return (
      <main className={styles['screen']} data-state="locked">
        <EmptyState title={t('locked.title')} text={t(`locked.${connection.reason}`)} />
      </main>
    );
  if (!isConnected)
    return (
      <main className={styles['screen']} data-state="loading" aria-busy>
        <EmptyState title={t(connection.status === 'lost' ? 'lost.title' : 'loading.title')} />
      </main>
    );
  return (
    <div className={styles['studio']} data-state={isComplete ? 'ready' : 'loading'} aria-busy={!isComplete}>
      <Tour />
      {connection.status !== 'open' && (
        <div className={styles['banner']} role="alert">
          {t('lost.banner')}
        </div>
      )}
      <GraphDrawnContext value={isComplete}>
        <TopBar />
        <div className={styles['work']}>
          {!focus && <Rail />}
          {!focus && <Side place="left" />}
          <main className={styles['centre']}>
            {!focus && <TabStrip />}
            <Trail />
            <div className={styles['stage']} data-region="canvas">
              {isReady ? <Stage /> : <EmptyState title={t('loading.title')} />}
            </div>
            {!focus && <Dock />}
          </main>
          {!focus && <Side place="right" />}
        </div>
        <OverlayLayer />
      </GraphDrawnContext>
    </div>
  );
}

/**
 * Whether there was a connection, and whether the tabs of the window are back, or, in a new one, the workflow that was
 * changed last is open: what stands around it is drawn while the host reads it.
 */
function useReadiness(studio: StudioState): { isConnected: boolean; isReady: boolean } {
  const [reached, setReached] = useState<'asked' | 'ready'>();
  const hasPassed = useStore(studio.connection.passages, (passages) => passages.count > 0);
  useEffect(() => {
    if (!hasPassed) return;
    void studio.documents.asked.then(() => setReached((now) => now ?? 'asked'));
    void studio.documents
      .begin()
      .catch(studio.notices.fail)
      .finally(() => setReached('ready'));
  }, [studio, hasPassed]);
  return { isConnected: reached !== undefined, isReady: reached === 'ready' };
}
