import type { RunStatus } from '../../../app/core/run/run-view.ts';
import { shownDate } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';

/** A run as one of those that can be chosen. */
export function runChoice(run: { runId: string; createdAt: number; status: RunStatus | 'created' }): {
  value: string;
  text: string;
} {
  const { runId, createdAt, status } = run;
  return { value: runId, text: `${shownDate(createdAt)} · ${t(`run.status.${status}`)} · ${runId.slice(-6)}` };
}
