import {
  type CallOptions,
  emptyAnswers,
  type HostCapabilities,
  type JournaledCapability,
  journaledCalls,
} from '../core/capabilities/capabilities.ts';
import { AppError, fromWire } from '../core/errors/app-error.ts';
import { canonicalJson, type Json } from '../core/graph/json.ts';
import type { Decision } from '../core/graph/values.ts';
import { buildPlan } from '../core/plan/plan.ts';
import type { RunEvent, RunEventBody, StepEdits, ValueRef } from '../core/run/events.ts';
import { emptyPast, type RunHistory } from '../core/run/history.ts';
import { RunViewFold, type StepView } from '../core/run/run-view.ts';
import type { Tape, TapeCall, TapeWait } from '../core/run/tape.ts';
import { cellOf, valueKeeper } from './cells.ts';
import type { EnginePorts, RunSnapshot } from './engine-ports.ts';
import type { Journal, StoredValue } from './journal.ts';
import { runInputs } from './run-inputs.ts';
import type { RunLog } from './run-log.ts';
import { RunLoop } from './run-loop.ts';
import type { RunResult } from './run-result.ts';

/** What a rehearsal needs of the world: nothing that reaches anything. */
export interface RehearsalPorts extends Pick<EnginePorts, 'registry' | 'hash' | 'isBuiltIn'> {
  clock: Pick<EnginePorts['clock'], 'sleep' | 'yield'>;
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

export interface RehearsedWait extends TapeWait {
  /** What the tape has of this wait. */
  recorded: TapeWait | undefined;
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
  const { workflow } = snapshot;
  const inputs = runInputs(workflow, given);
  const answers = new TapeAnswers(tape.calls, options.answerBy, ports.hash);
  const log = new RehearsalLog(tape.waits);
  const keeper = valueKeeper(ports.hash, (value) => log.store(value), false);
  const targets = options.targets && [...options.targets];
  let ids = 0;
  const loop = new RunLoop({
    ports: {
      ...ports,
      journal: {
        value: async (digest) => log.value(digest),
        findMemo: async () => undefined,
      } as Partial<Journal> as Journal,
      clock: { ...ports.clock, now: () => log.now },
      random: () => 0,
      newId: (prefix) => {
        ids += 1;
        return `${prefix}_${String(ids).padStart(8, '0')}`;
      },
      host: () => answers.host(ports.pure),
      fingerprint: async () => '',
      redact: (data) => data,
      owner: '',
      version: '',
    },
    runId: 'rehearsal',
    plan: buildPlan(workflow, ports.registry, targets),
    snapshot,
    host: answers.host(ports.pure),
    history: historyOf(tape, { ...options, edges: new Set(workflow.edges.map(({ id }) => id)) }),
    log,
    inputs: new Map(Object.entries(inputs).map(([name, value]) => [name, cellOf(value, keeper)])),
    holdMs: 0,
  });
  loop.start();
  const result = await loop.result;
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
  return {
    created: {
      seq: 1,
      at: 0,
      type: 'run.created',
      workflowId: '',
      workflowName: '',
      workflowHash: '',
      snapshot: '',
      inputs: {},
      engine: '',
      capture: 'full',
      ...(edits && { edits }),
      ...(targets && { targets: [...targets] }),
    },
    steps,
    waits: new Map(),
    lastSeq: 1,
  };
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

/** A log that keeps what a rehearsal tells and ends its waits as the tape says. */
class RehearsalLog implements RunLog {
  readonly replaying = false;
  readonly hurried = true;
  readonly pending = 0;
  readonly failure = undefined;
  readonly view = new RunViewFold('rehearsal');
  readonly waits: RehearsedWait[] = [];
  readonly newValues: { step: string; kind: string }[] = [];
  readonly personal: string[] = [];
  /** Time stands still, but for waits that are to expire. */
  now = 0;
  private seq = 1;
  private readonly values = new Map<string, string>();
  private readonly recorded: TapeWait[];
  private decisions: { wait: string; decision: Decision }[] = [];

  constructor(waits: readonly TapeWait[]) {
    this.recorded = [...waits];
  }

  add(body: RunEventBody): RunEvent {
    this.seq += 1;
    const event = { seq: this.seq, at: this.now, ...body };
    if (event.type === 'value.recorded' && event.kind !== 'definition')
      this.newValues.push({ step: event.step, kind: event.kind });
    if (event.type === 'step.waiting') this.meet(event);
    this.view.apply(event);
    return event;
  }

  store({ digest, text, personal }: StoredValue): void {
    this.values.set(digest, text);
    if (personal) this.personal.push(text);
  }

  value(digest: string): Json {
    const text = this.values.get(digest);
    if (text === undefined)
      throw new AppError('internal', { message: 'A value of a rehearsal is missing.', where: digest });
    return JSON.parse(text) as Json;
  }

  unmet(): TapeWait[] {
    return this.recorded;
  }

  async commit(): Promise<void> {}

  async release(): Promise<void> {}

  async pendingDecisions(): Promise<{ wait: string; decision: Decision }[]> {
    const { decisions } = this;
    this.decisions = [];
    return decisions;
  }

  appliesPast(): boolean {
    return true;
  }

  mayBegin(): boolean {
    return true;
  }

  stepEnded(): void {}

  private meet(event: Extract<RunEvent, { type: 'step.waiting' }>): void {
    const { step, kind, wait, dueAt } = event;
    const at = this.recorded.findIndex((one) => one.step === step && one.kind === kind);
    const [recorded] = at < 0 ? [] : this.recorded.splice(at, 1);
    const { decision } = recorded ?? {};
    if (decision) this.decisions.push({ wait, decision });
    // It expired then: as much time as it takes has passed.
    else if (decision === null && dueAt !== undefined) this.now = Math.max(this.now, dueAt);
    const ended = decision === undefined ? {} : { decision };
    this.waits.push({ step, kind, payload: this.valueOf(event.payload), ...ended, recorded });
  }

  private valueOf(ref: ValueRef): Json {
    return 'value' in ref ? ref.value : this.value(ref.digest);
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
