import type { CallOptions, ModelRequest, ModelResponse } from '../../app/core/capabilities/capabilities.ts';
import { AppError, isAppError } from '../../app/core/errors/app-error.ts';
import { isJsonObject, type Json } from '../../app/core/graph/json.ts';
import type { Workflow } from '../../app/core/graph/workflow.ts';
import type { BreakpointSpec } from '../../app/core/run/breakpoint.ts';
import type { RunEvent } from '../../app/core/run/events.ts';
import { nodeOf } from '../../app/core/run/step-path.ts';
import { createEngine, type RunHandle } from '../../app/engine/engine.ts';
import type { EnginePorts } from '../../app/engine/engine-ports.ts';
import type { RunResult } from '../../app/engine/run-result.ts';
import { modelResponse, snapshotOf, testHost, testPorts } from '../kit/engine-ports.ts';
import { createMemoryJournal, type MemoryJournal } from '../kit/memory-journal.ts';
import { checkRehearsal } from './check-rehearsal.ts';
import { randomGraph } from './random-graph.ts';
import { interpret } from './reference-interpreter.ts';
import { scriptOf } from './script.ts';
import { seededRandom } from './seeded-random.ts';
import { agentResponse, simulatedTypes, withContainers } from './with-containers.ts';

export interface Simulated {
  steps: number;
  crashes: number;
  takeovers: number;
  sends: number;
  status: string;
  /** The durable log as text: the same seed must give the same. */
  log: string;
}

class Broken extends Error {}
const ensure: (holds: boolean, what: string) => asserts holds = (holds, what) => {
  if (!holds) throw new Broken(what);
};

interface Task {
  at: number;
  life: number;
  run: () => void;
}

/** More turns than any sound run needs. */
const MOST_TURNS = 20_000;

/**
 * One run of a random graph in a world of its own: virtual time, a scheduler, a provider and people that follow the
 * seed, crashes and takeovers at random points. Throws when an invariant breaks or the result is not what the
 * reference interpreter gives.
 */
export async function simulate(seed: number): Promise<Simulated> {
  const random = seededRandom(seed);
  const { workflow, issues } = withContainers(randomGraph(random), random);
  ensure(issues.length === 0, `the graph is not valid: ${JSON.stringify(issues[0])}`);
  const snapshot = snapshotOf(workflow);
  const mostCrashes = Math.floor(random() * 5);
  const cancels = random() < 0.06;
  const crashChance = 0.02 + random() * 0.1;
  const breakpoints = breakpointsOf(workflow, seed);

  let now = 1_000_000;
  let life = 0;
  let tasks: Task[] = [];
  let dead = new Set<number>();
  const report = { steps: 0, crashes: 0, takeovers: 0, sends: 0 };
  const busyLeft = new Map<string, number>();
  const sent = new Map<string, number>();
  const checks: Promise<void>[] = [];
  const replays = new Set<number>();
  const later = (mine: number, ms: number, run: () => void) => void tasks.push({ at: now + ms, life: mine, run });
  const schedule = (commit: () => void) => later(life, random() * 3, commit);
  let journal: MemoryJournal = createMemoryJournal({ schedule });

  async function durable(): Promise<RunEvent[]> {
    const runId = journal.runIds()[0];
    return runId === undefined ? [] : journal.copy().events(runId);
  }

  async function generate(mine: number, request: ModelRequest, about: CallOptions['about']): Promise<ModelResponse> {
    const [user, system] = request.messages;
    const path = request.tools ? (about?.step ?? '') : (system?.content ?? '');
    const call = request.tools ? (about?.call ?? 0) : Number(user?.content.split(':')[0]);
    const key = `${path} ${call}`;
    if (dead.has(mine)) return new Promise(() => undefined);
    const events = await durable();
    const known = events.filter(
      (event) =>
        (event.type === 'call.intended' || event.type === 'call.completed') &&
        event.step === path &&
        event.call === call,
    );
    ensure(!known.some((event) => event.type === 'call.completed'), `the committed call ${key} was sent again`);
    ensure(
      known.some((event) => event.type === 'call.intended'),
      `the call ${key} was sent before its intent was durable`,
    );
    ensure(
      !events.some((event) => event.type === 'step.finished' && event.step === path),
      `the finished step ${path} sent a call`,
    );
    report.sends += 1;
    sent.set(key, (sent.get(key) ?? 0) + 1);
    return new Promise((resolve, reject) => {
      later(mine, 1 + random() * 50, () => {
        // A container is not tried again as a whole.
        const left = busyLeft.get(key) ?? (request.tools ? 0 : scriptOf(key).busy);
        busyLeft.set(key, left - 1);
        if (left > 0) reject(new AppError('provider.overloaded', { message: 'busy' }));
        else if (scriptOf(key).refuses) reject(new AppError('provider.auth', { message: 'refused' }));
        else resolve(request.tools ? agentResponse(path, call, request) : modelResponse(`m[${user?.content}]`));
      });
    });
  }

  /** The node has an answer: it must be durable already, whoever dies next. */
  function checkDurable(mine: number, text: string): number {
    const seen = journal.copy();
    const [, path, call] = text.split(' ');
    if (replays.has(mine)) return 0;
    checks.push(
      seen.events(seen.runIds()[0] as string).then((events) => {
        const kept = events.some(
          (event) => event.type === 'call.completed' && event.step === path && event.call === Number(call),
        );
        ensure(kept, `the node got the answer of ${path} ${call} before it was durable`);
      }),
    );
    return 0;
  }

  function portsOf(mine: number): EnginePorts {
    const base = testPorts(journal, {
      host: testHost({ generate: undefined as never }),
      registry: simulatedTypes,
      random,
    });
    const host = {
      ...base.host(snapshot),
      tokenizer: { count: (text: string) => checkDurable(mine, text) },
      model: { generate: (request: ModelRequest, { about }: CallOptions = {}) => generate(mine, request, about) },
    };
    let ids = 0;
    return {
      ...base,
      owner: `life ${mine}`,
      host: () => host,
      newId: (prefix) => {
        ids += 1;
        return `${prefix}_${mine}_${ids}`;
      },
      clock: {
        now: () => Math.floor(now),
        sleep: (ms, signal) =>
          new Promise((resolve, reject) => {
            signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
            later(mine, ms, resolve);
          }),
        yield: () => new Promise((resolve) => later(mine, 0, resolve)),
      },
    };
  }

  interface Life {
    number: number;
    handle?: RunHandle;
    result?: RunResult;
    error?: unknown;
  }

  const codeOf = (life_: Life) => (isAppError(life_.error) ? life_.error.code : undefined);

  function begin(runId?: string): Life {
    life += 1;
    const me: Life = { number: life };
    const engine = createEngine(portsOf(life));
    const started = runId === undefined ? engine.start(snapshot, { q: 'q' }, { breakpoints }) : engine.resume(runId);
    started
      .then((handle) => {
        me.handle = handle;
        return handle.result;
      })
      .then(
        (result) => {
          me.result = result;
        },
        (error: unknown) => {
          me.error = error;
        },
      );
    return me;
  }

  /** How a run ended that had ended before anybody heard of it. */
  async function endOf(events: readonly RunEvent[]): Promise<RunResult> {
    const last = events.at(-1);
    const runId = journal.runIds()[0] as string;
    if (last?.type === 'run.failed') return { runId, status: 'failed', outputs: {}, error: last.error };
    if (last?.type === 'run.cancelled') return { runId, status: 'cancelled', outputs: {} };
    ensure(last?.type === 'run.finished', `the log ends with ${last?.type}`);
    const outputs: RunResult['outputs'] = {};
    for (const [name, ref] of Object.entries(last.outputs))
      outputs[name] = 'value' in ref ? ref.value : await journal.copy().value(ref.digest, runId);
    return { runId, status: 'succeeded', outputs };
  }

  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

  /** Lets one thing happen: of what is due now, the seed chooses. */
  async function advance(): Promise<boolean> {
    tasks = tasks.filter((task) => !dead.has(task.life));
    if (tasks.length === 0) return false;
    const soonest = Math.min(...tasks.map((task) => task.at));
    if (soonest > now) now = soonest;
    const due = tasks.filter((task) => task.at <= now);
    const task = due[Math.floor(random() * due.length)] as Task;
    tasks.splice(tasks.indexOf(task), 1);
    task.run();
    await turn();
    return true;
  }

  /** People look at what waits and answer as their script says; some answer before the process parks. */
  async function people(eager: boolean): Promise<void> {
    const events = await durable();
    for (const event of events) {
      if (event.type !== 'step.waiting' || event.dueAt !== undefined) continue;
      if (events.some((other) => other.type === 'wait.decided' && other.wait === event.wait)) continue;
      if (eager && random() < 0.7) continue;
      const { decision, stop, edit } = scriptOf(event.step);
      const isStop = event.kind === 'breakpoint';
      const takesMany = 'value' in event.payload && JSON.stringify(event.payload.value).startsWith('{"values":');
      journal.decide(journal.runIds()[0] as string, event.wait, {
        action: isStop ? stop : decision,
        values: isStop && takesMany && edit !== undefined ? { inputs: { values: [edit] } } : {},
        by: 'p',
        at: 0,
      });
    }
  }

  /** Every crash and every takeover may cost each call one sending without a durable outcome, and nothing else may. */
  async function checkRepeats(cutOff: number): Promise<void> {
    const events = await durable();
    for (const [key, times] of sent) {
      const without = times - outcomesOf(events, key);
      const cancelled = events.some((event) => event.type === 'step.cancelled' && key.startsWith(`${event.step} `));
      const most = report.crashes + report.takeovers + cutOff + (cancelled ? 1 : 0);
      ensure(
        without <= most,
        `the call ${key} was sent ${without} times without an outcome; ${most} are due to crashes`,
      );
    }
  }

  function outcomesOf(events: readonly RunEvent[], key: string): number {
    return events.filter(
      (event) =>
        (event.type === 'call.completed' || event.type === 'call.failed') && `${event.step} ${event.call}` === key,
    ).length;
  }

  let me = begin();
  const zombies: Life[] = [];
  let cancelAsked = false;
  let final: RunResult | undefined;
  for (let turns = 0; final === undefined; turns += 1) {
    ensure(turns < MOST_TURNS, 'the run does not end');
    if (codeOf(me) === 'run.finished') {
      final = await endOf(await durable());
      break;
    }
    if (me.error !== undefined)
      throw me.error instanceof Broken
        ? me.error
        : new Broken(`the engine failed: ${String((me.error as Error).stack ?? me.error)}`);
    if (me.result) {
      if (me.result.status === 'waiting') {
        await people(false);
        const dues = (await durable()).flatMap((event) =>
          event.type === 'step.waiting' && event.dueAt !== undefined ? [event.dueAt] : [],
        );
        now = Math.max(now, ...dues) + 1;
        const waits = me.result.waits ?? [];
        ensure(waits.length > 0, 'a run waits for nothing');
        me = begin(me.result.runId);
        continue;
      }
      if (me.result.status === 'interrupted') {
        me = begin(me.result.runId);
        continue;
      }
      final = me.result;
      break;
    }
    if (report.crashes + report.takeovers < mostCrashes && random() < crashChance) {
      const kind = random();
      if (kind < 0.6) {
        report.crashes += 1;
        dead = new Set([...dead, ...Array.from({ length: life + 1 }, (_, i) => i)]);
        await checkRepeats(0);
        journal = journal.crash({ schedule });
        me = begin(journal.runIds()[0]);
      } else if (kind < 0.85 && journal.runIds().length > 0 && me.handle) {
        report.takeovers += 1;
        zombies.push(me);
        await checkRepeats(0);
        journal.expireLeases();
        me = begin(journal.runIds()[0]);
        await turn();
      } else me.handle?.interrupt();
      continue;
    }
    if (random() < 0.03) {
      await people(true);
      if (random() < 0.5) me.handle?.heed();
    }
    if (cancels && !cancelAsked && me.handle && random() < 0.03) {
      cancelAsked = true;
      me.handle.cancel('test');
    }
    const moved = await advance();
    if (!moved && me.result === undefined && me.error === undefined) {
      await turn();
      ensure(
        me.result !== undefined || me.error !== undefined || tasks.length > 0,
        'nothing is left to happen and the run has not ended',
      );
    }
    if (codeOf(me) === 'run.owned' && zombies.length > 0) me = begin(journal.runIds()[0]);
  }

  await Promise.all(checks);
  const events = await durable();
  await checkLog(events, final, cancelAsked);
  await checkRepeats(final.status === 'succeeded' ? 0 : 1);
  for (const zombie of zombies) {
    for (let i = 0; i < 200 && zombie.result === undefined && zombie.error === undefined; i += 1)
      if (!(await advance())) break;
    const fenced = codeOf(zombie) === 'run.fenced';
    ensure(
      fenced ||
        zombie.result === undefined ||
        zombie.result === final ||
        ['interrupted', 'waiting'].includes(zombie.result.status) ||
        sameEnd(zombie.result, final),
      `a stale owner ended the run: ${JSON.stringify(zombie.result ?? String(zombie.error))}`,
    );
  }
  if (final.status !== 'cancelled') {
    const winners = new Map(
      events.flatMap((event) => (event.type === 'race.won' ? [[event.step, event.edge] as const] : [])),
    );
    const expected = interpret(workflow, 'q', winners, editsIn(events));
    ensure(final.status === expected.status, `the run ${final.status}, the interpreter ${expected.status}`);
    if (final.status === 'succeeded') {
      ensure(
        JSON.stringify(final.outputs.a) === JSON.stringify(expected.output),
        `the run gave ${JSON.stringify(final.outputs.a)}, the interpreter ${JSON.stringify(expected.output)}`,
      );
    }
  }
  await checkReplay(final);
  // What people put in at a stop is theirs, and on no tape.
  if ((final.status === 'succeeded' || final.status === 'failed') && editsIn(events).size === 0) {
    const strayed = await checkRehearsal(snapshot, journal.copy(), events, final);
    ensure(strayed === undefined, strayed ?? '');
  }
  report.steps = events.filter((event) => event.type === 'step.finished').length;
  return { ...report, status: final.status, log: events.map((event) => JSON.stringify(event)).join('\n') };

  function sameEnd(a: RunResult, b: RunResult | undefined): boolean {
    return a.status === b?.status && JSON.stringify(a.outputs) === JSON.stringify(b.outputs);
  }

  async function checkLog(log: readonly RunEvent[], result: RunResult, wasCancelled: boolean): Promise<void> {
    log.forEach((event, i) => {
      ensure(event.seq === i + 1, `the log has a gap at ${i + 1}`);
    });
    const ends = new Map<string, number>();
    for (const event of log) {
      if (event.type === 'step.finished' || event.type === 'step.failed' || event.type === 'step.skipped')
        ends.set(event.step, (ends.get(event.step) ?? 0) + 1);
    }
    const over = new Set<string>();
    for (const event of log) {
      if (
        !('step' in event) ||
        event.step === undefined ||
        event.type === 'step.cancelled' ||
        event.type === 'run.failed'
      )
        continue;
      for (let at = event.step.lastIndexOf('['); at > 0; at = event.step.lastIndexOf('[', at - 1)) {
        ensure(!over.has(event.step.slice(0, at)), `${event.type} of ${event.step} after the end of its container`);
      }
      if (event.type === 'step.finished' || event.type === 'step.failed') over.add(event.step);
    }
    checkStops(log);
    const cancelled = log.flatMap((event) => (event.type === 'step.cancelled' ? [event.step] : []));
    for (const step of cancelled) ensure(!ends.has(step), `the step ${step} ended and was cancelled`);
    ensure(new Set(cancelled).size === cancelled.length, `a step was cancelled twice: ${cancelled.join(', ')}`);
    for (const [step, times] of ends) ensure(times === 1, `the step ${step} ended ${times} times`);
    const last = log.at(-1);
    const expected = { succeeded: 'run.finished', failed: 'run.failed', cancelled: 'run.cancelled' }[
      result.status as 'succeeded'
    ];
    ensure(last?.type === expected, `the log ends with ${last?.type} and the run ${result.status}`);
    ensure(result.status !== 'cancelled' || wasCancelled, 'the run was cancelled by nobody');
  }

  async function checkReplay(result: RunResult): Promise<void> {
    life += 1;
    replays.add(life);
    const engine = createEngine({ ...portsOf(life), journal: journal.copy() });
    const replaying = engine.replay(result.runId);
    let done: Awaited<typeof replaying> | undefined;
    let failure: unknown;
    replaying.then(
      (value) => {
        done = value;
      },
      (error: unknown) => {
        failure = error;
      },
    );
    for (let i = 0; done === undefined && failure === undefined && i < MOST_TURNS; i += 1)
      if (!(await advance())) await turn();
    ensure(failure === undefined, `the replay failed: ${String((failure as Error)?.stack ?? failure)}`);
    ensure(
      done?.differences.length === 0 || result.status !== 'succeeded',
      `the replay differs: ${JSON.stringify(done?.differences[0])}`,
    );
  }
}

/** In every third world a person wants to look at some nodes: each time, at one hit, or at every second one. */
function breakpointsOf({ nodes, edges }: Workflow, seed: number): BreakpointSpec[] {
  if (seed % 3 !== 0) return [];
  const chance = seededRandom(seed * 31);
  const terms = () => [{}, { hit: 2 }, { every: 2 }, { when: 'size(step) % 2 == 0' }][Math.floor(chance() * 4)];
  const places = [...nodes.map(({ id }) => ({ node: id })), ...edges.map(({ id }) => ({ edge: id }))];
  return places.filter(() => chance() < 0.12).map((place) => ({ ...place, ...terms() }));
}

/** What people put in place of all that a step got, by step. */
function editsIn(events: readonly RunEvent[]): Map<string, Json> {
  return new Map(
    events.flatMap((event) => {
      const inputs = event.type === 'wait.decided' ? event.decision.values['inputs'] : undefined;
      const [value] = isJsonObject(inputs) && Array.isArray(inputs['values']) ? inputs['values'] : [];
      return 'step' in event && event.step !== undefined && value !== undefined ? [[event.step, value] as const] : [];
    }),
  );
}

/** Stops are where they were asked for, once for each step, counted without gap, and nothing works on behind one. */
function checkStops(log: readonly RunEvent[]): void {
  const set = log.find((event) => event.type === 'breakpoints.set');
  const always = (set?.breakpoints ?? []).filter(
    (one) => one.hit === undefined && !one.every && one.when === undefined,
  );
  const stopped = new Map<string, 'open' | 'over'>();
  const hits = new Map<string, Set<string>>();
  for (const event of log) {
    if (event.type === 'breakpoint.hit') {
      const seen = hits.get(event.breakpoint) ?? new Set();
      hits.set(event.breakpoint, seen.add(event.step));
      ensure(event.hits === seen.size, `hit ${event.hits} of ${event.breakpoint} is number ${seen.size}`);
      const [, kind, count] = / (hit|every) (\d+)/.exec(event.breakpoint) ?? [];
      const stops = kind === 'hit' ? event.hits === Number(count) : event.hits % Number(count) === 0;
      ensure(event.stops === stops, `hit ${event.hits} of ${event.breakpoint} ${event.stops ? 'stops' : 'passes'}`);
    }
    if (event.type === 'step.waiting' && event.kind === 'breakpoint') {
      ensure(!stopped.has(event.step), `the step ${event.step} was stopped twice`);
      stopped.set(event.step, 'open');
    }
    if (event.type === 'wait.decided' && stopped.has(event.step)) stopped.set(event.step, 'over');
    if (event.type !== 'step.finished' && event.type !== 'step.failed' && event.type !== 'call.intended') continue;
    ensure(stopped.get(event.step) !== 'open', `${event.type} of ${event.step} while it was stopped`);
    // What is passed by does not work, so there is nothing to stop before.
    if (event.type === 'step.finished' && event.detail?.['bypassed'] === true) continue;
    const isMeant = always.some(({ node }) => node === nodeOf(event.step));
    ensure(!isMeant || stopped.has(event.step), `the step ${event.step} ran past a breakpoint`);
  }
}
