import type { CallAttemptAbout } from '../../app/adapters/models/call-stages.ts';
import type { CallOptions } from '../../app/core/capabilities/capabilities.ts';
import { Profile } from '../../app/core/workspace/workspace-config.ts';

/** One try of a call as a limiter sees it. */
export function limiterAbout({
  limits,
  account = 'account',
  worst = { input: 0, output: 0 },
  options = {},
  queueMs,
}: {
  limits?: object;
  account?: string;
  worst?: { input: number; output: number };
  options?: CallOptions;
  queueMs?: number;
}): CallAttemptAbout {
  const profile = Profile.parse({
    use: 'chat',
    provider: 'ollama',
    model: 'm',
    ...(limits && { limits }),
    ...(queueMs !== undefined && { queueMs }),
  });
  return {
    call: { kind: 'chat', name: 'p', profile, request: {}, options },
    name: 'p',
    profile,
    account,
    worst: async () => ({
      usage: { inputTokens: worst.input, outputTokens: worst.output, estimated: true },
      cost: { nanoUsd: 0, known: true, priceVersion: 'none' },
    }),
  };
}
