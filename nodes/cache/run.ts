import { jsonHash, type Run } from '../../app/core/nodekit/index.ts';
import type { cache } from './manifest.ts';

export const run: Run<typeof cache> = async ({ config, inputs }, { cap, step, detail }) => {
  const { key: given } = inputs;
  // The definition covers the nodes inside: an edited body never answers from what the old one made.
  const key = jsonHash(['cache', config.namespace, step.definition, given]);
  const preview = key.slice(0, 12);

  const entry = await cap.cache.get({ key });
  if (entry) {
    const now = cap.clock.now();
    if (entry.expiresAt > now) {
      const info = { key: preview, hit: true, ageMs: Math.max(0, now - entry.storedAt) };
      detail(info);
      return { value: entry.value, hit: true, info };
    }
  }

  const { value } = await cap.body.run(0, { key: given });
  if (value !== undefined) await cap.cache.put({ key, value, ttlMs: config.ttlMs });
  const info = { key: preview, hit: false, ageMs: 0 };
  detail(info);
  return { value, hit: false, info };
};
