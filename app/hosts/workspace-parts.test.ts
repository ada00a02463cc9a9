import { expect, it } from 'vitest';
import { Profile } from '../core/workspace/workspace-config.ts';
import { keptGateways } from './workspace-parts.ts';

it('keeps a gateway for profiles that are the same object, and makes another for others', () => {
  const gatewayOf = keptGateways({} as Parameters<typeof keptGateways>[0]);
  const profiles = () => ({ chat: Profile.parse({ use: 'chat', provider: 'built-in', model: 'extractive-reader' }) });
  const [mine, changed] = [profiles(), profiles()];
  expect(gatewayOf(mine)).toBe(gatewayOf(mine));
  // A config that was read anew may say the same or not: it is not looked into.
  expect(gatewayOf(changed)).not.toBe(gatewayOf(mine));
});
