import { canonicalJson, type Json } from '../graph/json.ts';
import type { PortTypeName } from '../graph/ports.ts';
import type { Workflow, WorkflowNode } from '../graph/workflow.ts';
import type { PortRefs, RunEvent, ValueRef } from './events.ts';
import type { RunView, StepView, WaitView } from './run-view.ts';
import { type Feed, type FeedPoint, type FlowAbout, pointKey, StepFeeds } from './step-feeds.ts';
import { editOf, frameOf } from './step-path.ts';

/** What a step was to the value that went wrong. */
export type LinkKind =
  | 'error'
  | 'decision'
  | 'verdict'
  | 'confidence'
  | 'model'
  | 'prompt'
  | 'chunks'
  | 'input'
  /** A person put a value in place of the computed one. */
  | 'edit'
  /** It chose which way the values went. */
  | 'choice'
  /** It did not run: nothing came in, or it is disabled. */
  | 'skipped'
  | 'value';

/** Something that is not as it was in the other run. */
export interface Difference {
  what:
    | 'state'
    | 'outputs'
    | 'inputs'
    | 'config'
    | 'prompt'
    | 'profile'
    /** A collection, a file or a table that it reads. */
    | 'source'
    | 'edit'
    | 'engine'
    /** Its work was another one, by something that neither log tells apart. */
    | 'work';
  /** Ports, names of prompts, profiles and collections. */
  names: string[];
}

export type Comparison =
  | { verdict: 'same' }
  | { verdict: 'differs'; differences: Difference[] }
  /** The other run has no such step. */
  | { verdict: 'only-here' }
  /** Why nothing can be said. */
  | { verdict: 'not-comparable'; because: 'no-run' | 'not-ended' };

export interface ChainLink extends FeedPoint {
  node: string;
  kind: LinkKind;
  state: StepView['state'];
  /** How many hops back it lies, along the shortest way. */
  distance: number;
  /** What it handed to links nearer to the start. */
  fed: { step: string; side?: 'start'; port: string; to: string; delivered: boolean }[];
  compared: Comparison;
  /** It differs by itself, not only by what it was fed: what differs after it may follow from it. */
  isOrigin: boolean;
}

export interface FailureChain {
  /** The start first, then every step that fed it, each before those that it was fed by. */
  links: ChainLink[];
  /** Keys of the origins in the order in which they ended. */
  origins: FeedPoint[];
  /** Turns of containers that are left out, because there are too many. */
  untold: number;
}

/** What must be known of a node besides the log; the same for equal types and configs. */
export interface ChainAbout extends FlowAbout {
  /** Types of its outputs by port. */
  outputs: { [port: string]: PortTypeName };
  /** Prompts and profiles that it reads, by the names of the run's snapshot. */
  reads: readonly { kind: 'prompt' | 'profile'; name: string }[];
}

/** A run with all that its steps worked on. */
export interface ChainRun {
  view: RunView;
  workflow: Workflow;
  prompts: { readonly [alias: string]: string };
  profiles: { readonly [name: string]: Json };
  work: ReadonlyMap<string, StepWork>;
}

/** What names the work of a step. */
export interface StepWork {
  memo?: string;
  reads?: { [what: string]: string };
}

/** The names of the work of every step that ended, out of a run's log. */
export function workOf(events: readonly RunEvent[]): Map<string, StepWork> {
  const work = new Map<string, StepWork>();
  for (const event of events) {
    if (event.type !== 'step.finished' && event.type !== 'step.failed') continue;
    const memo = event.type === 'step.finished' ? event.memo : undefined;
    work.set(event.step, { ...(memo !== undefined && { memo }), ...(event.reads && { reads: event.reads }) });
  }
  return work;
}

/** Turns of one container that are followed at most. */
const MOST_TURNS = 20;

/**
 * The steps that fed a step, back to the inputs of the run, along the wires that values went over; through containers
 * by the turns that gave their result, and through workflows inside. With `good`, what each of them did otherwise there.
 * It says what differs, never what caused what.
 *
 * @param start path of a step of the run
 */
export function failureChain(
  run: ChainRun,
  start: string,
  about: (node: string) => ChainAbout,
  good?: ChainRun,
): FailureChain {
  const steps = new Map(run.view.steps.map((one) => [one.step, one]));
  const feeds = new StepFeeds(run.workflow, run.view.steps, about);
  const beside = good && new Beside(run, good, about);
  const waits = new Map(run.view.waits.map((one) => [one.step, one]));
  const points = new Map<string, Reached>();
  let untold = 0;

  const first: FeedPoint = { step: start };
  points.set(pointKey(first), { point: first, distance: 0, fed: [], from: [] });
  const queue: FeedPoint[] = [first];
  for (const point of queue) {
    const reached = points.get(pointKey(point)) as Reached;
    const all = wanted(feeds.of(point), steps.get(point.step), point);
    const { kept, left } = bounded(all, (feed) => beside?.isAnother(feed) ?? false, steps);
    untold += left;
    for (const { step, side, port, to, delivered } of kept) {
      const before: FeedPoint = { step, ...(side && { side }) };
      const key = pointKey(before);
      let known = points.get(key);
      if (!known) {
        if (!steps.has(step)) continue;
        known = { point: before, distance: reached.distance + 1, fed: [], from: [] };
        points.set(key, known);
        queue.push(before);
      }
      known.fed.push({ ...point, port, to, delivered });
      reached.from.push({ step, ...(side && { side }), port, delivered });
    }
  }

  const links = new Map<string, ChainLink>();
  for (const key of inOrder(points)) {
    const { point, distance, fed, from } = points.get(key) as Reached;
    const step = steps.get(point.step);
    if (!step) continue;
    links.set(key, {
      ...point,
      node: step.node,
      kind: kindOf(point, step, about(step.node), waits.get(point.step), run.view),
      state: step.state,
      distance,
      fed,
      compared: beside?.compare(point, from) ?? { verdict: 'not-comparable', because: 'no-run' },
      isOrigin: false,
    });
  }
  const origins: ChainLink[] = [];
  for (const [key, link] of links) {
    const isFedOtherwise = (points.get(key) as Reached).from.some((feed) => beside?.isAnother(feed));
    link.isOrigin = isByItself(link.compared, isFedOtherwise);
    if (link.isOrigin) origins.push(link);
  }
  const place = new Map(run.view.steps.map(({ step }, at) => [step, at]));
  const endOf = ({ step }: FeedPoint) => steps.get(step)?.endedAt ?? Number.POSITIVE_INFINITY;
  origins.sort((a, b) => endOf(a) - endOf(b) || (place.get(a.step) ?? 0) - (place.get(b.step) ?? 0));
  return {
    links: [...links.values()],
    origins: origins.map(({ step, side }) => ({ step, ...(side && { side }) })),
    untold,
  };
}

interface Reached {
  point: FeedPoint;
  distance: number;
  fed: ChainLink['fed'];
  /** What fed it. */
  from: (FeedPoint & Pick<Feed, 'port' | 'delivered'>)[];
}

/** What a step is made of: it changes of itself. */
const own: ReadonlySet<Difference['what']> = new Set([
  'config',
  'prompt',
  'profile',
  'source',
  'edit',
  'engine',
  'work',
]);

function isByItself(compared: Comparison, isFedOtherwise: boolean): boolean {
  if (compared.verdict === 'only-here') return !isFedOtherwise;
  if (compared.verdict !== 'differs') return false;
  const { differences } = compared;
  return differences.some(({ what }) => own.has(what)) || differences.every(({ what }) => what !== 'inputs');
}

/** What counts of all that leads to a step: what came; of a step that was left out, what did not come. */
function wanted(feeds: readonly Feed[], step: StepView | undefined, { side }: FeedPoint): Feed[] {
  if (side === undefined && step?.skipped) {
    const { ports } = step.skipped;
    return feeds.filter(({ to, delivered }) => delivered || ports.includes(to));
  }
  return feeds.filter(({ delivered, port }) => delivered || port === '');
}

/** Of very many turns those that say something: that failed, that differ; then the first ones. */
function bounded(
  feeds: readonly Feed[],
  isAnother: (feed: Feed) => boolean,
  steps: ReadonlyMap<string, StepView>,
): { kept: Feed[]; left: number } {
  if (feeds.length <= MOST_TURNS) return { kept: [...feeds], left: 0 };
  const weight = (feed: Feed) => (steps.get(feed.step)?.state === 'failed' ? 0 : isAnother(feed) ? 1 : 2);
  const chosen = new Set(
    feeds
      .map((feed, at) => ({ feed, at, weight: weight(feed) }))
      .sort((a, b) => a.weight - b.weight || a.at - b.at)
      .slice(0, MOST_TURNS)
      .map(({ feed }) => feed),
  );
  return { kept: feeds.filter((feed) => chosen.has(feed)), left: feeds.length - chosen.size };
}

/** Each point before all that fed it; among the free ones the nearest first. */
function inOrder(points: ReadonlyMap<string, Reached>): string[] {
  const waiting = new Map([...points.keys()].map((key) => [key, 0]));
  for (const { from } of points.values())
    for (const one of from) waiting.set(pointKey(one), (waiting.get(pointKey(one)) ?? 0) + 1);
  const free = [...points.keys()].filter((key) => waiting.get(key) === 0);
  const order: string[] = [];
  for (let key = free.shift(); key !== undefined; key = free.shift()) {
    order.push(key);
    for (const one of points.get(key)?.from ?? []) {
      const before = pointKey(one);
      const left = (waiting.get(before) ?? 0) - 1;
      waiting.set(before, left);
      if (left === 0) free.push(before);
    }
  }
  return order;
}

const typesOfKind: readonly [PortTypeName, LinkKind][] = [
  ['verdict', 'verdict'],
  ['confidence', 'confidence'],
  ['context', 'chunks'],
  ['chunks', 'chunks'],
];

function kindOf(
  { side }: FeedPoint,
  step: StepView,
  { outputs, inputName, reads }: ChainAbout,
  wait: WaitView | undefined,
  view: RunView,
): LinkKind {
  if (side === 'start') return 'value';
  if (editOf(view.edits, step.step, step.node)) return 'edit';
  if (step.state === 'failed') return 'error';
  if (step.state === 'skipped') return 'skipped';
  if (wait?.kind === 'review') return 'decision';
  if (wait?.kind === 'breakpoint' && wait.decision?.values['inputs'] !== undefined) return 'edit';
  const types = new Set(Object.values(outputs));
  for (const [type, kind] of typesOfKind) if (types.has(type)) return kind;
  if (step.calls.some(({ kind }) => kind === 'model.generate')) return 'model';
  if (reads.some(({ kind }) => kind === 'prompt')) return 'prompt';
  if (inputName !== undefined) return frameOf(step.step) === '' ? 'input' : 'value';
  const given = Object.keys(step.outputs).length;
  return given > 0 && given < Object.keys(outputs).length && isChoice(outputs) ? 'choice' : 'value';
}

/** Ports of one type of which some stay silent: the step sends its value one way or another. */
function isChoice(outputs: ChainAbout['outputs']): boolean {
  return new Set(Object.values(outputs)).size === 1;
}

/** Two runs, step beside step. */
class Beside {
  private readonly here: ChainRun;
  private readonly there: ChainRun;
  private readonly about: (node: string) => ChainAbout;
  private readonly steps: { here: Map<string, StepView>; there: Map<string, StepView> };
  private readonly nodes: { here: Map<string, WorkflowNode>; there: Map<string, WorkflowNode> };
  private readonly feeds: StepFeeds;

  constructor(here: ChainRun, there: ChainRun, about: (node: string) => ChainAbout) {
    this.here = here;
    this.there = there;
    this.about = about;
    const byPath = ({ view }: ChainRun) => new Map(view.steps.map((one) => [one.step, one]));
    const byId = ({ workflow }: ChainRun) => new Map(workflow.nodes.map((one) => [one.id, one]));
    this.steps = { here: byPath(here), there: byPath(there) };
    this.nodes = { here: byId(here), there: byId(there) };
    this.feeds = new StepFeeds(here.workflow, here.view.steps, about);
  }

  /** Whether a value that flowed was another one there. */
  isAnother({ step, side, port, delivered }: Reached['from'][number]): boolean {
    const there = this.steps.there.get(step);
    if (!there) return true;
    // No log holds what a turn was handed: it is made of what the container was given.
    if (side !== undefined) return this.feeds.of({ step, side }).some((feed) => this.isAnother(feed));
    if (!delivered) return outcome(there) !== outcome(this.steps.here.get(step));
    return !isSame(this.steps.here.get(step)?.outputs[port], there.outputs[port]);
  }

  compare({ step, side }: FeedPoint, from: Reached['from']): Comparison {
    const here = this.steps.here.get(step);
    const there = this.steps.there.get(step);
    if (!there) return { verdict: 'only-here' };
    if (!here || isOpen(here) || isOpen(there)) return { verdict: 'not-comparable', because: 'not-ended' };
    const differences: Difference[] = [];
    const note = (what: Difference['what'], names: string[] = []) => differences.push({ what, names });
    const [mine, theirs] = [this.here.work.get(step)?.memo, this.there.work.get(step)?.memo];
    // Equal keys: it got the same and worked by the same.
    const isSameWork = side === undefined && mine !== undefined && mine === theirs;
    const inputs = isSameWork ? [] : from.filter((feed) => this.isAnother(feed));
    if (inputs.length > 0) note('inputs', [...new Set(inputs.map((one) => one.step))]);
    if (side === undefined) {
      if (outcome(here) !== outcome(there)) note('state', [endOf(there), endOf(here)]);
      const ports = otherPorts(here.outputs, there.outputs);
      if (ports.length > 0) note('outputs', ports);
      const [given, before] = [this.here, this.there].map(({ view }) => editOf(view.edits, step, here.node));
      if (!isEqual(given, before)) note('edit');
    }
    if (!isSameWork) for (const one of this.definition(here)) differences.push(one);
    // Beside what it gives, the work of an input has nothing of its own.
    const isExplained =
      this.about(here.node).inputName !== undefined ||
      differences.some(({ what }) => what !== 'outputs' && what !== 'state');
    if (side === undefined && mine !== undefined && theirs !== undefined && mine !== theirs && !isExplained)
      note(this.here.view.engine === this.there.view.engine ? 'work' : 'engine');
    return differences.length === 0 ? { verdict: 'same' } : { verdict: 'differs', differences };
  }

  /** What the node itself was made of: its config, prompts, profiles and what it read. */
  private definition({ step, node }: StepView): Difference[] {
    const found: Difference[] = [];
    const [mine, theirs] = [this.nodes.here.get(node), this.nodes.there.get(node)];
    if (!isEqual(workedBy(mine), workedBy(theirs))) found.push({ what: 'config', names: [node] });
    const reads = this.about(node).reads;
    const others = (kind: 'prompt' | 'profile', of: (run: ChainRun) => { readonly [name: string]: Json }) =>
      reads.flatMap((one) =>
        one.kind === kind && !isEqual(of(this.here)[one.name], of(this.there)[one.name]) ? [one.name] : [],
      );
    const prompts = others('prompt', (run) => run.prompts);
    if (prompts.length > 0) found.push({ what: 'prompt', names: prompts });
    const profiles = others('profile', (run) => run.profiles);
    if (profiles.length > 0) found.push({ what: 'profile', names: profiles });
    const [read, readThere] = [this.here.work.get(step)?.reads ?? {}, this.there.work.get(step)?.reads];
    const sources = readThere ? Object.keys(read).filter((what) => read[what] !== readThere[what]) : [];
    if (sources.length > 0) found.push({ what: 'source', names: sources });
    return found;
  }
}

/** All of a node that its work depends on: not its name or place. */
function workedBy(node: WorkflowNode | undefined): Json {
  if (!node) return null;
  const { type, version, config, policy, disabled } = node;
  return { type, version, config, policy: policy ?? null, disabled: disabled ?? false } as unknown as Json;
}

/** What was taken over from an earlier run is as good as worked out anew. */
function endOf({ state, error }: StepView): string {
  const end = state === 'cached' ? 'succeeded' : state;
  return error ? `${end} (${error.code})` : end;
}

function outcome(step: StepView | undefined): string {
  return step ? endOf(step) : '';
}

function isOpen({ state }: StepView): boolean {
  return ['running', 'waiting', 'paused', 'needs-decision', 'retrying'].includes(state);
}

function otherPorts(a: PortRefs, b: PortRefs): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((port) => !isSame(a[port], b[port])).sort();
}

/** References by content are equal when the contents are. */
function isSame(a: ValueRef | undefined, b: ValueRef | undefined): boolean {
  return isEqual(a, b);
}

function isEqual(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalJson(a as Json) === canonicalJson(b as Json);
}
