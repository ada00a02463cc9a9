import { canonicalJson, type Json } from '../core/graph/json.ts';
import type { Decision } from '../core/graph/values.ts';
import type { PlanNode } from '../core/plan/plan.ts';
import type { SealedWait, ValueRef, WaitKind } from '../core/run/events.ts';
import type { WaitPast } from '../core/run/history.ts';
import { type Cell, cellOf, cellOfRef, type ValueKeeper } from './cells.ts';
import type { LiveStep } from './live-steps.ts';
import type { RunLog } from './run-log.ts';
import type { WaitSpec } from './step-calls.ts';

interface OpenWait {
  step: LiveStep;
  kind: WaitKind;
  dueAt: number | undefined;
  resolve: (decision: Decision | null) => void;
}

/** What waits in this run for a person or a time, and how it goes on. Waits have ids that are the same in every process. */
export class OpenWaits {
  private readonly open_ = new Map<string, OpenWait>();
  private readonly about: {
    runId: string;
    log: RunLog;
    past: ReadonlyMap<string, WaitPast>;
    hash(text: string): string;
    now(): number;
    keeper(node: PlanNode): ValueKeeper;
    load(cell: Cell): Promise<Json>;
    block(step: LiveStep): void;
    unblock(step: LiveStep): void;
    /** A wait that is due at some time has been opened. */
    onDue(): void;
  };

  constructor(about: OpenWaits['about']) {
    this.about = about;
  }

  get size(): number {
    return this.open_.size;
  }

  ids(): string[] {
    return [...this.open_.keys()];
  }

  /** When the first wait is due, of all or of one kind; undefined when none has a time. */
  nextDue(kind?: WaitKind): number | undefined {
    let next: number | undefined;
    for (const open of this.open_.values()) {
      if (open.dueAt === undefined || (kind !== undefined && open.kind !== kind)) continue;
      if (next === undefined || open.dueAt < next) next = open.dueAt;
    }
    return next;
  }

  /** What the log says of this wait, if the step has come to it before. */
  past(step: LiveStep, call: number | 'break', kind: WaitSpec['kind']): WaitPast | undefined {
    return this.about.past.size > 0 ? this.about.past.get(this.idOf(step, call, kind)) : undefined;
  }

  /** Resolves with the decision, at once when the log holds it; with null when the wait expired. */
  open(step: LiveStep, call: number | 'break', request: WaitSpec): Promise<Decision | null> {
    const id = this.idOf(step, call, request.kind);
    const past = this.about.past.get(id);
    if (past?.decision) return this.recall(past.decision, past.sealed);
    if (past?.expired) return Promise.resolve(null);
    const dueAt = past ? past.event.dueAt : this.announce(id, step, request);
    return new Promise((resolve) => {
      step.waiting += 1;
      this.open_.set(id, { kind: request.kind, resolve, dueAt, step });
      this.about.block(step);
      if (dueAt !== undefined) this.about.onDue();
    });
  }

  /** Applies decisions and expiries that have come meanwhile. True when any wait ended. */
  async settle(): Promise<boolean> {
    const { log, now } = this.about;
    // A replay goes as far as its log, whatever has come due since.
    if (this.open_.size === 0 || log.replaying) return false;
    let settled = false;
    for (const { wait, decision } of await log.pendingDecisions()) {
      const open = this.open_.get(wait);
      if (!open) continue;
      log.add({ type: 'wait.decided', step: open.step.path, wait, ...this.kept(open.step.node, decision) });
      this.resolve(wait, open, decision);
      settled = true;
    }
    for (const [wait, open] of [...this.open_]) {
      if (open.dueAt === undefined || open.dueAt > now()) continue;
      log.add({ type: 'wait.expired', step: open.step.path, wait });
      this.resolve(wait, open, null);
      settled = true;
    }
    return settled;
  }

  /** Forgets what a step waits for: it has been cancelled. */
  drop(step: LiveStep): void {
    for (const [wait, open] of this.open_) if (open.step === step) this.open_.delete(wait);
  }

  private idOf(step: LiveStep, call: number | 'break', kind: WaitSpec['kind']): string {
    return `wait_${this.about.hash(`${this.about.runId} ${step.path} ${call} ${kind}`).slice(0, 24)}`;
  }

  private resolve(wait: string, open: OpenWait, decision: Decision | null): void {
    this.open_.delete(wait);
    open.step.waiting -= 1;
    this.about.unblock(open.step);
    open.resolve(decision);
  }

  private async recall(decision: Decision, sealed: ValueRef | undefined): Promise<Decision> {
    return sealed ? ((await this.about.load(cellOfRef(sealed))) as unknown as Decision) : decision;
  }

  /** What the log says of a decision: all, or of a node marked personal only who chose what and when. */
  private kept(node: PlanNode, decision: Decision): { decision: Decision; sealed?: ValueRef } {
    if (!node.personal) return { decision };
    const { action, by, at } = decision;
    const sealed = cellOf(decision as unknown as Json, this.about.keeper(node)).ref;
    return { decision: { action, values: {}, by, at }, sealed };
  }

  /** What the log says to the person. The title may be as personal as the payload: either may come from a wire. */
  private asked({ node, path }: LiveStep, { title, form, reason }: WaitSpec): SealedWait & { sealed?: ValueRef } {
    const told: SealedWait = { title, ...(form && { form }), ...(reason !== undefined && { reason }) };
    if (!node.personal) return told;
    return { title: `Decision for ${path}`, sealed: cellOf(told, this.about.keeper(node)).ref };
  }

  private announce(wait: string, step: LiveStep, request: WaitSpec): number | undefined {
    const { log, now, hash, keeper } = this.about;
    const dueAt = request.dueAt ?? (request.timeoutMs === undefined ? undefined : now() + request.timeoutMs);
    log.add({
      type: 'step.waiting',
      step: step.path,
      wait,
      kind: request.kind,
      ...this.asked(step, request),
      payload: cellOf(request.payload, keeper(step.node)).ref,
      payloadHash: hash(canonicalJson(request.payload)),
      actions: request.actions,
      ...(dueAt !== undefined && { dueAt }),
      ...(request.breakpoint !== undefined && { breakpoint: request.breakpoint }),
      ...(request.edge !== undefined && { edge: request.edge }),
      ...(request.place !== undefined && { place: request.place }),
    });
    return dueAt;
  }
}
