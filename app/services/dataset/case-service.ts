import {
  caseInputs,
  type DatasetCase,
  type ReadDataset,
  readDataset,
  sameQuestion,
  withCase,
} from '../../core/dataset/dataset-case.ts';
import type { Expectation } from '../../core/dataset/expectations.ts';
import { AppError, isAppError } from '../../core/errors/app-error.ts';
import { canonicalJson, type Json, type JsonObject } from '../../core/graph/json.ts';
import { Answer } from '../../core/graph/values.ts';
import type { Registry } from '../../core/nodekit/define-node.ts';
import type { Capture } from '../../core/run/events.ts';
import { THUMBS } from '../../core/run/feedback.ts';
import { givenOutputs, runAnswer } from '../../core/run/run-answer.ts';
import { redactJson, type ShownValue } from '../../core/run/shown-value.ts';
import { textOfValue } from '../../core/text/text-of-value.ts';
import type { FeedbackService } from '../feedback/feedback-service.ts';
import type { SavedFiles } from '../files/saved-files.ts';
import type { TextFolder } from '../files/text-folder.ts';
import type { RunService } from '../run/run-service.ts';

export interface CaseRequest {
  /** Id of a run, the beginning or end of one, or `last`. */
  run: string;
  /** In place of what the run says. */
  reference?: string;
  expect?: Expectation;
  why?: string;
  tags?: readonly string[];
}

export interface AddRequest extends CaseRequest {
  /** `datasets/NAME.jsonl`; made when it is not there. */
  file: string;
  /** What to do with what looks like personal data; without a word, nothing is written. */
  personal?: 'redact' | 'keep';
  /** Puts the case in place of one of the same run or the same inputs. */
  update?: boolean;
}

/** A case as it would be written. */
export interface PreparedCase {
  case: DatasetCase;
  /** Members that hold what looks like personal data. */
  personal: string[];
  /** Where the expected answer comes from; nothing where it is not known. */
  referenceFrom: 'given' | 'correction' | 'output' | null;
}

export interface AddedCase {
  file: string;
  /** Counted from 1. */
  line: number;
  case: DatasetCase;
  updated: boolean;
}

export interface CaseService {
  /** Dataset files of the workspace. */
  list(): Promise<string[]>;
  /** @throws AppError dataset.missing */
  read(file: string): Promise<ReadDataset>;
  /** The case that a run makes: its inputs, the expected answer, its sources. Writes nothing. @throws AppError run.*, dataset.withheld */
  prepare(request: CaseRequest): Promise<PreparedCase>;
  /**
   * Writes a case into a dataset: all or nothing, and never into one with lines that are no cases. Secrets are taken out
   * of it.
   * @throws AppError run.*, dataset.withheld, dataset.reference, dataset.personal, dataset.invalid, dataset.duplicate, storage.*
   */
  add(request: AddRequest): Promise<AddedCase>;
}

export interface CasePorts {
  runs: () => Promise<Pick<RunService, 'find' | 'trace' | 'step' | 'workflowOf'>>;
  feedback: () => Promise<Pick<FeedbackService, 'list' | 'show'>>;
  registry: Registry;
  workspace: Pick<TextFolder, 'find'>;
  saved: Pick<SavedFiles, 'read' | 'save'>;
  redactor: (capture: Capture) => Promise<(text: string) => string>;
}

export const DATASET_PATTERN = 'datasets/**/*.jsonl';

export function createCaseService(ports: CasePorts): CaseService {
  const { registry, workspace, saved, redactor } = ports;

  /** The text of a file and its hash; undefined when there is none. */
  async function opened(file: string) {
    try {
      return await saved.read(file);
    } catch (thrown) {
      if (isAppError(thrown) && thrown.code === 'document.missing') return undefined;
      throw thrown;
    }
  }

  /** What the run gave as its answer, what became of that, and who had to be asked. */
  async function answerOf(runId: string) {
    const runs = await ports.runs();
    const workflow = await runs.workflowOf(runId);
    const trace = await runs.trace(runId, { payloads: 'none' });
    const output = runAnswer(givenOutputs(workflow, registry, trace.steps));
    const value = output && (await runs.step(runId, output.step, { large: true })).step.outputs['value'];
    const [opinion] = (await (await ports.feedback()).list({ runId, name: THUMBS })).filter(
      ({ target }) => target === null || (target.step === output?.step && target.port === 'value'),
    );
    const isEscalated = trace.waits.some(({ kind }) => kind === 'review');
    return { workflow, tags: trace.tags ?? [], output, value, opinion, isEscalated };
  }

  /** @throws AppError dataset.withheld */
  function visible(name: string, runId: string, shown: ShownValue): Json {
    if ('value' in shown) return shown.value;
    const personal = 'withheld' in shown && shown.withheld === 'personal';
    throw new AppError('dataset.withheld', {
      message: `“${name}” of this run ${personal ? 'is personal' : 'was not kept'}, so it cannot go into a dataset.`,
      where: runId,
      remedy: personal
        ? 'Run the workflow on made-up data, and make a case of that run.'
        : 'Run the workflow with the capture setting “full”, and make a case of that run.',
    });
  }

  async function prepare({ run, reference, expect, why, tags = [] }: CaseRequest): Promise<PreparedCase> {
    const runs = await ports.runs();
    const runId = runs.find(run);
    const { workflow, tags: ofRun, output, value, opinion, isEscalated } = await answerOf(runId);
    const { inputs } = await runs.trace(runId);
    const given: JsonObject = {};
    for (const [name, { default: usual }] of Object.entries(workflow.inputs)) {
      const shown = inputs[name];
      const value = shown === undefined ? null : visible(name, runId, shown);
      // What was left to its default was not given.
      given[name] = usual !== undefined && canonicalJson(value) === canonicalJson(usual) ? null : value;
    }
    const wanted = expectedAnswer();
    const answer = wanted.value === undefined ? undefined : Answer.safeParse(wanted.value).data;
    const said = [...new Set((answer?.citations ?? []).flatMap(({ file }) => file ?? []))];
    const allTags = [...new Set([...ofRun, ...tags])];
    const note = why ?? opinion?.note ?? undefined;
    const made: DatasetCase = {
      id: runId.replace(/^run_/, ''),
      ...caseInputs(given),
      expect: expect ?? (isEscalated ? 'escalate' : answer?.abstained ? 'abstain' : 'answer'),
      sources: said,
      ...(wanted.text !== undefined && { reference: wanted.text }),
      ...(note !== undefined && note !== '' && { why: note }),
      ...(allTags.length > 0 && { tags: allTags }),
      run: runId,
    };
    const withoutSecrets = await redactor('full');
    const clean = redactJson(made as JsonObject, withoutSecrets) as DatasetCase;
    const redact = await redactor('redacted');
    const personal = Object.entries(clean).flatMap(([name, member]) =>
      // Ids are ours and say nothing about anybody.
      name !== 'id' && name !== 'run' && JSON.stringify(redactJson(member as Json, redact)) !== JSON.stringify(member)
        ? [name]
        : [],
    );
    return { case: clean, personal, referenceFrom: wanted.from };

    /** A correction before what the run gave; nothing where that was not liked and nobody said what is right. */
    function expectedAnswer(): { value?: Json; text?: string; from: PreparedCase['referenceFrom'] } {
      const shown = value && 'value' in value ? value.value : undefined;
      if (reference !== undefined)
        return { ...(shown !== undefined && { value: shown }), text: reference, from: 'given' };
      if (opinion?.correction !== null && opinion?.correction !== undefined)
        return { value: opinion.correction, text: textOfValue(opinion.correction), from: 'correction' };
      if (!output || !value || opinion?.value === false) return { from: null };
      const kept = visible(output.name, runId, value);
      return { value: kept, text: textOfValue(kept), from: 'output' };
    }
  }

  async function readOrNew(file: string) {
    const found = await opened(file);
    const read = readDataset(found?.text ?? '');
    const [fault] = read.faults;
    if (fault) {
      throw new AppError('dataset.invalid', {
        message: `A line of the dataset is no case: ${fault.message}`,
        where: `${file}, line ${fault.line}`,
        remedy: 'Each line is a JSON object with an `id`. Mend the line; nothing was written.',
      });
    }
    return { text: found?.text ?? '', hash: found?.hash ?? null, cases: read.cases };
  }

  return {
    list: () => workspace.find(DATASET_PATTERN),
    async read(file) {
      const found = await opened(file);
      if (found) return readDataset(found.text);
      throw new AppError('dataset.missing', {
        message: 'There is no such dataset.',
        where: file,
        remedy: 'Datasets are JSON Lines in the folder “datasets” of the workspace.',
      });
    },
    prepare,
    async add({ file, personal, update = false, ...request }) {
      const prepared = await prepare(request);
      if (prepared.referenceFrom === null) {
        throw new AppError('dataset.reference', {
          message: 'Nothing says what the answer of this run should have been.',
          where: prepared.case.run ?? '',
          remedy: 'Correct the answer, or give what is expected with the case.',
        });
      }
      if (prepared.personal.length > 0 && personal === undefined) {
        throw new AppError('dataset.personal', {
          message: `This looks like personal data, and a dataset is kept in plain text: ${prepared.personal.join(', ')}.`,
          where: prepared.case.run ?? '',
          remedy: 'Say whether it is to be redacted or kept (it may be made up); nothing was written.',
          data: { members: prepared.personal },
        });
      }
      const redact = personal === 'redact' ? await redactor('redacted') : undefined;
      const { id, run } = prepared.case;
      const made = redact
        ? ({ ...redactJson(prepared.case as JsonObject, redact), id, ...(run !== undefined && { run }) } as DatasetCase)
        : prepared.case;
      const { text, hash, cases } = await readOrNew(file);
      const same = cases.find(({ case: one }) => one.run === run || one.id === id || sameQuestion(one, made));
      if (same && !update) {
        throw new AppError('dataset.duplicate', {
          message: `The dataset has this case already: “${same.case.id}”.`,
          where: `${file}, line ${same.line}`,
          remedy: 'Update that one, or choose another dataset; nothing was written.',
          data: { id: same.case.id, line: same.line },
        });
      }
      // Who gave the other case its name and its reason knew why.
      const kept = same
        ? ({
            ...same.case,
            ...made,
            id: same.case.id,
            ...(same.case.why !== undefined && request.why === undefined && { why: same.case.why }),
          } as DatasetCase)
        : made;
      const next = withCase(text, kept, same?.line);
      await saved.save(file, next, hash);
      return {
        file,
        line: same?.line ?? readDataset(next).cases.at(-1)?.line ?? 1,
        case: kept,
        updated: same !== undefined,
      };
    },
  };
}
