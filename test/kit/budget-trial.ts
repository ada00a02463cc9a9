import type { Budgets, CallAttemptAbout, GatewayCall } from '../../app/adapters/models/call-stages.ts';
import type { CallAbout } from '../../app/core/capabilities/capabilities.ts';
import { isAppError } from '../../app/core/errors/app-error.ts';
import type { CallAccounts } from '../../app/core/graph/values.ts';
import { ModelProfile } from '../../app/core/workspace/workspace-config.ts';

const profile = ModelProfile.parse({ use: 'chat', provider: 'anthropic', model: 'm' });

/** A call as the gateway has it. */
export function call(by: Partial<CallAbout> = {}, signal?: AbortSignal): GatewayCall {
  const about: CallAbout = {
    ...{ runId: 'run_1', workflowId: 'wf_1', workflowHash: '', step: 'ask', node: 'ask', attempt: 1, call: 0 },
    ...{ personal: false, policy: {}, prompt: () => undefined, tags: [], sources: async () => '' },
    ...by,
  };
  const options = { about, ...(signal && { signal }) };
  return { kind: 'chat', name: 'p', profile, request: {}, options };
}
/** One try of it, which may cost so much. */
export const attempt = (nanoUsd: number, of: GatewayCall = call(), known = true): CallAttemptAbout => ({
  call: of,
  name: 'p',
  profile,
  account: 'a',
  worst: async () => ({
    usage: { inputTokens: 10, outputTokens: 100, estimated: true },
    cost: { nanoUsd, known, priceVersion: 'test' },
  }),
});
export const paid = (nanoUsd: number): CallAccounts => ({
  usage: { inputTokens: 3, outputTokens: 4, estimated: false },
  cost: { nanoUsd, known: true, priceVersion: 'test' },
});
/** Numbers in [0, 1) that a seed decides. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** A hundred calls at once in the run `run_<trial>` with a dollar; what its provider charged, and how many it was asked. */
export async function hundredCalls(
  budgets: Budgets,
  trial: number,
  salt = 0,
): Promise<{ charged: number; refused: number; asked: number }> {
  const random = seeded(trial + salt * 7919);
  const dearest = 1e7 + random() * 2e8;
  const outcome = { charged: 0, refused: 0, asked: 0 };
  await Promise.all(
    Array.from({ length: 100 }, async (_, n) => {
      const worst = Math.ceil(random() * dearest);
      const ticks = Math.floor(random() * 4);
      const share = random();
      const ends = random();
      const stop = new AbortController();
      const mine = call({ runId: `run_${trial}`, call: n }, stop.signal);
      if (ends < 0.05) setImmediate(() => stop.abort(new Error('cancelled')));
      try {
        const reservation = await budgets.reserve(attempt(worst, mine));
        outcome.asked += 1;
        for (let tick = 0; tick < ticks; tick += 1) await new Promise((resolve) => setImmediate(resolve));
        const cost = ends > 0.9 ? 0 : Math.floor(worst * share);
        outcome.charged += cost;
        await reservation.settle(cost === 0 ? undefined : paid(cost), ends > 0.9 ? 'failed' : 'answered');
      } catch (thrown) {
        if (thrown !== stop.signal.reason && !(isAppError(thrown) && thrown.code === 'budget.exceeded')) throw thrown;
        outcome.refused += 1;
      }
    }),
  );
  return outcome;
}
