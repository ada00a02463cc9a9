import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../app/adapters/files/write-file-atomic.ts';
import { workflowFileText } from '../../app/core/graph/content-hash.ts';
import { canonicalFileText } from '../../app/core/graph/json.ts';
import { readWorkflow } from '../../app/core/graph/read-workflow.ts';
import { openTemplates } from '../../app/hosts/templates.ts';
import { openWorkspace } from '../../app/index.ts';
import { initWorkspace } from '../../app/services/workspace/init-workspace.ts';
import { templateFiles } from '../../app/services/workspace/starter-files.ts';
import { registry } from '../../nodes/registry.ts';

const root = join(import.meta.dirname, '../../workflows/templates');
const ids = globSync('*', { cwd: root }).sort();
const templates = openTemplates();
const folder = mkdtempSync(join(tmpdir(), 'pipewright-templates-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('the templates that are listed are the folders that there are', async () => {
  expect((await templates.list()).map(({ id }) => id).sort()).toEqual(ids);
  await expect(templates.files('answer-from-document')).rejects.toMatchObject({
    code: 'template.missing',
    message: 'There is no template “answer-from-document”. Did you mean “answer-from-documents”?',
  });
});

describe.each(ids)('the template %s', (id) => {
  const read = (path: string) => readFileSync(join(root, id, path), 'utf8');
  const file = `workflows/${id}.flow.json`;
  const { workflow, migrated } = readWorkflow(read(file), registry, file);

  it('is committed in the canonical form of the newest versions, and says what it is for', () => {
    expect(read(file)).toBe(workflowFileText(workflow));
    expect(read('pipewright.json')).toBe(canonicalFileText(JSON.parse(read('pipewright.json'))));
    expect(migrated).toBe(false);
    expect(workflow.description?.length).toBeGreaterThan(40);
    expect(Object.keys(workflow.layout?.positions ?? {}).sort()).toEqual(
      workflow.nodes.map(({ id: one }) => one).sort(),
    );
  });

  it('has a README with its picture, and names its key by name only', () => {
    const readme = read('README.md');
    expect(readme).toMatch(/^# .+\n/);
    expect(readme).toContain('![The workflow](picture.svg)');
    expect(readme).toContain(`pipewright run ${id}`);
    const config = JSON.parse(read('pipewright.json'));
    const hosted = Object.values(config.profiles).filter((one) => (one as { use: string }).use === 'chat');
    expect(hosted).toEqual([
      { use: 'chat', provider: 'openai-compatible', model: 'gpt-4o-mini', secret: 'OPENAI_API_KEY' },
    ]);
  });

  it('has nothing wrong in the workspace that it makes', async () => {
    const own = join(folder, id);
    const write = (path: string, text: string) => writeFileAtomic(join(own, path), text);
    await initWorkspace({ exists: async () => false, write }, templateFiles(await templates.files(id), 'Mine'));
    const workspace = await openWorkspace(own);
    try {
      expect(await workspace.validate(file)).toMatchObject({ valid: true, issues: [] });
      expect(JSON.parse(readFileSync(join(own, 'pipewright.json'), 'utf8')).name).toBe('Mine');
    } finally {
      await workspace.close();
    }
  });
});
