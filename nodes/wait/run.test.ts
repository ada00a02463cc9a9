import { describe, expect, it } from 'vitest';
import { runNode } from '../../test/kit/run-node.ts';
import { check } from './check.ts';
import { wait } from './manifest.ts';
import { run } from './run.ts';

const NOW = Date.UTC(2027, 0, 31, 9);

async function waited(config: object, value?: unknown) {
  const timers: object[] = [];
  const result = await runNode(wait, run, {
    config,
    ...(value !== undefined && { inputs: { value } }),
    cap: {
      clock: { now: () => NOW },
      waits: { timer: async (request) => void timers.push(request) },
    },
  });
  return { ...result, timers };
}

describe('wait', () => {
  it.each([
    [{ for: '1h30m' }, NOW + 5_400_000],
    [{ for: '0s' }, NOW],
    [{ until: '2027-02-01T09:00+01:00' }, Date.UTC(2027, 1, 1, 8)],
    [{ until: '2020-01-01T00:00Z' }, Date.UTC(2020, 0, 1)],
  ])('%j waits once, until the right time, and hands its value on', async (config, dueAt) => {
    const { outputs, timers, detail } = await waited(config, { n: 1 });
    const at = new Date(dueAt).toISOString();
    expect(timers).toEqual([{ title: `Until ${at}`, dueAt }]);
    expect(outputs).toEqual({ value: { n: 1 }, at });
    expect(detail).toEqual({ at });
  });

  it('needs no value, and says its title', async () => {
    const { outputs, timers } = await waited({ for: '1s', title: 'A pause' });
    expect(Object.keys(outputs)).toEqual(['at']);
    expect(timers).toMatchObject([{ title: 'A pause' }]);
  });

  it('refuses no time, two times and a time too far away', async () => {
    await expect(waited({})).rejects.toMatchObject({ code: 'step.input' });
    await expect(waited({ for: '1s', until: '2027-02-01T09:00Z' })).rejects.toMatchObject({ code: 'step.input' });
    await expect(waited({ until: '2047-02-01T09:00Z' })).rejects.toMatchObject({ code: 'step.input' });
    expect(wait.config.safeParse({ for: '4000d' }).success).toBe(false);
    expect(wait.config.safeParse({ for: 'soon' }).success).toBe(false);
    expect(wait.config.safeParse({ until: '2027-02-01' }).success).toBe(false);
  });

  it('is checked before it runs, wires counted', async () => {
    const found = (config: object, connected: string[] = []) =>
      check(wait.config.parse(config), {
        nodeId: 'w',
        connected: new Set(connected),
        workflow: undefined as never,
        prompts: new Map(),
      });
    expect(await found({ for: '1s' })).toEqual([]);
    expect(await found({}, ['config/until'])).toEqual([]);
    expect(await found({})).toMatchObject([{ severity: 'error', field: 'for' }]);
    expect(await found({ for: '1s' }, ['config/until'])).toMatchObject([{ severity: 'error' }]);
  });
});
