import {
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleQuestionMark,
  CircleSlash,
  CircleX,
  DatabaseZap,
  Hourglass,
  LoaderCircle,
  type LucideIcon,
  RotateCw,
} from 'lucide-react';
import type { ReactNode } from 'react';
import type { StepState } from '../../app/core/run/run-view.ts';
import { t } from '../strings/text.ts';
import styles from './state-icon.module.css';

const pictures: Readonly<Record<StepState, LucideIcon>> = {
  running: LoaderCircle,
  retrying: RotateCw,
  'needs-decision': CircleQuestionMark,
  paused: CirclePause,
  waiting: Hourglass,
  failed: CircleX,
  cancelled: CircleSlash,
  succeeded: CircleCheck,
  cached: DatabaseZap,
  skipped: CircleDashed,
};

/** How a step is doing: a sign of its own for each state, not a colour alone. */
export function StateIcon({ state }: { state: StepState }): ReactNode {
  const Picture = pictures[state];
  const label = t(`run.state.${state}`);
  return (
    <span className={styles['state']} data-state={state} title={label}>
      <Picture role="img" aria-label={label} />
    </span>
  );
}
