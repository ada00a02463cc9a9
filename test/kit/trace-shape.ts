import type { Trace } from '../../app/index.ts';

/** What happened in a run, without ids and times: equal for the same workflow on the same inputs, wherever it ran. */
export function traceShape({ steps, status, outputs, spent, workflowHash }: Trace) {
  return {
    ...{ status, outputs, spent, workflowHash },
    // Side by side they begin in any order.
    steps: steps
      .map(({ step, node: of, state, calls, outputs: given, skipped, handled }) => ({
        ...{ step, of, state, outputs: given },
        ...(skipped && { skipped }),
        ...(handled && { handled }),
        calls: calls.map(({ kind, state: end, request, cost, model }) => ({
          ...{ kind, end, cost, model },
          request: kind === 'code.run' ? withoutTime(request) : request,
        })),
      }))
      .sort((one, other) => (one.step < other.step ? -1 : 1)),
  };
}

/** Code is told the time and chance of its run. */
function withoutTime(request: Trace['steps'][number]['calls'][number]['request']): unknown {
  const { value } = request as { value: { now?: number; seed?: number } };
  const { now: _now, seed: _seed, ...rest } = value;
  return rest;
}
