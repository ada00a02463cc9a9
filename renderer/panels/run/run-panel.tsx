import { Play } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import { useActiveDocument } from '../../shell/studio-context.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { t } from '../../strings/text.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import styles from './run.module.css';
import { RunForm } from './run-form.tsx';
import { RunResult } from './run-result.tsx';
import { RunSteps } from './run-steps.tsx';

export function RunPanel(): ReactNode {
  const open = useActiveDocument();
  if (!open) return <EmptyState icon={Play} title={t('panel.run')} text={t('unavailable.noWorkflow')} />;
  return <Run key={open.key} open={open} />;
}

/** What goes in, what happens, what comes out. */
function Run({ open }: { open: OpenDocument }): ReactNode {
  const runId = useStore(open.run.store, ({ view }) => view?.runId);
  // A step of another run is no step of this one.
  const [looked, setLooked] = useState<{ run: string | undefined; step: string }>();
  const step = looked?.run === runId ? looked?.step : undefined;
  const look = (next: string | undefined) => setLooked(next === undefined ? undefined : { run: runId, step: next });
  return (
    <div className={styles['panel']}>
      <RunForm open={open} />
      <RunSteps open={open} step={step} onLook={look} />
      <RunResult open={open} step={step} onLook={look} />
    </div>
  );
}
