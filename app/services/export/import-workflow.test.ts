import { describe, expect, it } from 'vitest';
import { registry } from '../../../nodes/registry.ts';
import { memoryTextFolder } from '../../../test/kit/memory-text-folder.ts';
import type { Exported } from '../../core/export/exported-workflow.ts';
import { requiresOf } from '../../core/export/requires.ts';
import { workflowFileText } from '../../core/graph/content-hash.ts';
import { Workflow } from '../../core/graph/workflow.ts';
import { Profile } from '../../core/workspace/workspace-config.ts';
import { type ImportRequest, importWorkflow } from './import-workflow.ts';

const flow = (id: string, more: object = {}) =>
  Workflow.parse({ ...{ format: 1, id, name: id, nodes: [], edges: [] }, ...more });
const node = (id: string, type: string, config: object) => ({ id, type, version: 1, config });

/** Runs another by its name, with a prompt of its own; both profiles, one of which leads out. */
function exported(): Exported {
  const body: Omit<Exported, 'hash' | 'requires'> = {
    ...{ export: 1, pipewright: '0.1.0', main: 'workflows/answer.flow.json' },
    workflows: {
      'workflows/answer.flow.json': flow('wf_answer', {
        resources: { prompts: { ask: { file: 'prompts/ask.md' } } },
        nodes: [
          node('prompt', 'prompt', { prompt: 'ask', variables: [] }),
          node('model', 'model', { profile: 'fast' }),
          node('other', 'model', { profile: 'reader' }),
          node('polish', 'subflow', { workflow: 'polish' }),
          node('found', 'retriever', { collection: 'docs', mode: 'text' }),
        ],
      }),
      'workflows/polish.flow.json': flow('wf_polish'),
    },
    prompts: { 'prompts/ask.md': '# user\nHello\n' },
    config: {
      profiles: {
        fast: Profile.parse({ use: 'chat', provider: 'anthropic', model: 'm', secret: 'OTHER_KEY' }),
        reader: Profile.parse({ use: 'chat', provider: 'built-in', model: 'extractive-reader' }),
        hashing: Profile.parse({ use: 'embedding', provider: 'built-in', model: 'hashing-embedder' }),
      },
      collections: {
        docs: {
          documents: ['documents/*.md'],
          embedder: 'hashing',
          chunking: { size: 320, overlap: 40 },
          metadata: {},
        },
      },
      tables: {},
    },
    fingerprints: {},
  };
  return { ...body, hash: '', requires: requiresOf(body, registry) };
}

function setup(files: { [path: string]: string } = {}) {
  const workspace = memoryTextFolder(() => 0);
  const start = { 'pipewright.json': '{ "format": 1, "name": "Mine" }', ...files };
  for (const [path, text] of Object.entries(start)) workspace.files.set(path, { text, modifiedAt: 0 });
  const textOf = (path: string) => workspace.files.get(path)?.text ?? '';
  return {
    workspace,
    textOf,
    json: (path: string) => JSON.parse(textOf(path)),
    run: (request?: ImportRequest) => importWorkflow({ registry, workspace }, exported(), request),
    /** What was there at the start and is not any more as it was. */
    changed: () => Object.entries(start).flatMap(([path, text]) => (textOf(path) === text ? [] : [path])),
  };
}

describe('importing a workflow', () => {
  it('writes what is new, and leaves out profiles that reach a provider', async () => {
    const { run, json, textOf } = setup();
    const report = await run();
    expect(report).toMatchObject({
      file: 'workflows/answer.flow.json',
      written: ['prompts/ask.md', 'workflows/answer.flow.json', 'workflows/polish.flow.json'],
      added: { profiles: ['reader', 'hashing'], collections: ['docs'], tables: [] },
      leftOut: { fast: { provider: 'anthropic', secret: 'OTHER_KEY' } },
    });
    expect(json('pipewright.json')).toMatchObject({
      name: 'Mine',
      profiles: { reader: { provider: 'built-in' } },
      collections: { docs: { documents: ['documents/*.md'] } },
    });
    expect(textOf('pipewright.json')).not.toContain('OTHER_KEY');
    expect(textOf('prompts/ask.md')).toBe('# user\nHello\n');
  });

  it('does nothing the second time, and takes profiles over only when told to', async () => {
    const { run, json } = setup();
    await run();
    expect(await run()).toMatchObject({ written: [], added: { profiles: [], collections: [], tables: [] }, kept: [] });
    await run({ withProfiles: true });
    expect(json('pipewright.json').profiles.fast).toMatchObject({ secret: 'OTHER_KEY' });
  });

  it('says what is in the way, and writes nothing then', async () => {
    const { run, changed, workspace } = setup({
      'prompts/ask.md': 'mine',
      'workflows/answer.flow.json': workflowFileText(flow('wf_mine')),
      'workflows/elsewhere.flow.json': workflowFileText(flow('wf_polish', { name: 'Mine' })),
    });
    const before = workspace.files.size;
    await expect(run()).rejects.toMatchObject({
      code: 'export.exists',
      data: {
        exists: [
          'prompts/ask.md',
          'workflows/answer.flow.json',
          'workflows/elsewhere.flow.json (which has the id wf_polish too)',
        ],
      },
    });
    expect([changed(), workspace.files.size]).toEqual([[], before]);
  });

  it('gives new names when told to, and what names them follows', async () => {
    const { run, changed, json } = setup({
      'prompts/ask.md': 'mine',
      'workflows/answer.flow.json': workflowFileText(flow('wf_answer', { name: 'Mine' })),
      'workflows/polish.flow.json': workflowFileText(flow('wf_polish', { name: 'Mine' })),
    });
    const report = await run({ rename: true });
    expect(report.renamed).toEqual({
      'prompts/ask.md': 'prompts/ask-2.md',
      'workflows/answer.flow.json': 'workflows/answer-2.flow.json',
      'workflows/polish.flow.json': 'workflows/polish-2.flow.json',
      wf_answer: 'wf_answer-2',
      wf_polish: 'wf_polish-2',
    });
    const written = json('workflows/answer-2.flow.json');
    expect(written).toMatchObject({ id: 'wf_answer-2', resources: { prompts: { ask: { file: 'prompts/ask-2.md' } } } });
    expect(written.nodes.find((one: { id: string }) => one.id === 'polish').config).toEqual({
      workflow: 'wf_polish-2',
    });
    expect(changed()).toEqual(['pipewright.json']);
  });

  it('calls the workflow as it is told, and says so before it does', async () => {
    const { run, changed, workspace } = setup({ 'workflows/answer.flow.json': workflowFileText(flow('wf_mine')) });
    const told = await run({ as: 'faq', dryRun: true });
    expect(told.file).toBe('workflows/faq.flow.json');
    expect([changed(), workspace.files.size]).toEqual([[], 2]);
    expect(await run({ as: 'faq' })).toEqual(told);
    expect(changed()).toEqual(['pipewright.json']);
  });

  it('leaves what the workspace has under the same name', async () => {
    const own = {
      profiles: { reader: { use: 'chat', provider: 'ollama', model: 'mine' } },
      collections: { docs: { documents: ['documents/*.md'], embedder: 'hashing' } },
    };
    const { run, json } = setup({ 'pipewright.json': JSON.stringify({ format: 1, name: 'Mine', ...own }) });
    expect(await run()).toMatchObject({ kept: ['profiles.reader'], added: { profiles: ['hashing'], collections: [] } });
    expect(json('pipewright.json')).toMatchObject(own);
  });

  it('writes the workflow itself last', async () => {
    const { run, workspace } = setup();
    const order: string[] = [];
    const { write } = workspace;
    workspace.write = (path, text) => {
      order.push(path);
      return write(path, text);
    };
    await run();
    expect(order).toEqual([
      'pipewright.json',
      'prompts/ask.md',
      'workflows/polish.flow.json',
      'workflows/answer.flow.json',
    ]);
  });
});
