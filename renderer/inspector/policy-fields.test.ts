import { describe, expect, it } from 'vitest';
import { Policy } from '../../app/core/graph/workflow.ts';
import { manifestOf } from '../nodes/node-types.ts';
import { policyFields, policyValue, withPolicyValue } from './policy-fields.ts';

const labels = (type: string, policy: Policy = {}): string[] => {
  const manifest = manifestOf(type);
  if (!manifest) throw new Error(`there is no type ${type}`);
  return policyFields(manifest, policy).map(({ field }) => field.name);
};

describe('the policy of a node as a form', () => {
  it('has what concerns calls only where calls are made, and a cache only where nothing is written', () => {
    expect(labels('model')).toContain('calls.timeouts.totalMs');
    expect(labels('transform')).not.toContain('calls.timeouts.totalMs');
    expect(labels('transform')).toContain('cache.ttlMs');
    expect(labels('write-file')).not.toContain('cache.ttlMs');
  });

  it('shows what the file has, wherever it makes no sense', () => {
    expect(labels('write-file', { cache: { ttlMs: 1 } })).toContain('cache.ttlMs');
    expect(labels('transform', { calls: { fallbacks: [] } })).toContain('calls.fallbacks');
  });

  it('gives a policy that files take, for each of its fields', () => {
    const values: { [name: string]: number | string | object[] } = {
      'onError.action': 'port',
      'calls.fallbacks': [{ profile: 'spare' }],
    };
    const manifest = manifestOf('model');
    for (const { path, field } of manifest ? policyFields(manifest, {}) : []) {
      const value = values[field.name] ?? 5;
      const policy = withPolicyValue({}, path, value as number);
      expect(Policy.parse(policy)).toEqual(policy);
      expect(policyValue(policy as Policy, path)).toEqual(value);
      expect(withPolicyValue(policy as Policy, path, undefined)).toEqual({});
    }
  });

  it('changes one thing and keeps the rest', () => {
    const policy: Policy = { retry: { attempts: 3, baseMs: 10 }, budget: { call: { usd: 1, warnAt: 0.5 } } };
    expect(withPolicyValue(policy, ['retry', 'attempts'], undefined)).toEqual({
      retry: { baseMs: 10 },
      budget: { call: { usd: 1, warnAt: 0.5 } },
    });
    expect(withPolicyValue(policy, ['budget', 'call'], 2)).toMatchObject({ budget: { call: { usd: 2, warnAt: 0.5 } } });
    expect(policyValue(policy, ['budget', 'call'])).toBe(1);
  });

  it('goes on with values in place of a failed step', () => {
    const policy = withPolicyValue({}, ['onError', 'action'], 'default') as Policy;
    expect(policy).toEqual({ onError: { action: 'default', outputs: {} } });
    expect(labels('transform', policy)).toContain('onError.outputs');
    expect(withPolicyValue(policy, ['onError', 'action'], 'fail')).toEqual({});
  });
});
