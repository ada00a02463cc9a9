import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { SECRET } from '../bench-workspace.ts';
import { finished } from './bench-runs.ts';
import type { MethodsOf } from './method-row.ts';

export const workspaceMethods: MethodsOf<'workspace' | 'session' | 'storage'> = {
  'workspace.info': {
    async works({ client, folder }) {
      const info = await client.workspace.info({});
      expect(info).toMatchObject({ name: 'Bench', folder, capture: 'full' });
      expect(info.tables).toEqual([{ name: 'customers', file: 'tables/customers.csv' }]);
      expect(JSON.stringify(info)).not.toMatch(/SLOW_KEY|http:/);
    },
    shape: {},
    refuses: [],
  },
  'workspace.profiles': {
    async works({ client, host }) {
      const status = async () => (await client.workspace.profiles({})).find(({ name }) => name === 'slow');
      expect(await client.workspace.profiles({})).toContainEqual({
        ...{ name: 'local-embedder', use: 'embedding', provider: 'built-in', model: 'hashing-embedder' },
        ...{ builtIn: true, fallbacks: [] },
      });
      expect(host.config.profiles['slow']).toMatchObject({ provider: 'openai-compatible' });
      expect(await status()).toMatchObject({ name: 'slow', builtIn: false });
      expect(JSON.stringify(await status())).not.toMatch(/http:|sk-/);
    },
    shape: {},
    refuses: [],
  },
  'workspace.doctor': {
    async works({ client }) {
      await finished(client, 'echo', { value: 1 });
      const { findings } = await client.workspace.doctor({});
      expect(findings.find(({ check }) => check === 'database')).toMatchObject({ severity: 'ok' });
      expect(findings.find(({ severity }) => severity === 'error')).toMatchObject({ check: 'workflows' });
      const { rebuilt } = await client.workspace.doctor({ rebuild: true });
      expect(rebuilt?.runs).toBeGreaterThan(0);
    },
    shape: {},
    refuses: [{ input: { rebuild: 'yes' }, where: '$.rebuild' }],
  },
  'workspace.about': {
    async works({ client, folder }) {
      const about = await client.workspace.about({});
      expect(about.versions.map(({ of }) => of)).toEqual(['Pipewright', 'Node', 'SQLite', 'LanceDB']);
      for (const { version } of about.versions) expect(version).toMatch(/^\d+\.\d+/);
      expect(about.folders).toEqual({ workspace: folder, profile: join(folder, 'home') });
    },
    shape: {},
    refuses: [],
  },
  'workspace.licence': {
    async works({ client }) {
      expect(await client.workspace.licence({ package: 'nothing', version: '1.0.0' })).toEqual({ text: null });
    },
    shape: { package: 'zod', version: '1.0.0' },
    refuses: [{ input: { package: 'zod' }, where: '$.version' }],
  },
  'session.list': {
    async works({ client, host }) {
      const sessions = await host.sessions();
      await sessions.append({ space: 'listed', session: 'ada', user: 'Hello', assistant: 'Hello Ada' });
      await sessions.append({ space: 'other', session: 'bob', user: 'Hello', assistant: 'Hello Bob' });
      expect(await client.session.list({ space: 'listed' })).toMatchObject([
        { space: 'listed', session: 'ada', turns: 1, summarised: 0, personal: false },
      ]);
      expect((await client.session.list({ limit: 1 })).map((one) => one.session)).toEqual(['bob']);
    },
    shape: { space: 'chat' },
    refuses: [
      { input: { space: '../x' }, where: '$.space' },
      { input: { limit: 0 }, where: '$.limit' },
    ],
  },
  'session.show': {
    async works({ client, host }) {
      const sessions = await host.sessions();
      const key = { space: 'shown', session: `s-${Math.random()}` };
      const about = { personal: true, runId: 'run_1', step: 'talk', call: 'c1' } as never;
      expect(await client.session.show(key)).toBeNull();
      await sessions.append({ ...key, user: `My key is ${SECRET}.`, assistant: 'Keep it.' });
      await sessions.append({ ...key, user: 'I am ill.', assistant: 'Get well.' }, { about });
      const shown = await client.session.show(key);
      expect(shown?.turns).toBe(2);
      // Neither a secret that was said nor what is personal comes along.
      expect(JSON.stringify(shown)).not.toContain(SECRET);
      expect(shown?.history).toMatchObject([
        { turn: 1, assistant: 'Keep it.' },
        { turn: 2, personal: true },
      ]);
      expect(shown?.history[1]).not.toHaveProperty('user');
      expect((await client.session.show({ ...key, limit: 1 }))?.history.map(({ turn }) => turn)).toEqual([2]);
    },
    shape: { space: 'chat', session: 'ada' },
    refuses: [
      { input: { space: 'chat' }, where: '$.session' },
      { input: { space: 'a b', session: 'x' }, where: '$.space' },
    ],
  },
  'session.remove': {
    async works({ client, host }) {
      const sessions = await host.sessions();
      const key = { space: 'gone', session: 'ada' };
      await sessions.append({ ...key, user: 'Hello', assistant: 'Hello Ada' });
      await sessions.append({ space: 'gone', session: 'bob', user: 'Hello', assistant: 'Hello Bob' });
      expect(await client.session.remove(key)).toEqual({ removed: true });
      expect(await client.session.remove(key)).toEqual({ removed: false });
      expect((await client.session.list({ space: 'gone' })).map(({ session }) => session)).toEqual(['bob']);
    },
    shape: { space: 'chat', session: 'nobody' },
    refuses: [{ input: { space: 'chat', session: '' }, where: '$.session' }],
  },
  'storage.usage': {
    async works({ client }) {
      await finished(client, 'echo', { value: 1 });
      const { parts, runs, keeping } = await client.storage.usage({});
      const bytes = Object.fromEntries(parts.map((one) => [one.part, one.bytes]));
      expect(bytes['runs']).toBeGreaterThan(10_000);
      expect(runs).toBeGreaterThan(0);
      expect(keeping).toEqual({ payloadDays: 0, limits: {} });
      expect(parts.filter((one) => !one.cleanable).map((one) => one.part)).toEqual(['collections', 'ledger']);
    },
    shape: {},
    refuses: [],
  },
  'storage.preview': {
    async works({ client }) {
      await finished(client, 'echo', { value: 1 });
      await finished(client, 'echo', { value: 2 });
      const { runs, bytes } = await client.storage.preview({ limits: { runs: 1 } });
      const all = (await client.run.count({})).runs;
      expect(runs.length).toBeGreaterThan(0);
      expect(runs.length).toBeLessThan(all);
      expect(bytes).toBeGreaterThan(0);
      expect((await client.run.count({})).runs).toBe(all);
    },
    shape: { limits: {} },
    refuses: [{ input: { limits: { days: 0 } }, where: '$.limits.days' }],
  },
  'storage.keep': {
    async works({ client, folder }) {
      const file = join(folder, 'pipewright.json');
      const before = readFileSync(file, 'utf8');
      await client.storage.keep({ payloadDays: 30, limits: { runs: 1_000_000 } });
      const after = JSON.parse(readFileSync(file, 'utf8'));
      expect(after).toEqual({ ...JSON.parse(before), retentionDays: 30, keepRuns: { runs: 1_000_000 } });
      expect((await client.storage.usage({})).keeping).toEqual({ payloadDays: 30, limits: { runs: 1_000_000 } });
      await client.storage.keep({ payloadDays: 0, limits: {} });
      writeFileSync(file, before);
    },
    shape: { payloadDays: 0, limits: {} },
    refuses: [{ input: { payloadDays: -1, limits: {} }, where: '$.payloadDays' }],
  },
  'storage.clean': {
    async works({ client }) {
      const old = await finished(client, 'echo', { value: 1 });
      const open = await finished(client, 'review', { value: 1 });
      const newest = await finished(client, 'echo', { value: 2 });
      await client.storage.keep({ payloadDays: 0, limits: { runs: 1 } });
      const seen: string[] = [];
      for await (const one of await client.storage.clean({ part: 'runs' })) {
        seen.push(one.type);
        if (one.type === 'report') expect(one.report).toMatchObject({ part: 'runs', stopped: false });
      }
      expect(seen[0]).toBe('progress');
      expect(seen.at(-1)).toBe('report');
      await expect(client.run.trace({ run: old })).rejects.toMatchObject({ code: 'run.not_found' });
      for (const run of [open, newest]) expect((await client.run.trace({ run, payloads: 'none' })).runId).toBe(run);
      await client.run.cancel({ run: open, reason: 'over' });
      await client.storage.keep({ payloadDays: 0, limits: {} });
    },
    shape: { part: 'trash' },
    refuses: [{ input: { part: 'everything' }, where: '$.part' }],
  },
};
