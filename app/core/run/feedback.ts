import type { Json } from '../graph/json.ts';

/** What a thumb is kept under; other names are a program's or a judge's own. */
export const THUMBS = 'thumbs';

/** What feedback says: a thumb or a flag, a figure, or a label. */
export type FeedbackValue = boolean | number | string;

/** What a piece of feedback is about: one output of a step; without a port the whole step. */
export interface FeedbackTarget {
  step: string;
  port: string | null;
}

/** Words that go with feedback. */
export interface FeedbackWords {
  note: string | null;
  /** What the output should have been. */
  correction: Json | null;
}

/** Who gave it: a person, a program that uses the workflow, or a model that judges. */
export const feedbackSources = ['person', 'program', 'judge'] as const;
export type FeedbackSource = (typeof feedbackSources)[number];

/** What somebody thought of a run, or of one output in it. */
export interface Feedback extends FeedbackWords {
  id: string;
  runId: string;
  workflowId: string;
  workflowName: string;
  /** Null: the run as a whole. */
  target: FeedbackTarget | null;
  /** `thumbs`, or another name: one author has one opinion under each name about each target. */
  name: string;
  value: FeedbackValue;
  source: FeedbackSource;
  by: string;
  /** Epoch milliseconds. */
  at: number;
  /** Whether there are words; `personal` ones are shown when one asks for this piece alone. */
  words: 'none' | 'kept' | 'personal' | 'purged';
}

/** What is given. */
export interface FeedbackGiven {
  runId: string;
  target: FeedbackTarget | null;
  name: string;
  value: FeedbackValue;
  source: FeedbackSource;
  by: string;
  note?: string;
  correction?: Json;
}

export interface FeedbackFilter {
  runId?: string;
  workflowId?: string;
  name?: string;
  value?: FeedbackValue;
  /** Given at or after this time (epoch ms). */
  since?: number;
  limit?: number;
}
