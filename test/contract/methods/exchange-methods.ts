import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { SECRET } from '../bench-workspace.ts';
import { eventsOf, finished, run } from './bench-runs.ts';
import type { MethodsOf } from './method-row.ts';

export const exchangeMethods: MethodsOf<'exporting' | 'cassette' | 'grants' | 'secret'> = {
  'exporting.make': {
    async works({ client, folder }) {
      const { text, requires, ...about } = await client.exporting.make({ workflow: 'ask' });
      const file = JSON.parse(text);
      expect(about).toEqual({
        name: 'ask.export.json',
        workflow: { id: 'wf_ask', name: 'ask' },
        hash: file.hash,
        holds: { workflows: ['workflows/ask.flow.json'], prompts: ['prompts/plain.md'] },
      });
      expect(requires).toEqual(file.requires);
      expect(requires).toMatchObject({ profiles: [{ name: 'slow', secret: 'SLOW_KEY' }], secrets: ['SLOW_KEY'] });
      expect(text).not.toContain(SECRET);
      expect(file.prompts['prompts/plain.md']).toBe(readFileSync(join(folder, 'prompts/plain.md'), 'utf8'));
    },
    shape: { workflow: 'ask' },
    refuses: [{ input: { workflow: '../ask' }, where: '$.workflow' }],
    fails: { input: { workflow: 'gone' }, code: 'workflow.missing' },
  },
  'exporting.preview': {
    async works({ client, folder }) {
      const { text, hash } = await client.exporting.make({ workflow: 'report' });
      const before = readFileSync(join(folder, 'pipewright.json'), 'utf8');
      const preview = await client.exporting.preview({ text });
      expect(preview).toMatchObject({
        ...{ hash, inTheWay: [], requires: { grants: ['write:reports'] } },
        workflow: { id: 'wf_report' },
        report: { file: 'workflows/report.flow.json', added: { profiles: [], collections: [], tables: [] } },
      });
      const changed = JSON.parse(text);
      await expect(
        client.exporting.preview({ text: JSON.stringify({ ...changed, main: 'workflows/x.flow.json' }) }),
      ).rejects.toMatchObject({ code: 'export.tampered' });
      expect(readFileSync(join(folder, 'pipewright.json'), 'utf8')).toBe(before);
    },
    shape: { text: '{}', withProfiles: false },
    refuses: [
      { input: { text: '' }, where: '$.text' },
      { input: { text: '{}', withProfiles: 'yes' }, where: '$.withProfiles' },
      { input: { text: '{}', as: '../ask' }, where: '$.as' },
    ],
    fails: { input: { text: '{"export":1}' }, code: 'export.tampered' },
  },
  'exporting.take': {
    async works({ client, folder, host }) {
      const config = readFileSync(join(folder, 'pipewright.json'), 'utf8');
      const { text } = await client.exporting.make({ workflow: 'ask' });
      const path = join(folder, 'workflows/ask.flow.json');
      const mine = readFileSync(path, 'utf8');
      // What is here under that name with another content stays as it is.
      writeFileSync(path, mine.replace('"name":"ask"', '"name":"Mine"'));
      const ours = readFileSync(path, 'utf8');
      expect(ours).not.toBe(mine);
      const refused = client.exporting.take({ text });
      await expect(refused).rejects.toMatchObject({ code: 'export.exists' });
      const granted = host.grants.list();
      const report = await client.exporting.take({ text, rename: true });
      expect(report.file).toBe('workflows/ask-2.flow.json');
      expect(readFileSync(path, 'utf8')).toBe(ours);
      // Under a name that somebody chose, as the preview said.
      const asked = { text, rename: true, as: 'asked' };
      expect((await client.exporting.preview({ text, as: 'asked' })).report.file).toBe('workflows/asked.flow.json');
      const named = await client.exporting.take(asked);
      expect(named.file).toBe('workflows/asked.flow.json');
      rmSync(join(folder, named.file));
      expect(host.grants.list()).toEqual(granted);
      expect((await client.workflow.read({ workflow: 'ask-2' })).workflow.name).toBe('ask');
      writeFileSync(path, mine);
      rmSync(join(folder, report.file));
      writeFileSync(join(folder, 'pipewright.json'), config);
    },
    shape: { text: '{}', withProfiles: false, rename: false },
    refuses: [
      { input: { text: '{}', rename: 1 }, where: '$.rename' },
      { input: { text: '{}', as: 'a/b' }, where: '$.as' },
    ],
    fails: { input: { text: '{"export":9}' }, code: 'export.newer' },
  },
  'cassette.list': {
    async works({ client, folder }) {
      mkdirSync(join(folder, 'tests/deep'), { recursive: true });
      writeFileSync(join(folder, 'tests/deep/listed.cassette.json'), '{}');
      try {
        expect(await client.cassette.list({})).toContainEqual({
          name: 'listed',
          file: 'tests/deep/listed.cassette.json',
        });
      } finally {
        rmSync(join(folder, 'tests/deep'), { recursive: true });
      }
    },
    shape: {},
    refuses: [],
  },
  'cassette.record': {
    async works({ client, say, folder }) {
      say('As ', 'recorded.');
      const runId = await finished(client, 'ask', { question: 'How?' });
      expect(await client.cassette.record({ run: runId, name: 'how', replace: true })).toMatchObject({
        file: 'tests/how.cassette.json',
        runId,
        workflow: { id: 'wf_ask', name: 'ask' },
        status: 'succeeded',
        calls: 1,
      });
      const text = readFileSync(join(folder, 'tests/how.cassette.json'), 'utf8');
      expect(text).toContain('As recorded.');
      expect(text).not.toContain(SECRET);
      await expect(client.cassette.record({ run: runId, name: 'how' })).rejects.toMatchObject({
        code: 'cassette.exists',
      });
    },
    shape: { ...run, name: 'how' },
    refuses: [
      ...['../how', 'a/b', '.hidden', '', 'C:x'].map((name) => ({ input: { ...run, name }, where: '$.name' })),
      { input: { name: 'how' }, where: '$.run' },
    ],
    fails: { input: { ...run, name: 'how' }, code: 'run.not_found' },
  },
  'cassette.test': {
    async works({ client, say, provider, folder }) {
      say('As tried.');
      const runId = await finished(client, 'ask', { question: 'What?' });
      await client.cassette.record({ run: runId, name: 'what', replace: true });
      const asked = provider.requests.length;
      const report = await client.cassette.test({ cassettes: ['what'] });
      expect(report).toMatchObject({ same: 1, differs: 0, invalid: 0, cassettes: [{ outcome: 'same', calls: 1 }] });
      expect(provider.requests).toHaveLength(asked);
      const file = join(folder, 'tests/what.cassette.json');
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll('As tried.', 'As changed.'));
      const { cassettes } = await client.cassette.test({ cassettes: ['what'], update: true });
      expect(cassettes).toMatchObject([{ outcome: 'same', differences: [] }]);
      writeFileSync(file, readFileSync(file, 'utf8').replace('As changed.', 'As nobody said.'));
      const [differing] = (await client.cassette.test({ cassettes: ['what'] })).cassettes;
      expect(differing).toMatchObject({ outcome: 'differs', differences: [{ kind: 'output', at: 'text' }] });
      rmSync(file);
    },
    shape: { cassettes: ['what'] },
    refuses: [
      { input: { cassettes: ['../what'] }, where: '$.cassettes[0]' },
      { input: { update: 1 }, where: '$.update' },
    ],
    fails: { input: { cassettes: ['nowhere'] }, code: 'cassette.missing' },
  },
  'grants.needs': {
    async works({ client }) {
      expect(await client.grants.needs({ workflow: 'echo' })).toEqual([]);
      expect(await client.grants.needs({ workflow: 'report' })).toEqual([
        { ability: 'write', target: 'reports', granted: false },
      ]);
    },
    shape: { workflow: 'report' },
    refuses: [{ input: { workflow: '../report' }, where: '$.workflow' }],
    fails: { input: { workflow: 'gone' }, code: 'workflow.missing' },
  },
  'grants.add': {
    async works({ client, folder }) {
      const start = () => client.run.start({ workflow: 'report', inputs: { value: 'x' } });
      await expect(start()).rejects.toMatchObject({ code: 'grant.missing' });
      const grants = [{ ability: 'write' as const, target: 'reports/' }];
      const plain = [{ ability: 'write', target: 'reports' }];
      expect(await client.grants.add({ workflow: 'report', grants })).toEqual({ added: plain });
      expect(await client.grants.add({ workflow: 'report', grants })).toEqual({ added: [] });
      await eventsOf(client, (await start()).runId);
      expect(readFileSync(join(folder, 'reports/a.txt'), 'utf8')).toBe('x');
      const [record] = await client.grants.list({});
      expect(await client.grants.revoke({ workflow: record?.workflow ?? '' })).toEqual({ revoked: plain });
    },
    shape: { workflow: 'report', grants: [{ ability: 'write', target: 'reports' }] },
    refuses: [
      { input: { workflow: 'report', grants: [] }, where: '$.grants' },
      { input: { workflow: 'report', grants: [{ ability: 'run', target: 'x' }] }, where: '$.grants[0].ability' },
    ],
    fails: {
      input: { workflow: 'report', grants: [{ ability: 'network', target: 'a.example' }] },
      code: 'grant.invalid',
    },
  },
  'grants.list': {
    async works({ client }) {
      await client.grants.add({ workflow: 'report', grants: [{ ability: 'write', target: 'reports' }] });
      const list = await client.grants.list({});
      expect(list).toMatchObject([{ name: 'report', grants: [{ ability: 'write', target: 'reports' }] }]);
      await client.grants.revoke({ workflow: list[0]?.workflow ?? '' });
      expect(await client.grants.list({})).toEqual([]);
    },
    shape: {},
    refuses: [],
  },
  'grants.revoke': {
    async works({ client }) {
      const grants = [{ ability: 'write' as const, target: 'reports' }];
      await client.grants.add({ workflow: 'report', grants });
      const [record] = await client.grants.list({});
      const workflow = record?.workflow ?? '';
      const others = [{ ability: 'secret' as const, target: 'KEY' }];
      expect(await client.grants.revoke({ workflow, grants: others })).toEqual({ revoked: [] });
      expect(await client.grants.revoke({ workflow, grants })).toEqual({ revoked: grants });
    },
    shape: { workflow: 'a'.repeat(64) },
    refuses: [{ input: { workflow: 'abc' }, where: '$.workflow' }],
    fails: {
      input: { workflow: 'a'.repeat(64), grants: [{ ability: 'network', target: 'a b' }] },
      code: 'grant.invalid',
    },
  },
  'secret.list': {
    async works({ client }) {
      const { vault, secrets } = await client.secret.list({});
      expect(vault).toMatchObject({ lock: 'key file', open: true, keychainProblem: null });
      expect(secrets).toContainEqual({ name: 'SLOW_KEY', source: 'environment', hosts: [], profiles: ['slow'] });
    },
    shape: {},
    refuses: [],
  },
  'secret.set': {
    async works({ client, folder }) {
      await client.secret.set({ name: 'CRM_TOKEN', value: 'crm-value-1234', hosts: ['https://crm.example/'] });
      const list = await client.secret.list({});
      expect(list.secrets).toContainEqual({
        ...{ name: 'CRM_TOKEN', source: 'vault', hosts: ['crm.example'], profiles: [] },
      });
      expect(JSON.stringify(list)).not.toContain('crm-value');
      expect(readFileSync(join(folder, 'home/vault.json'), 'utf8')).not.toContain('crm-value');
      // It is taken out of what is shown from now on, though the host was opened before it was set.
      const given = { workflow: 'echo', inputs: { value: 'it says crm-value-1234' }, capture: 'redacted' } as const;
      const { runId } = await client.run.start(given);
      await eventsOf(client, runId);
      expect((await client.run.trace({ run: runId })).outputs).toEqual({ value: { value: 'it says [secret]' } });
      await expect(
        client.secret.set({ name: 'CRM_TOKEN', value: 'two\nlines', hosts: ['crm.example'] }),
      ).rejects.toMatchObject({ code: 'secret.invalid' });
      await client.secret.remove({ name: 'CRM_TOKEN' });
    },
    shape: { name: 'CRM_TOKEN', value: 'x', hosts: ['crm.example'] },
    refuses: [
      { input: { name: 'CRM_TOKEN', value: 'x', hosts: [] }, where: '$.hosts' },
      { input: { name: '', value: 'x', hosts: ['a.example'] }, where: '$.name' },
    ],
    fails: { input: { name: 'crm token', value: 'x', hosts: ['a.example'] }, code: 'grant.invalid' },
  },
  'secret.bindTo': {
    async works({ client }) {
      await client.secret.bindTo({ name: 'BOUND', hosts: ['a.example', '*.b.example'] });
      expect((await client.secret.list({})).secrets).toContainEqual({
        ...{ name: 'BOUND', source: null, hosts: ['a.example', '*.b.example'], profiles: [] },
      });
      expect(await client.secret.remove({ name: 'BOUND' })).toEqual({ removed: true });
    },
    shape: { name: 'BOUND', hosts: ['a.example'] },
    refuses: [{ input: { name: 'BOUND', hosts: 'a.example' }, where: '$.hosts' }],
    fails: { input: { name: 'BOUND', hosts: ['a b'] }, code: 'grant.invalid' },
  },
  'secret.remove': {
    async works({ client }) {
      expect(await client.secret.remove({ name: 'NOT_THERE' })).toEqual({ removed: false });
    },
    shape: { name: 'NOT_THERE' },
    refuses: [{ input: { name: 7 }, where: '$.name' }],
    fails: { input: { name: 'not there' }, code: 'grant.invalid' },
  },
  'secret.unlock': {
    async works({ client }) {
      await client.secret.set({ name: 'CRM_TOKEN', value: 'crm-value-1234', hosts: ['crm.example'] });
      await expect(client.secret.unlock({ passphrase: 'correct horse battery' })).rejects.toMatchObject({
        code: 'secret.invalid',
      });
      await client.secret.remove({ name: 'CRM_TOKEN' });
    },
    shape: { passphrase: 'correct horse battery' },
    refuses: [{ input: { passphrase: '' }, where: '$.passphrase' }],
  },
};
