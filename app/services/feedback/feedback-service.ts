import { AppError } from '../../core/errors/app-error.ts';
import { didYouMean } from '../../core/errors/suggest.ts';
import type { Json } from '../../core/graph/json.ts';
import type { Registry } from '../../core/nodekit/define-node.ts';
import type { Capture } from '../../core/run/events.ts';
import {
  type Feedback,
  type FeedbackFilter,
  type FeedbackGiven,
  type FeedbackSource,
  type FeedbackTarget,
  type FeedbackValue,
  THUMBS,
} from '../../core/run/feedback.ts';
import { givenOutputs, runAnswer } from '../../core/run/run-answer.ts';
import { shownText } from '../../core/run/shown-event.ts';
import { redactJson, shownValue } from '../../core/run/shown-value.ts';
import type { RunService } from '../run/run-service.ts';

/** What this service needs of the store of feedback. */
export interface FeedbackRows {
  give(given: FeedbackGiven, options: { id: string; personal: boolean }): Promise<Feedback>;
  list(filter?: FeedbackFilter): Feedback[];
  show(id: string): Feedback;
  remove(id: string): Promise<void>;
}

export interface FeedbackRequest {
  /** Id of a run, the beginning or end of one, or `last`. */
  run: string;
  /** What it is about; null: the run as a whole. By default the answer of the run, where it gave one. */
  target?: { step: string; port?: string } | null;
  /** By default `thumbs`. */
  name?: string;
  value: FeedbackValue;
  note?: string;
  correction?: Json;
  source?: FeedbackSource;
  by: string;
}

export interface FeedbackService {
  /**
   * Keeps what somebody thinks of an output, in place of what they said of it before. Secrets are taken out of its words;
   * words about personal outputs are kept encrypted.
   * @throws AppError run.not_found, run.step_not_found, feedback.target, feedback.words
   */
  give(request: FeedbackRequest): Promise<Feedback>;
  /** Newest first, words as the capture setting of each run lets them show; personal ones stay closed. */
  list(filter?: FeedbackFilter): Promise<Feedback[]>;
  /** With its words also where they are personal. @throws AppError feedback.not_found */
  show(id: string): Feedback;
  /** Takes it back. @throws AppError feedback.not_found */
  remove(id: string): Promise<void>;
}

export interface FeedbackPorts {
  rows: FeedbackRows;
  runs: Pick<RunService, 'find' | 'list' | 'trace' | 'step' | 'workflowOf'>;
  registry: Registry;
  newId: (prefix: string) => string;
  redactor: (capture: Capture) => Promise<(text: string) => string>;
}

export function createFeedbackService({ rows, runs, registry, newId, redactor }: FeedbackPorts): FeedbackService {
  /** The target as it will be kept, and whether what it gave is personal. */
  async function meant(runId: string, target: FeedbackRequest['target']) {
    const workflow = await runs.workflowOf(runId);
    if (target === null) return { target, personal: workflow.nodes.some((node) => node.personal) };
    const found = target ?? (await answerOf(runId));
    if (!found) return { target: null, personal: workflow.nodes.some((node) => node.personal) };
    const { step } = await runs.step(runId, found.step);
    const outputs = Object.entries(step.outputs);
    if (found.port !== undefined && !Object.hasOwn(step.outputs, found.port)) {
      const ports = outputs.map(([port]) => port);
      throw new AppError('feedback.target', {
        message: `The step “${found.step}” gave no output “${found.port}”.${didYouMean(found.port, ports)}`,
        where: `${runId}, step ${found.step}`,
        remedy: ports.length > 0 ? `It gave: ${ports.join(', ')}.` : 'Say it about the whole step: name no output.',
      });
    }
    const personal =
      workflow.nodes.some(({ id, personal }) => id === step.node && personal) ||
      outputs.some(
        ([port, value]) =>
          (found.port === undefined || port === found.port) && 'withheld' in value && value.withheld === 'personal',
      );
    const kept: FeedbackTarget = { step: found.step, port: found.port ?? null };
    return { target: kept, personal };
  }

  async function answerOf(runId: string) {
    const { steps } = await runs.trace(runId, { payloads: 'none' });
    const answer = runAnswer(givenOutputs(await runs.workflowOf(runId), registry, steps));
    return answer && { step: answer.step, port: 'value' };
  }

  return {
    async give({ run, target: asked, name = THUMBS, source = 'person', note, correction, ...given }) {
      const runId = runs.find(run);
      const { target, personal } = await meant(runId, asked);
      const hasWords = (note !== undefined && note !== '') || correction !== undefined;
      const { capture } = await runs.trace(runId, { payloads: 'none' });
      if (hasWords && capture === 'off') {
        throw new AppError('feedback.words', {
          message: 'This run was told to keep nothing of what it works on, so no note or correction is kept beside it.',
          where: runId,
          remedy: 'Give the thumb alone, or run the workflow with another capture setting.',
        });
      }
      const withoutSecrets = await redactor('full');
      return rows.give(
        {
          ...given,
          ...{ runId, target, name, source },
          ...(note !== undefined && note !== '' && { note: withoutSecrets(note) }),
          ...(correction !== undefined && { correction: redactJson(correction, withoutSecrets) }),
        },
        { id: newId('fb'), personal },
      );
    },
    async list(filter) {
      const found = rows.list(filter);
      const captures = new Map<string, Capture>();
      const shown: Feedback[] = [];
      for (const one of found) {
        const capture = captures.get(one.runId) ?? runs.list({ search: one.runId, limit: 1 })[0]?.capture ?? 'off';
        captures.set(one.runId, capture);
        shown.push(underCapture(one, capture, await redactor(capture)));
      }
      return shown;
    },
    show: (id) => rows.show(id),
    remove: (id) => rows.remove(id),
  };
}

/** Words about what may not show do not show either. */
function underCapture(feedback: Feedback, capture: Capture, redactText: (text: string) => string): Feedback {
  if (feedback.words !== 'kept') return feedback;
  const { note, correction } = feedback;
  const shown = correction === null ? undefined : shownValue(correction, capture, redactText);
  return {
    ...feedback,
    note: note === null ? null : shownText(note, capture, redactText),
    correction: shown && 'value' in shown ? shown.value : null,
  };
}
