import { Bug } from 'lucide-react';
import type { ReactNode } from 'react';
import { useActiveDocument } from '../../shell/studio-context.ts';
import { useLookedStop } from '../../shell/use-stops.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { t } from '../../strings/text.ts';
import { classes } from '../../ui/classes.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import shared from '../panel-body.module.css';
import { BreakpointList } from './breakpoint-list.tsx';
import styles from './debug.module.css';
import { PinList } from './pin-list.tsx';
import { StopValues } from './stop-values.tsx';
import { WatchList } from './watch-list.tsx';

export function DebugPanel(): ReactNode {
  const open = useActiveDocument();
  if (!open) return <EmptyState icon={Bug} title={t('panel.debug')} text={t('unavailable.noWorkflow')} />;
  return <Debug key={open.key} open={open} />;
}

/** Where the run is stopped and with what, what is watched, where runs stop, and what is pinned. */
function Debug({ open }: { open: OpenDocument }): ReactNode {
  const stop = useLookedStop(open);
  return (
    <div className={classes(shared['scrolled'], styles['panel'])}>
      {stop && <StopValues key={stop.wait} open={open} stop={stop} />}
      <WatchList open={open} stop={stop} />
      <BreakpointList open={open} />
      <PinList open={open} />
    </div>
  );
}
