import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ContractClient } from '../../../app/core/contracts/client.ts';
import type { MethodsOf } from './method-row.ts';

/** Paths that no editor may write: outside, hidden, elsewhere, of another kind. */
const badFiles = [
  '../secret.flow.json',
  'workflows/../../secret.flow.json',
  '/etc/passwd.flow.json',
  'workflows/.hidden.flow.json',
  'workflows/.git/x.flow.json',
  'workflows\\x.flow.json',
  'workflows/a\0b.flow.json',
  'workflows/x.json',
  'documents/x.flow.json',
  'workflows/a:b.flow.json',
  '',
];
const emptyFlow = {
  ...{ format: 1 as const, id: 'wf_empty', name: 'Empty', nodes: [], edges: [] },
  ...{ inputs: {}, outputs: {}, resources: {} },
};
const unsaved = { file: 'workflows/echo.flow.json', slot: 'slot-of-one', base: 'a'.repeat(64) };
const slotOf = ({ file, slot }: typeof unsaved) => ({ file, slot });

async function copyOfEcho(client: ContractClient, title: string) {
  const { file, hash } = await client.workflow.duplicate({ file: 'workflows/echo.flow.json', title });
  const { workflow } = await client.workflow.open({ file });
  if (!workflow) throw new Error('the copy cannot be read');
  return { file, hash, workflow };
}

export const workflowMethods: MethodsOf<'workflow' | 'template' | 'recovery' | 'search'> = {
  'workflow.list': {
    async works({ client }) {
      const names = (await client.workflow.list({})).map(({ name }) => name);
      expect(names).toEqual(['ask', 'each', 'echo', 'found', 'kept', 'large', 'report', 'review', 'wrong']);
    },
    shape: {},
    refuses: [],
  },
  'workflow.read': {
    async works({ client }) {
      const { file, workflow, migrated } = await client.workflow.read({ workflow: 'echo' });
      expect({ file, migrated, id: workflow.id }).toEqual({
        file: 'workflows/echo.flow.json',
        migrated: false,
        id: 'wf_echo',
      });
      expect(workflow.edges).toHaveLength(1);
    },
    shape: { workflow: 'echo' },
    refuses: [
      ...['../secret.flow.json', '/etc/passwd', 'C:/x.flow.json', 'a/../../b', '..\\x', '~/x', 'a\0b', ''].map(
        (workflow) => ({ input: { workflow }, where: '$.workflow' }),
      ),
      { input: {}, where: '$.workflow' },
      { input: { workflow: 7 }, where: '$.workflow' },
    ],
    fails: { input: { workflow: 'ehco' }, code: 'workflow.missing' },
  },
  'workflow.validate': {
    async works({ client }) {
      expect((await client.workflow.validate({ workflow: 'ask' })).valid).toBe(true);
      const { valid, issues } = await client.workflow.validate({ workflow: 'wrong' });
      expect(valid).toBe(false);
      expect(issues).toMatchObject([{ code: 'workflow.unknown_node_type', path: '$.nodes[0].type', nodeId: 'odd' }]);
    },
    shape: { workflow: 'echo' },
    refuses: [{ input: { workflow: 'x'.repeat(301) }, where: '$.workflow' }],
    fails: { input: { workflow: 'gone' }, code: 'workflow.missing' },
  },
  'workflow.preview': {
    async works({ client }) {
      const { text } = await client.workflow.open({ file: 'workflows/echo.flow.json' });
      const { workflow, issues } = await client.workflow.preview({ text });
      expect([workflow?.nodes.length ?? 0, issues]).toEqual([expect.any(Number), []]);
      const hostile = await client.workflow.preview({ text: '{"format":1,"nodes":"<script>"}' });
      expect(hostile.workflow).toBeNull();
      expect(hostile.issues.length).toBeGreaterThan(0);
    },
    shape: { text: '{}' },
    refuses: [],
  },
  'workflow.diff': {
    async works({ client }) {
      expect(await client.workflow.diff({ before: 'echo', after: 'echo' })).toEqual({ logic: [], layout: [] });
      const { logic } = await client.workflow.diff({ before: 'echo', after: 'review' });
      expect(logic.map(({ kind, path }) => `${kind} ${path}`)).toContain('added nodes.ask');
    },
    shape: { before: 'echo', after: 'review' },
    refuses: [{ input: { before: 'echo', after: '../x' }, where: '$.after' }],
    fails: { input: { before: 'echo', after: 'gone' }, code: 'workflow.missing' },
  },
  'workflow.nodes': {
    async works({ client }) {
      const nodes = await client.workflow.nodes({});
      expect(nodes.length).toBeGreaterThan(15);
      const map = nodes.find(({ type }) => type === 'map');
      expect(map).toMatchObject({ inputs: { items: { type: 'list', required: true } }, effect: 'pure', inert: false });
      expect(map?.body?.sinks).toEqual({ result: { type: 'any' } });
      expect(map?.config).toMatchObject({ type: 'object', properties: { concurrency: { default: 8 } } });
    },
    shape: {},
    refuses: [],
  },
  'workflow.schema': {
    async works({ client }) {
      expect(await client.workflow.schema({})).toMatchObject({
        type: 'object',
        required: expect.arrayContaining(['id']),
      });
      expect(await client.workflow.schema({ of: 'workspace' })).toMatchObject({ title: 'Pipewright workspace' });
    },
    shape: { of: 'workflow' },
    refuses: [{ input: { of: 'everything' }, where: '$.of' }],
  },
  'workflow.open': {
    async works({ client, folder }) {
      const file = 'workflows/echo.flow.json';
      const opened = await client.workflow.open({ file });
      expect(opened).toMatchObject({ file, migrated: false, issues: [], workflow: { id: 'wf_echo' } });
      expect(opened.text).toBe(readFileSync(join(folder, file), 'utf8'));
      expect(opened.hash).toMatch(/^[0-9a-f]{64}$/);
      const wrong = await client.workflow.open({ file: 'workflows/wrong.flow.json' });
      expect(wrong.issues).toMatchObject([{ code: 'workflow.unknown_node_type', nodeId: 'odd' }]);
      writeFileSync(join(folder, 'workflows/torn.flow.json'), '{"format": 1, "nodes": [');
      const torn = await client.workflow.open({ file: 'workflows/torn.flow.json' });
      expect(torn).toMatchObject({ workflow: null, issues: [{ code: 'workflow.not_json' }] });
      rmSync(join(folder, 'workflows/torn.flow.json'));
    },
    shape: { file: 'workflows/echo.flow.json' },
    refuses: badFiles.map((file) => ({ input: { file }, where: '$.file' })),
    fails: { input: { file: 'workflows/gone.flow.json' }, code: 'workflow.missing' },
  },
  'workflow.check': {
    async works({ client }) {
      const { workflow } = await client.workflow.read({ workflow: 'echo' });
      expect(await client.workflow.check({ workflow })).toEqual({ valid: true, issues: [] });
      const broken = { ...workflow, edges: [] };
      expect(await client.workflow.check({ workflow: broken })).toMatchObject({
        valid: false,
        issues: [{ code: 'workflow.missing_input', nodeId: 'out' }],
      });
    },
    shape: { workflow: emptyFlow },
    refuses: [
      { input: { workflow: { ...emptyFlow, format: 2 } }, where: '$.workflow.format' },
      { input: { workflow: { ...emptyFlow, surplus: 1 } }, where: '$.workflow' },
    ],
  },
  'workflow.named': {
    async works({ client }) {
      const references = ['wf_echo', 'workflows/each.flow.json', 'ask', 'gone', '../secret.flow.json', ''];
      const named = await client.workflow.named({ references: [...references, 'wf_echo'] });
      expect(named.map(({ reference, file, id }) => `${reference} ${file} ${id}`)).toEqual([
        'wf_echo workflows/echo.flow.json wf_echo',
        'workflows/each.flow.json workflows/each.flow.json wf_each',
        'ask workflows/ask.flow.json wf_ask',
      ]);
      const { workflow } = await client.workflow.read({ workflow: 'ask' });
      expect(named[2]).toMatchObject({ name: workflow.name, inputs: workflow.inputs, outputs: workflow.outputs });
    },
    shape: { references: ['echo'] },
    refuses: [{ input: { references: ['x'.repeat(301)] }, where: '$.references[0]' }],
  },
  'workflow.save': {
    async works({ client, folder }) {
      const { file, hash, workflow } = await copyOfEcho(client, 'To be saved');
      const renamed = { ...workflow, name: 'Saved' };
      const saved = await client.workflow.save({ file, workflow: renamed, base: hash });
      expect(await client.workflow.open({ file })).toMatchObject({ ...saved, workflow: { name: 'Saved' } });
      // Someone else writes meanwhile: nothing of theirs is lost.
      writeFileSync(join(folder, file), JSON.stringify({ ...workflow, name: 'Theirs' }));
      const theirs = await client.workflow.open({ file });
      await expect(client.workflow.save({ file, workflow: renamed, base: saved.hash })).rejects.toMatchObject({
        code: 'file.conflict',
        data: { data: { hash: theirs.hash } },
      });
      expect((await client.workflow.open({ file })).workflow?.name).toBe('Theirs');
      await expect(client.workflow.save({ file, workflow: renamed, base: null })).rejects.toMatchObject({
        code: 'file.exists',
      });
      rmSync(join(folder, file));
      await expect(client.workflow.save({ file, workflow: renamed, base: theirs.hash })).rejects.toMatchObject({
        code: 'file.conflict',
        data: { data: { gone: true } },
      });
      await client.workflow.save({ file, workflow: renamed, base: null });
      rmSync(join(folder, file));
    },
    shape: { file: 'workflows/new.flow.json', workflow: emptyFlow, base: null },
    refuses: [
      { input: { file: 'workflows/x.flow.json', workflow: emptyFlow, base: 'abc' }, where: '$.base' },
      ...badFiles.map((file) => ({ input: { file, workflow: emptyFlow, base: null }, where: '$.file' })),
    ],
    fails: {
      input: { file: 'workflows/echo.flow.json', workflow: emptyFlow, base: '0'.repeat(64) },
      code: 'file.conflict',
    },
  },
  'workflow.create': {
    async works({ client, folder }) {
      const empty = await client.workflow.create({ title: 'Größer & besser' });
      expect(empty.file).toBe('workflows/groer-besser.flow.json'.replace('groer', 'gro-er'));
      expect((await client.workflow.open({ file: empty.file })).workflow).toMatchObject({
        name: 'Größer & besser',
        nodes: [],
      });
      const again = await client.workflow.create({ title: 'Größer & besser' });
      expect(again.file).not.toBe(empty.file);
      const made = await client.workflow.create({ title: 'Answers', from: { template: 'answer-from-documents' } });
      const opened = await client.workflow.open({ file: made.file });
      expect(opened.workflow?.nodes.length).toBeGreaterThan(5);
      expect(readFileSync(join(folder, 'prompts/answer-from-documents.md'), 'utf8')).toContain('# user');
      const ids = (await client.workflow.list({})).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { file } of [empty, again, made]) rmSync(join(folder, file));
      rmSync(join(folder, 'prompts/answer-from-documents.md'));
    },
    shape: { title: 'New' },
    refuses: [
      { input: { title: ' ' }, where: '$.title' },
      { input: { title: 'x', from: {} }, where: '$.from' },
    ],
    fails: { input: { title: 'New', from: { template: 'answer-from-document' } }, code: 'template.missing' },
  },
  'workflow.duplicate': {
    async works({ client, folder }) {
      const { file } = await client.workflow.duplicate({ file: 'workflows/echo.flow.json', title: 'Echo twice' });
      const { workflow } = await client.workflow.open({ file });
      expect(workflow).toMatchObject({ name: 'Echo twice', edges: [{ id: 'e1' }] });
      expect(workflow?.id).not.toBe('wf_echo');
      rmSync(join(folder, file));
    },
    shape: { file: 'workflows/echo.flow.json', title: 'x' },
    refuses: [{ input: { file: 'workflows/echo.flow.json' }, where: '$.title' }],
    fails: { input: { file: 'workflows/gone.flow.json', title: 'x' }, code: 'workflow.missing' },
  },
  'workflow.rename': {
    async works({ client, folder }) {
      const { file, hash, workflow } = await copyOfEcho(client, 'Old name');
      await client.workflow.save({ file, workflow: { ...workflow, description: 'changed' }, base: hash });
      const before = await client.workflow.history({ file });
      const to = 'workflows/deep/new-name.flow.json';
      await client.workflow.rename({ file, to });
      expect(await client.workflow.history({ file: to })).toEqual(before);
      await expect(client.workflow.open({ file })).rejects.toMatchObject({ code: 'workflow.missing' });
      await expect(client.workflow.rename({ file: to, to: 'workflows/echo.flow.json' })).rejects.toMatchObject({
        code: 'file.exists',
      });
      rmSync(join(folder, 'workflows/deep'), { recursive: true });
    },
    shape: { file: 'workflows/gone.flow.json', to: 'workflows/x.flow.json' },
    refuses: badFiles.map((to) => ({ input: { file: 'workflows/echo.flow.json', to }, where: '$.to' })),
    fails: { input: { file: 'workflows/gone.flow.json', to: 'workflows/x.flow.json' }, code: 'workflow.missing' },
  },
  'workflow.remove': {
    async works({ client, folder }) {
      const { file } = await copyOfEcho(client, 'To be removed');
      const { trash } = await client.workflow.remove({ file });
      expect(existsSync(join(folder, file))).toBe(false);
      expect(await client.workflow.trash({})).toMatchObject([{ trash, file }]);
      expect(await client.workflow.restore({ trash })).toEqual({ file });
      rmSync(join(folder, file));
    },
    shape: { file: 'workflows/gone.flow.json' },
    refuses: badFiles.map((file) => ({ input: { file }, where: '$.file' })),
    fails: { input: { file: 'workflows/gone.flow.json' }, code: 'workflow.missing' },
  },
  'workflow.trash': {
    async works({ client }) {
      expect(await client.workflow.trash({})).toEqual([]);
    },
    shape: {},
    refuses: [],
  },
  'workflow.restore': {
    async works({ client, folder }) {
      const first = await copyOfEcho(client, 'Twice there');
      const { trash } = await client.workflow.remove({ file: first.file });
      const second = await copyOfEcho(client, 'Twice there');
      expect(second.file).toBe(first.file);
      const { file } = await client.workflow.restore({ trash });
      expect(file).not.toBe(second.file);
      expect((await client.workflow.open({ file })).workflow?.name).toBe('Twice there');
      rmSync(join(folder, file));
      rmSync(join(folder, second.file));
    },
    shape: { trash: 'gone' },
    refuses: [{ input: { trash: '' }, where: '$.trash' }],
    fails: { input: { trash: '../../secret' }, code: 'history.missing' },
  },
  'workflow.history': {
    async works({ client, folder }) {
      const { file, hash, workflow } = await copyOfEcho(client, 'With a past');
      let base = hash;
      for (let n = 1; n <= 25; n += 1)
        base = (await client.workflow.save({ file, workflow: { ...workflow, description: `${n}` }, base })).hash;
      const versions = await client.workflow.history({ file });
      expect(versions).toHaveLength(26);
      expect(versions.map(({ at }) => at)).toEqual(versions.map(({ at }) => at).sort((a, b) => b - a));
      const [, second] = versions;
      const { workflow: old } = await client.workflow.version({ file, version: second?.version ?? '' });
      expect(old?.description).toBe('24');
      rmSync(join(folder, file));
    },
    shape: { file: 'workflows/echo.flow.json' },
    refuses: [{ input: { file: 'prompts/x.md' }, where: '$.file' }],
  },
  'workflow.version': {
    async works({ client, folder }) {
      const { file, hash } = await copyOfEcho(client, 'Versions');
      const [only] = await client.workflow.history({ file });
      const { text, workflow, issues } = await client.workflow.version({ file, version: only?.version ?? '' });
      expect(createHash('sha256').update(text).digest('hex')).toBe(hash);
      expect({ name: workflow?.name, issues }).toEqual({ name: 'Versions', issues: [] });
      rmSync(join(folder, file));
    },
    shape: { file: 'workflows/echo.flow.json', version: 'x' },
    refuses: [{ input: { file: 'workflows/echo.flow.json', version: '' }, where: '$.version' }],
    fails: { input: { file: 'workflows/echo.flow.json', version: '../x' }, code: 'history.missing' },
  },
  'workflow.watch': {
    async works({ client, folder }) {
      const stopping = new AbortController();
      const stream = await client.workflow.watch({}, { signal: stopping.signal });
      const next = async () => (await stream.next()).value;
      expect(await next()).toEqual({ type: 'watching', file: '' });
      const file = 'workflows/seen.flow.json';
      writeFileSync(join(folder, file), '{}');
      expect(await next()).toMatchObject({ type: 'added', file, hash: expect.any(String) });
      writeFileSync(join(folder, file), '{"longer": true}');
      expect(await next()).toMatchObject({ type: 'changed', file });
      rmSync(join(folder, file));
      expect(await next()).toEqual({ type: 'removed', file });
      stopping.abort();
    },
    shape: {},
    refuses: [],
  },
  'workflow.nodeDocs': {
    async works({ client }) {
      expect((await client.workflow.nodeDocs({ type: 'retriever' })).markdown).toContain('## Ports');
    },
    shape: { type: 'retriever' },
    refuses: [{ input: { type: '../secret' }, where: '$.type' }],
    fails: { input: { type: 'gone' }, code: 'cli.unknown' },
  },
  'template.list': {
    async works({ client }) {
      const templates = await client.template.list({});
      expect(templates.map(({ id }) => id)).toContain('answer-from-documents');
      expect(templates.every(({ title, description, nodes }) => title && description && nodes > 0)).toBe(true);
    },
    shape: {},
    refuses: [],
  },
  'template.read': {
    async works({ client }) {
      for (const { id } of await client.template.list({})) {
        const { workflow } = await client.template.read({ id });
        const { issues } = await client.workflow.check({ workflow });
        // What a workspace has of its own may be missing, and nothing else.
        const others = issues.filter(
          ({ code, message }) => !/resource|prompt/.test(code) && !/no prompt/.test(message),
        );
        expect(others).toEqual([]);
      }
    },
    shape: { id: 'answer-from-documents' },
    refuses: [{ input: { id: '' }, where: '$.id' }],
    fails: { input: { id: '../samples/x' }, code: 'template.missing' },
  },
  'recovery.put': {
    async works({ client }) {
      await client.recovery.put({ ...unsaved, workflow: { ...emptyFlow, name: 'First' } });
      await client.recovery.put({ ...unsaved, workflow: { ...emptyFlow, name: 'Second' } });
      await client.recovery.put({ ...unsaved, slot: 'slot-of-another', workflow: emptyFlow });
      expect(await client.recovery.list({})).toHaveLength(2);
      expect((await client.recovery.get(slotOf(unsaved))).workflow.name).toBe('Second');
      await client.recovery.drop(slotOf(unsaved));
      await client.recovery.drop({ file: unsaved.file, slot: 'slot-of-another' });
    },
    shape: { file: 'workflows/x.flow.json', slot: 'slot-0001', base: '0'.repeat(64), workflow: emptyFlow },
    refuses: [{ input: { ...unsaved, slot: '../x', workflow: emptyFlow }, where: '$.slot' }],
  },
  'recovery.list': {
    async works({ client }) {
      await client.recovery.drop({ file: 'workflows/x.flow.json', slot: 'slot-0001' });
      expect(await client.recovery.list({})).toEqual([]);
    },
    shape: {},
    refuses: [],
  },
  'recovery.get': {
    async works({ client }) {
      await client.recovery.put({ ...unsaved, workflow: emptyFlow });
      const { workflow, ...facts } = await client.recovery.get(slotOf(unsaved));
      expect(facts).toMatchObject(unsaved);
      expect(workflow.id).toBe(emptyFlow.id);
      await client.recovery.drop(slotOf(unsaved));
    },
    shape: { file: 'workflows/x.flow.json', slot: 'slot-0001' },
    refuses: [{ input: { file: 'x', slot: 'slot-0001' }, where: '$.file' }],
    fails: { input: { file: 'workflows/x.flow.json', slot: 'slot-none' }, code: 'recovery.missing' },
  },
  'recovery.drop': {
    async works({ client }) {
      await client.recovery.drop({ file: 'workflows/never.flow.json', slot: 'slot-0001' });
      await client.recovery.put({ ...unsaved, workflow: emptyFlow });
      await client.recovery.drop(slotOf(unsaved));
      expect(await client.recovery.list({})).toEqual([]);
    },
    shape: { file: 'workflows/x.flow.json', slot: 'slot-0001' },
    refuses: [{ input: { file: 'workflows/x.flow.json', slot: 'x' }, where: '$.slot' }],
  },
  'search.find': {
    async works({ client, folder }) {
      const { file, hash } = await copyOfEcho(client, 'Heron here');
      writeFileSync(join(folder, 'prompts/heron.md'), '---\nvariables: [heron]\n---\n# user\nSay heron.\n');
      const query = { text: 'HERON' };
      const { files, more } = await client.search.find({ query, kinds: ['names', 'prompts'] });
      expect(more).toBe(false);
      expect(files.map((one) => [one.file, one.title, one.hits.length])).toEqual([
        [file, 'Heron here', 1],
        ['prompts/heron.md', 'prompts/heron.md', 1],
      ]);
      expect(files[0]).toMatchObject({
        hash,
        hits: [{ place: { of: 'workflow', id: 'name' }, start: 0, match: 'Heron' }],
      });
      // What a prompt's variables are called hangs together with the workflows that fill them.
      expect(files[1]?.hits[0]).toMatchObject({ line: 5, before: 'Say ', match: 'heron', after: '.' });
      expect((await client.search.find({ query, kinds: ['names'], skip: [file] })).files).toEqual([]);
      const exact = { query: { ...query, matchCase: true }, kinds: ['names' as const] };
      expect((await client.search.find(exact)).files).toEqual([]);
      for (const one of [file, 'prompts/heron.md']) rmSync(join(folder, one));
    },
    shape: { query: { text: 'x' }, kinds: ['names'] },
    refuses: [
      { input: { query: { text: '' }, kinds: ['names'] }, where: '$.query.text' },
      { input: { query: { text: 'x' }, kinds: [] }, where: '$.kinds' },
      { input: { query: { text: 'x' }, kinds: ['ids'] }, where: '$.kinds[0]' },
    ],
    fails: { input: { query: { text: '(', regex: true }, kinds: ['names'] }, code: 'regex.syntax' },
  },
  'search.replace': {
    async works({ client, folder }) {
      const { file, hash } = await copyOfEcho(client, 'Heron here');
      const query = { text: 'heron' };
      const kinds = ['names' as const];
      const [done, missed] = await client.search.replace({
        ...{ query, kinds, replacement: 'Crane' },
        files: [
          { file, base: hash },
          { file: 'workflows/echo.flow.json', base: '0'.repeat(64) },
        ],
      });
      expect(done).toEqual({ file, count: 1, left: 0 });
      expect(missed).toMatchObject({ count: 0, fault: { code: 'file.conflict' } });
      const { text, workflow, hash: now } = await client.workflow.open({ file });
      expect(workflow?.name).toBe('Crane here');
      // Nothing else was touched, and what it was can be had back.
      const [, before] = await client.workflow.history({ file });
      const old = await client.workflow.version({ file, version: before?.version ?? '' });
      expect(old.text.replace('Heron', 'Crane')).toBe(text);
      const nowhere = { place: { of: 'workflow' as const, id: 'name' }, start: 3 };
      expect(
        await client.search.replace({
          ...{ query: { text: 'crane' }, kinds, replacement: 'x' },
          files: [{ file, base: now, only: [nowhere] }],
        }),
      ).toEqual([{ file, count: 0, left: 0 }]);
      rmSync(join(folder, file));
    },
    shape: {
      ...{ query: { text: 'x' }, kinds: ['names'], replacement: 'y' },
      files: [{ file: 'workflows/gone.flow.json', base: '0'.repeat(64) }],
    },
    refuses: badFiles.map((file) => ({
      input: { query: { text: 'x' }, kinds: ['names'], replacement: 'y', files: [{ file, base: '0'.repeat(64) }] },
      where: '$.files[0].file',
    })),
    fails: {
      input: {
        ...{ query: { text: '(', regex: true }, kinds: ['names'], replacement: 'y' },
        files: [{ file: 'workflows/echo.flow.json', base: '0'.repeat(64) }],
      },
      code: 'regex.syntax',
    },
  },
};
