import { AppError, endsRun, isAppError, type Json, type JsonObject, type Run } from '../../app/core/nodekit/index.ts';
import { compileExpression } from '../../app/core/template/expression.ts';
import type { loop } from './manifest.ts';

type Bound = 'turns' | 'cost' | 'time';
type Why = 'condition' | 'break' | 'error' | Bound;

export const run: Run<typeof loop> = async ({ config, inputs, ports }, { cap, signal, step, detail }) => {
  const condition = config.condition.trim() === '' ? undefined : compileExpression(config.condition);
  const begun = config.timeoutMs === undefined ? 0 : cap.clock.now();
  const results: Json[] = [];
  const errors: JsonObject[] = [];
  let state: Json = inputs.state ?? null;
  let result: Json | undefined;
  let turns = 0;
  let nanoUsd = 0;
  let unpriced = 0;

  for (;;) {
    signal.throwIfAborted();
    if (config.mode === 'while' && !holds(true)) return ended('condition');
    const bound = boundReached();
    if (bound && config.onBound === 'stop') return ended(bound);
    if (bound) throw boundError(bound);
    const why = await turn();
    if (why) return ended(why);
  }

  async function turn(): Promise<Why | undefined> {
    const index = turns;
    turns += 1;
    try {
      const given = await cap.body.run(index, { state, index });
      if (given.state !== undefined) state = given.state;
      result = given.result;
      if (result !== undefined) results.push(result);
      if (given.break !== undefined && given.break !== null && given.break !== false) return 'break';
    } catch (thrown) {
      if (config.onTurnError === 'fail' || !isAppError(thrown) || endsRun(thrown) || signal.aborted) throw thrown;
      errors.push({ turn: index, code: thrown.code, message: thrown.message });
      return config.onTurnError === 'break' ? 'error' : undefined;
    } finally {
      const spent = cap.body.spent(index);
      nanoUsd += spent.nanoUsd;
      unpriced += spent.unpriced;
    }
    return config.mode === 'until' && holds(false) ? 'condition' : undefined;
  }

  /** What the condition says of the turns so far; `without` when there is none. */
  function holds(without: boolean): boolean {
    if (!condition) return without;
    const value = condition.evaluate({ ...ports, state, result: result ?? null, results, turn: turns });
    if (typeof value === 'boolean') return value;
    throw new AppError('expression.failed', {
      message: `The condition gave ${JSON.stringify(value).slice(0, 100)}, not true or false.`,
      where: `node ${step.nodeId}, condition`,
      remedy: 'End the condition with a comparison, such as == true, or size(x) > 0.',
    });
  }

  function boundReached(): Bound | undefined {
    if (turns >= config.maxTurns) return 'turns';
    if (config.maxCostUsd !== undefined && (unpriced > 0 || nanoUsd >= config.maxCostUsd * 1e9)) return 'cost';
    if (config.timeoutMs !== undefined && cap.clock.now() - begun >= config.timeoutMs) return 'time';
    return undefined;
  }

  function boundError(bound: Bound): AppError {
    const where = `node ${step.nodeId}`;
    const data = { turns, costUsd: nanoUsd / 1e9 };
    const onBound = 'or set `onBound` to stop to go on with what there is.';
    if (bound === 'turns')
      return new AppError('bound.turns', {
        message: `The loop has not ended within ${config.maxTurns} turns.`,
        where,
        remedy: `Look at the turns in the trace: does the condition ever come to hold? Raise \`maxTurns\`, ${onBound}`,
        data,
      });
    if (bound === 'time')
      return new AppError('bound.time', {
        message: `The loop has not ended within ${config.timeoutMs} ms; ${turns} turns began.`,
        where,
        remedy: `Raise \`timeoutMs\`, ${onBound}`,
        data,
      });
    return new AppError('bound.cost', {
      message:
        unpriced > 0
          ? `The loop may cost $${config.maxCostUsd} and uses a model whose price is not known.`
          : `The loop has cost $${(nanoUsd / 1e9).toFixed(4)} after ${turns} turns and may cost $${config.maxCostUsd}.`,
      where,
      remedy: unpriced > 0 ? 'Give the profile `prices`, or remove `maxCostUsd`.' : `Raise \`maxCostUsd\`, ${onBound}`,
      data,
    });
  }

  function ended(why: Why) {
    const info = { turns, why, costUsd: nanoUsd / 1e9, ...(unpriced > 0 && { unpricedCalls: unpriced }) };
    detail({ ...info, errors: errors.length });
    return { state, result: results.at(-1), results, errors, info };
  }
};
