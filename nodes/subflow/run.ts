import type { Json, Run } from '../../app/core/nodekit/index.ts';
import type { subflow } from './manifest.ts';

export const run: Run<typeof subflow> = async ({ config, ports }, { cap, detail }) => {
  const given: { [input: string]: Json } = {};
  for (const [name, declared] of Object.entries(config.interface?.inputs ?? {})) {
    const value = (ports[name] as Json | undefined) ?? declared.default;
    if (value !== undefined) given[name] = value;
  }
  try {
    return await cap.body.run(0, given);
  } finally {
    const { nanoUsd, unpriced } = cap.body.spent(0);
    detail({ costUsd: nanoUsd / 1e9, ...(unpriced > 0 && { unpricedCalls: unpriced }) });
  }
};
