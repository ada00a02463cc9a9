import { Play } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { useShownGraph } from '../../shell/studio-context.ts';
import type { FrozenGraph } from '../../state/frozen-graph.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { t } from '../../strings/text.ts';
import { classes } from '../../ui/classes.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import shared from '../panel-body.module.css';
import styles from './run.module.css';
import { RunForm } from './run-form.tsx';
import { RunResult } from './run-result.tsx';
import { RunSteps } from './run-steps.tsx';

export function RunPanel(): ReactNode {
  const open = useShownGraph();
  if (!open) return <EmptyState icon={Play} title={t('panel.run')} text={t('unavailable.noWorkflow')} />;
  return <Run key={open.key} open={open} />;
}

/** What goes in, what happens, what comes out; of a run that is only looked at the last two. */
function Run({ open }: { open: OpenDocument | FrozenGraph }): ReactNode {
  const step = useStore(open.run.looked, (looked) => looked.step);
  const look = (next: string | undefined) => open.run.looked.setState({ step: next });
  return (
    <div className={classes(shared['split'], styles['panel'])} data-kind={open.kind}>
      {open.kind === 'document' && <RunForm open={open} />}
      <RunSteps open={open} step={step} onLook={look} />
      <RunResult open={open} step={step} onLook={look} />
    </div>
  );
}
