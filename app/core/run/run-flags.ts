import type { ErrorWire } from '../errors/app-error.ts';
import { Answer, Confidence, type Decision, Verdict } from '../graph/values.ts';
import type { ShownValue } from './shown-value.ts';

/** Why somebody may ask where an output came from. */
export const runFlagNames = [
  'failed',
  'thumbed-down',
  'rejected',
  'refused',
  'abstained',
  'handed-over',
  'doubtful',
] as const;
export type Flag = (typeof runFlagNames)[number];

export interface RunFlag {
  step: string;
  flag: Flag;
  /** In the words of the step: an error, a finding, a comment; none where those may not show. */
  said?: string;
}

/** Below this score an answer counts as doubtful. */
export const DOUBTFUL = 0.5;

export interface FlaggedStep {
  step: string;
  state: string;
  handled?: string;
  error?: ErrorWire;
  outputs: { [port: string]: ShownValue };
}

/** What somebody thought of an output. */
export interface FlaggedBy {
  step: string;
  note?: string;
}

export interface FlaggedWait {
  step: string;
  kind: string;
  title: string;
  reason?: string;
  decision?: Decision;
}

/**
 * What went wrong in a run, or was judged to be wrong, by the run itself and by people: what ended the run first, then
 * the most telling.
 */
export function runFlags(
  steps: readonly FlaggedStep[],
  waits: readonly FlaggedWait[],
  { failedStep, down = [] }: { failedStep?: string | undefined; down?: readonly FlaggedBy[] } = {},
): RunFlag[] {
  const flags: RunFlag[] = [];
  const flag = (step: string, kind: Flag, said?: string) =>
    flags.push({ step, flag: kind, ...(said !== undefined && { said }) });
  for (const { step, state, error, outputs } of steps) {
    if (state === 'failed') flag(step, 'failed', error?.message);
    for (const shown of Object.values(outputs)) {
      if (!('value' in shown)) continue;
      const verdict = Verdict.safeParse(shown.value);
      if (verdict.success && !verdict.data.passed)
        flag(step, 'refused', verdict.data.findings.find(({ severity }) => severity === 'error')?.message);
      const confidence = Confidence.safeParse(shown.value);
      if (confidence.success && confidence.data.score < DOUBTFUL) flag(step, 'doubtful', confidence.data.reasons[0]);
      const answer = Answer.safeParse(shown.value);
      if (
        answer.success &&
        answer.data.abstained &&
        !flags.some((one) => one.step === step && one.flag === 'abstained')
      )
        flag(step, 'abstained');
    }
  }
  for (const { step, kind, title, reason, decision } of waits) {
    if (kind !== 'review') continue;
    if (decision?.action === 'reject') flag(step, 'rejected', decision.comment);
    // Approved as it was proposed, it went well, by the best witness there is.
    else if (decision?.action !== 'approve') flag(step, 'handed-over', reason ?? title);
  }
  for (const { step, note } of down) flag(step, 'thumbed-down', note);
  const place = new Map(steps.map(({ step }, at) => [step, at]));
  const rank = ({ step, flag: kind }: RunFlag) => (step === failedStep ? -1 : runFlagNames.indexOf(kind));
  return flags.sort((a, b) => rank(a) - rank(b) || (place.get(a.step) ?? 0) - (place.get(b.step) ?? 0));
}
