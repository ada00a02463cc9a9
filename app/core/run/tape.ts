import type { ErrorWire } from '../errors/app-error.ts';
import type { Json } from '../graph/json.ts';
import type { Decision } from '../graph/values.ts';

/** A call of a step as it was answered. `call` is its number within the step, `kind` such as `model.generate`. */
export interface TapeCall {
  step: string;
  call: number;
  kind: string;
  /** SHA-256 of the request's canonical JSON. */
  digest: string;
  /** What was asked, for people: it may be redacted, and the log does not tell it of calls that failed. */
  request?: Json;
  outcome: { response: Json } | { error: ErrorWire };
}

/** A value that a step had recorded: time, chance, a new id. */
export interface TapeValue {
  step: string;
  call: number;
  kind: 'clock' | 'random' | 'ids';
  value: Json;
}

/** What a step waited for, and how that ended: a decision, null when it expired, neither while it is open. */
export interface TapeWait {
  step: string;
  kind: string;
  payload: Json;
  decision?: Decision | null;
}

/** All that a run got from outside, so that its work can be done again without the world. */
export interface Tape {
  /** In the order in which calls of one number were answered: an attempt after the other. */
  calls: TapeCall[];
  values: TapeValue[];
  /** Which wire won a race, by step. */
  races: { [step: string]: string };
  waits: TapeWait[];
}
