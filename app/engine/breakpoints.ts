import { toAppError } from '../core/errors/app-error.ts';
import type { Json } from '../core/graph/json.ts';
import type { PlanNode } from '../core/plan/plan.ts';
import { type BreakpointSpec, breakpointText } from '../core/run/breakpoint.ts';
import type { RunEventBody } from '../core/run/events.ts';
import { noteHit, type RunHistory } from '../core/run/history.ts';
import { turnOf } from '../core/run/step-path.ts';
import type { Expression } from '../core/template/expression.ts';

/** What a condition is asked about: a step that is about to begin, with all that it got. */
export interface AboutToBegin {
  node: PlanNode;
  step: string;
  inputs: { [port: string]: Json };
  /** What a wire has brought; undefined when it stayed silent. */
  broughtBy: (edge: string) => Brought | undefined;
}

/** A value on a wire, and its place where its port takes many. */
export interface Brought {
  value: Json;
  place?: number;
}

/** Why a run stops before a step. */
export interface Stop {
  breakpoint: string;
  edge?: string;
  place?: number;
  reason: string;
}

/** A breakpoint with its condition ready to be worked out. */
export interface ReadyBreakpoint {
  spec: BreakpointSpec;
  text: string;
  condition: Expression | undefined;
}

/** Reads the conditions. @throws AppError expression.* when one cannot be read */
export async function readyBreakpoints(specs: readonly BreakpointSpec[]): Promise<ReadyBreakpoint[]> {
  // The language of conditions is loaded for those who use it.
  const hasConditions = specs.some(({ when }) => when !== undefined);
  const compile = hasConditions ? (await import('../core/template/expression.ts')).compileExpression : undefined;
  return specs.map((spec) => ({
    spec,
    text: breakpointText(spec),
    condition: spec.when === undefined ? undefined : compile?.(spec.when),
  }));
}

type Hit = Extract<RunEventBody, { type: 'breakpoint.hit' }>;

/** Where a run stops, and how often it has come there: the counts lie in its log, so that a resume goes on counting. */
export class Breakpoints {
  private readonly heeded = new Map<string, ReadyBreakpoint[]>();
  private readonly hits: RunHistory['hits'];
  private readonly add: (hit: Hit) => void;

  /** `add` writes a hit into the log. It heeds none until it is told of some. */
  constructor(history: Pick<RunHistory, 'hits'>, add: (hit: Hit) => void) {
    this.hits = history.hits;
    this.add = add;
  }

  /** Heeds these in place of what it heeded before. */
  set(ready: readonly ReadyBreakpoint[]): void {
    this.heeded.clear();
    for (const one of ready) {
      const place = placeOf(one.spec);
      const others = this.heeded.get(place);
      if (others) others.push(one);
      else this.heeded.set(place, [one]);
    }
  }

  /** Whether the run may stop before this node: only then its values have to be looked at. */
  concern(node: PlanNode): boolean {
    if (this.heeded.size === 0) return false;
    return this.heeded.has(`node ${node.id}`) || node.wires.some(({ edge }) => this.heeded.has(`edge ${edge}`));
  }

  /** Counts the hits of a step that is about to begin, and says why the run must stop there, if it must. */
  stopAt(about: AboutToBegin): Stop | undefined {
    let stop: Stop | undefined;
    const places = [`node ${about.node.id}`, ...about.node.wires.map(({ edge }) => `edge ${edge}`)];
    for (const place of places)
      for (const one of this.heeded.get(place) ?? []) {
        const { edge } = one.spec;
        const brought = edge === undefined ? undefined : about.broughtBy(edge);
        if (edge !== undefined && !brought) continue;
        const reason = this.reason(one, about, brought?.value);
        if (reason === undefined) continue;
        if (one.spec.once) this.forget(place, one);
        stop ??= {
          ...{ breakpoint: one.text, reason },
          ...(edge !== undefined && { edge }),
          ...(brought?.place !== undefined && { place: brought.place }),
        };
      }
    return stop;
  }

  private forget(place: string, over: ReadyBreakpoint): void {
    const left = (this.heeded.get(place) ?? []).filter((one) => one !== over);
    if (left.length > 0) this.heeded.set(place, left);
    else this.heeded.delete(place);
  }

  private reason(
    { spec, text, condition }: ReadyBreakpoint,
    about: AboutToBegin,
    value: Json | undefined,
  ): string | undefined {
    const named = spec.once ? `here, as asked (${text})` : `breakpoint ${text}`;
    if (condition) {
      const answer = asked(condition, about, value);
      // Who set it wants to look there: better to stop once too often than to run past what was looked for.
      if (typeof answer === 'string') return `${named}; its condition failed: ${answer}`;
      if (!answer) return undefined;
    }
    const { hit, every } = spec;
    if (hit === undefined && every === undefined) return named;
    const { hits, stops } = this.count(text, about.step, (n) =>
      hit === undefined ? n % (every ?? 1) === 0 : n === hit,
    );
    return stops ? `${named}, at hit ${hits}` : undefined;
  }

  /** A step that begins again after a crash is the same hit. */
  private count(text: string, step: string, isStop: (hits: number) => boolean): Pick<Hit, 'hits' | 'stops'> {
    const known = this.hits.get(text);
    const before = known?.get(step);
    if (before) return before;
    const hits = (known?.size ?? 0) + 1;
    const hit: Hit = { type: 'breakpoint.hit', step, breakpoint: text, hits, stops: isStop(hits) };
    this.add(hit);
    noteHit(this.hits, { seq: 0, at: 0, ...hit });
    return hit;
  }
}

function placeOf({ node, edge }: BreakpointSpec): string {
  return node === undefined ? `edge ${edge}` : `node ${node}`;
}

/** What the condition says, or a sentence when it cannot say. */
function asked(condition: Expression, { step, inputs }: AboutToBegin, value: Json | undefined): boolean | string {
  try {
    const answer = condition.evaluate({ step, inputs, value, index: turnOf(step) });
    return typeof answer === 'boolean' ? answer : `it gives ${JSON.stringify(answer).slice(0, 60)}, not true or false.`;
  } catch (thrown) {
    return toAppError(thrown, 'expression.failed', step).message;
  }
}
