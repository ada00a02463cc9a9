import { endsRun, isAppError, type Json, type JsonObject, type Run } from '../../app/core/nodekit/index.ts';
import type { map } from './manifest.ts';

export const run: Run<typeof map> = async ({ config, inputs }, { cap, signal, detail }) => {
  const { items } = inputs;
  const results: (Json | undefined)[] = new Array(items.length).fill(undefined);
  const errors: JsonObject[] = [];
  const failures: { index: number; thrown: unknown }[] = [];
  let next = 0;

  async function worker(): Promise<void> {
    while (next < items.length && failures.length === 0) {
      signal.throwIfAborted();
      const index = next;
      next += 1;
      try {
        const { result } = await cap.body.run(index, { item: items[index] as Json, index });
        results[index] = result;
      } catch (thrown) {
        if (config.onItemError === 'collect' && isAppError(thrown) && !endsRun(thrown) && !signal.aborted) {
          errors.push({ index, code: thrown.code, message: thrown.message });
        } else {
          failures.push({ index, thrown });
        }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(config.concurrency, items.length) }, worker));

  // Items start in order and those under way are awaited, so the first failure by index does not depend on timing.
  failures.sort((a, b) => a.index - b.index);
  if (failures[0]) throw failures[0].thrown;
  errors.sort((a, b) => (a['index'] as number) - (b['index'] as number));
  detail({
    items: items.length,
    results: results.filter((result) => result !== undefined).length,
    errors: errors.length,
  });
  return {
    results:
      config.onSilent === 'null'
        ? results.map((result) => result ?? null)
        : results.filter((result) => result !== undefined),
    errors,
  };
};
