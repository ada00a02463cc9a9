import {
  type CallOptions,
  emptyAnswers,
  type HostCapabilities,
  type JournaledCapability,
  journaledCalls,
} from '../core/capabilities/capabilities.ts';
import { AppError, fromWire } from '../core/errors/app-error.ts';
import { canonicalJson, type Json } from '../core/graph/json.ts';
import type { StepEdits } from '../core/run/events.ts';
import { emptyHistory, emptyPast, type RunHistory } from '../core/run/history.ts';
import type { StepView } from '../core/run/run-view.ts';
import type { Tape, TapeCall, TapeWait } from '../core/run/tape.ts';
import type { RunSnapshot } from './engine-ports.ts';
import { RehearsalLog, type RehearsedWait } from './rehearsal-log.ts';
import type { RunResult } from './run-result.ts';
import { createdOffline, type OfflinePorts, workOffline } from './work-offline.ts';

/** What a rehearsal needs of the world: nothing that reaches anything. */
export interface RehearsalPorts extends OfflinePorts {
  /** Capabilities that make no calls. */
  pure: Omit<HostCapabilities, JournaledCapability>;
}

export interface RehearsalOptions {
  edits?: StepEdits;
  targets?: readonly string[];
  /**
   * How a call finds its answer: `request` by what is asked (the same words, in this step), `place` by the number of the
   * call in its step, whatever is asked now.
   */
  answerBy: 'request' | 'place';
}

/** A call that a step made in a rehearsal. */
export interface AskedCall {
  step: string;
  call: number;
  kind: string;
  digest: string;
  request: Json;
  /** What it was answered with; undefined when nothing on the tape came near. */
  answer: TapeCall | undefined;
  /** The tape holds this very request of this step. */
  held: boolean;
}

export interface Rehearsal {
  result: RunResult;
  /** In the order of their first appearance. */
  steps: StepView[];
  asked: AskedCall[];
  /** Answers that nobody wanted. */
  unasked: TapeCall[];
  waits: RehearsedWait[];
  /** Waits of the tape that no step came to. */
  unmet: TapeWait[];
  /** Times, random numbers and ids that the tape does not hold. */
  newValues: { step: string; kind: string }[];
  /** Payloads of nodes marked personal. */
  personal: Json[];
}

/**
 * Does the work of a run again, steps and all, with every call from outside answered by a tape. Nothing is kept, nothing
 * is reached: no journal, no network, no clock. A call that the tape does not hold gets the answer that the tape has
 * for its place, so that what comes after it can be compared as well; `held` tells such calls apart.
 *
 * @throws AppError run.input when the inputs do not fit the workflow; the workflow must have been validated
 */
export async function rehearse(
  ports: RehearsalPorts,
  snapshot: RunSnapshot,
  given: { [name: string]: Json },
  tape: Tape,
  options: RehearsalOptions,
): Promise<Rehearsal> {
  const answers = new TapeAnswers(tape.calls, options.answerBy, ports.hash);
  const log = new RehearsalLog(tape.waits);
  const edges = new Set(snapshot.workflow.edges.map(({ id }) => id));
  const history = historyOf(tape, { ...options, edges });
  const result = await workOffline(ports, snapshot, given, { log, history, host: answers.host(ports.pure) });
  return {
    result,
    steps: log.view.view.steps,
    asked: answers.asked,
    unasked: answers.unasked(),
    waits: log.waits,
    unmet: log.unmet(),
    newValues: log.newValues,
    personal: log.personal.map((text) => JSON.parse(text) as Json),
  };
}

/** What a run finds as its past: recorded values and who won its races, and no step that has ended. */
function historyOf(
  tape: Tape,
  { edits, targets, edges }: Omit<RehearsalOptions, 'answerBy'> & { edges: ReadonlySet<string> },
): RunHistory {
  const steps: RunHistory['steps'] = new Map();
  const past = (step: string) => {
    const known = steps.get(step) ?? emptyPast();
    steps.set(step, known);
    return known;
  };
  for (const { step, call, kind, value } of tape.values) past(step).values.set(call, { kind, value });
  // Where the winning wire is gone, the race is run again.
  for (const [step, edge] of Object.entries(tape.races)) if (edges.has(edge)) past(step).race = edge;
  const created = createdOffline({ ...(edits && { edits }), ...(targets && { targets: [...targets] }) });
  return { ...emptyHistory(created), steps };
}

/** Answers calls from a tape, and notes each of them. */
class TapeAnswers {
  readonly asked: AskedCall[] = [];
  private readonly byRequest = new Map<string, TapeCall[]>();
  private readonly byPlace = new Map<string, TapeCall[]>();
  private readonly byKind = new Map<string, TapeCall[]>();
  /** Given to the calls that they belong to. */
  private readonly taken = new Set<TapeCall>();
  /** Given to any call: an answer that stood in for another call is still there for its own. */
  private readonly lent = new Set<TapeCall>();
  private readonly calls: readonly TapeCall[];
  private readonly answerBy: RehearsalOptions['answerBy'];
  private readonly hash: (text: string) => string;

  constructor(calls: readonly TapeCall[], answerBy: RehearsalOptions['answerBy'], hash: (text: string) => string) {
    this.calls = calls;
    this.answerBy = answerBy;
    this.hash = hash;
    for (const call of calls) {
      push(this.byRequest, `${call.step} ${call.kind} ${call.digest}`, call);
      push(this.byPlace, `${call.step} ${call.kind} ${call.call}`, call);
      push(this.byKind, `${call.step} ${call.kind}`, call);
    }
  }

  host(pure: Omit<HostCapabilities, JournaledCapability>): HostCapabilities {
    const host: { [capability: string]: unknown } = { ...pure };
    for (const [capability, methods] of Object.entries(journaledCalls)) {
      host[capability] = Object.fromEntries(
        Object.keys(methods).map((method) => [
          method,
          async (request: Json, options: CallOptions) =>
            this.answer(`${capability}.${method}`, request, options.about?.step ?? '', options.about?.call ?? 0),
        ]),
      );
    }
    return host as unknown as HostCapabilities;
  }

  unasked(): TapeCall[] {
    return this.calls.filter((call) => !this.lent.has(call));
  }

  private answer(kind: string, request: Json, step: string, call: number): Json {
    const digest = this.hash(canonicalJson(request));
    const same = this.byRequest.get(`${step} ${kind} ${digest}`) ?? [];
    const near = [
      ...(this.byPlace.get(`${step} ${kind} ${call}`) ?? []),
      ...(this.byKind.get(`${step} ${kind}`) ?? []),
    ];
    const own = (this.answerBy === 'request' ? same : near).find((one) => !this.taken.has(one));
    if (own) this.taken.add(own);
    // Asked more often than recorded, or in other words: what was said then is still the likeliest answer.
    const answer = own ?? same.at(-1) ?? near.find((one) => !this.taken.has(one) && !this.lent.has(one)) ?? near[0];
    if (answer) this.lent.add(answer);
    this.asked.push({ step, call, kind, digest, request, answer, held: own !== undefined && own.digest === digest });
    if (answer) {
      if ('error' in answer.outcome) throw fromWire(answer.outcome.error);
      return copyOf(answer.outcome.response);
    }
    const empty = emptyAnswers[kind];
    if (empty !== undefined) return copyOf(empty);
    throw new AppError('cassette.no_answer', {
      message: `No answer was recorded for ${kind}.`,
      where: step,
      remedy: 'The step makes a call that it did not make when this was recorded: record it anew.',
    });
  }
}

/** A copy for whoever gets it, who may change it. */
function copyOf(value: Json): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
