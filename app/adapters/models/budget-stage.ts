import type { WorkspaceBudgets } from '../../core/budget/budget.ts';
import type { Ledger, Refusal, Spending } from '../../core/budget/ledger.ts';
import { limitsFor, type ScopedLimit } from '../../core/budget/limits.ts';
import { shownUsd } from '../../core/budget/money.ts';
import { AppError } from '../../core/errors/app-error.ts';
import type { PipelineClock } from './call-pipeline.ts';
import type { Budgets, CallAttemptAbout, GatewayCall, Reservation } from './call-stages.ts';

export interface BudgetStageOptions {
  ledger: () => Promise<Ledger>;
  /** As they are when a call is made. */
  budgets: () => WorkspaceBudgets;
  clock: Pick<PipelineClock, 'now' | 'sleep'>;
}

/** How often to look again whether another process has given money back. */
const LOOK_AGAIN_MS = 100;

/**
 * Holds the worst case of every try back in the ledger before it is made, and settles what it came to. Where a limit has
 * no room only because of calls under way, it waits for them: most need less than was held back.
 */
export function createBudgets({ ledger, budgets: inForce, clock }: BudgetStageOptions): Budgets {
  /** What the tries of one call have cost so far. */
  const spentByCall = new WeakMap<GatewayCall, number>();
  const line = new WaitingLine(clock);

  async function reserve(about: CallAttemptAbout): Promise<Reservation> {
    const { call, name, profile } = about;
    if (profile.provider === 'built-in') return { settle: async () => undefined };
    const { about: by, outside } = call.options;
    const tags = by?.tags ?? outside?.tags ?? [];
    const at = clock.now();
    const budgets = inForce();
    const limits = limitsFor(
      { at, runId: by?.runId, node: by?.node, workflowId: by?.workflowId, tags, inside: by?.inside },
      { workspace: budgets, workflow: by?.budget, node: by?.policy.budget },
    );
    const { usage, cost } = await about.worst();
    const [anyLimit] = limits;
    if (anyLimit && !cost.known && budgets.unknownPrices !== 'allow') throw priceUnknown(about, anyLimit);
    const callSpent = spentByCall.get(call) ?? 0;
    const ofCall = limits.find(({ scope }) => scope === 'call');
    if (ofCall && callSpent + cost.nanoUsd > ofCall.nanoUsd) {
      const refused = { limit: ofCall, spentNanoUsd: callSpent, reservedNanoUsd: 0, mayFit: false };
      throw exceeded(about, refused, cost.nanoUsd);
    }
    const prompt = by ? by.prompt() : outside?.prompt;
    const spending: Spending = {
      at,
      kind: call.kind,
      profile: name,
      provider: profile.provider,
      model: profile.model,
      tags,
      ...(prompt !== undefined && { prompt }),
      ...(by && { runId: by.runId, workflowId: by.workflowId, step: by.step, node: by.node, call: by.call }),
      ...(by?.inside?.length && { within: by.inside.map(({ workflowId }) => workflowId) }),
    };
    const books = await ledger();
    const request = {
      spending,
      worst: { usage, nanoUsd: cost.nanoUsd, priceKnown: cost.known, priceVersion: cost.priceVersion },
      limits: limits.filter(({ scope }) => scope !== 'call'),
    };
    const first = await books.reserve(request);
    const id = 'id' in first ? first.id : await roomFor(first.refused);

    async function roomFor(refused: Refusal): Promise<number> {
      if (!refused.mayFit) throw exceeded(about, refused, cost.nanoUsd);
      return line.inTurn(refused.limit.key, call.options.signal, async () => {
        const answer = await books.reserve(request);
        if ('id' in answer) return answer.id;
        if (!answer.refused.mayFit) throw exceeded(about, answer.refused, cost.nanoUsd);
        return undefined;
      });
    }

    return {
      // What was held back must be enough: an answer may not be longer than was reckoned with.
      ...(anyLimit && { maxTokens: usage.outputTokens }),
      async settle(accounts, end) {
        spentByCall.set(call, (spentByCall.get(call) ?? 0) + (accounts?.cost?.nanoUsd ?? 0));
        await books.settle(id, { accounts, end });
        line.settled();
      },
    };
  }

  return { reserve };
}

/** Calls that wait until others give money back: for each sum one after the other, and only the first one looks. */
class WaitingLine {
  private readonly clock: BudgetStageOptions['clock'];
  private readonly lines = new Map<string, Promise<void>>();
  private readonly listeners = new Set<() => void>();
  private settlements = 0;

  constructor(clock: BudgetStageOptions['clock']) {
    this.clock = clock;
  }

  /** Something was settled in this process. */
  settled(): void {
    this.settlements += 1;
    for (const listener of [...this.listeners]) listener();
  }

  /** Tries `work` until it gives something, when all who came before for this sum have done so. */
  async inTurn<T>(key: string, signal: AbortSignal | undefined, work: () => Promise<T | undefined>): Promise<T> {
    const ahead = this.lines.get(key);
    let leave: () => void = () => undefined;
    const turn = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const whole = ahead === undefined ? turn : ahead.then(() => turn);
    this.lines.set(key, whole);
    try {
      if (ahead !== undefined) await orAborted(ahead, signal);
      for (;;) {
        const before = this.settlements;
        const given = await work();
        if (given !== undefined) return given;
        if (before === this.settlements) await this.change(signal);
      }
    } finally {
      leave();
      if (this.lines.get(key) === whole) this.lines.delete(key);
    }
  }

  /** Until something was settled here, or may have been in another process. */
  private async change(signal: AbortSignal | undefined): Promise<void> {
    const stop = new AbortController();
    const looking = this.clock.sleep(LOOK_AGAIN_MS, signal ? AbortSignal.any([signal, stop.signal]) : stop.signal);
    looking.catch(() => undefined);
    let listener: () => void = () => undefined;
    const settled = new Promise<void>((resolve) => {
      listener = resolve;
    });
    this.listeners.add(listener);
    try {
      await Promise.race([settled, looking]);
    } finally {
      this.listeners.delete(listener);
      stop.abort();
    }
  }
}

/** @throws the signal's reason when it aborts first */
function orAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const aborted = () => reject(signal.reason);
    if (signal.aborted) return aborted();
    signal.addEventListener('abort', aborted, { once: true });
    work.then(() => {
      signal.removeEventListener('abort', aborted);
      resolve();
    }, reject);
  });
}

function exceeded({ name }: CallAttemptAbout, refused: Refusal, nanoUsd: number): AppError {
  const { limit, spentNanoUsd, reservedNanoUsd } = refused;
  const spent = spentNanoUsd > 0 ? ` ${shownUsd(spentNanoUsd)} of it is spent.` : '';
  return new AppError('budget.exceeded', {
    message: `The budget of ${limit.what} is ${shownUsd(limit.nanoUsd)}.${spent} This call may cost up to ${shownUsd(nanoUsd)}, so it was not made.`,
    where: `profile ${name}`,
    remedy: `Raise ${limit.source}, or let the call cost less: a smaller prompt, a smaller maxTokens, a cheaper profile.`,
    data: {
      scope: limit.scope,
      limitNanoUsd: limit.nanoUsd,
      spentNanoUsd,
      reservedNanoUsd,
      callNanoUsd: nanoUsd,
    },
  });
}

function priceUnknown({ name, profile }: CallAttemptAbout, limit: ScopedLimit): AppError {
  return new AppError('budget.price_unknown', {
    message: `The price of ${profile.model} is not known, so nothing can hold its calls to the budget of ${limit.what}.`,
    where: `profile ${name}`,
    remedy:
      'Give the profile `prices` (0 for a model that costs nothing), or let such calls through uncounted: "unknownPrices": "allow" under `budgets` in pipewright.json.',
    data: { profile: name, model: profile.model, scope: limit.scope },
  });
}
