import type { JsonObject } from '../graph/json.ts';
import type { Decision } from '../graph/values.ts';
import type { ValueRef, WaitKind } from './events.ts';

/** Something that waits, or waited, for a person. */
export interface ReviewTask {
  runId: string;
  workflowName: string;
  wait: string;
  step: string;
  kind: WaitKind;
  /** `answered`: a person has decided, and the run has not gone on yet. */
  state: 'open' | 'answered' | 'decided' | 'expired' | 'closed';
  title: string;
  /** The first words of what it is about; null where that is personal, large, forgotten or holds no text. */
  about: string | null;
  payloadHash: string;
  actions: string[];
  form: JsonObject | null;
  dueAt: number | null;
  reason: string | null;
  openedAt: number;
  closedAt: number | null;
  decision: Decision | null;
}

/** With what it is about. */
export interface StoredReviewTask extends ReviewTask {
  payload: ValueRef;
}

/** A decision to be kept for a run. */
export interface ReviewDecision {
  wait: string;
  /** Needed only where two runs have a wait of this name. */
  runId?: string;
  /** Of what the person saw: a decision on something else is refused. */
  payloadHash: string;
  decision: Decision;
}
