import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../app/adapters/files/write-file-atomic.ts';
import { workflowFileText } from '../../app/core/graph/content-hash.ts';
import { readWorkflow } from '../../app/core/graph/read-workflow.ts';
import { openWorkspace, type Workspace } from '../../app/index.ts';
import { initWorkspace } from '../../app/services/workspace/init-workspace.ts';
import { registry } from '../../nodes/registry.ts';

const templates = join(import.meta.dirname, '../../workflows/templates');
const files = globSync('*.flow.json', { cwd: templates }).sort();

let folder: string;
let workspace: Workspace;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pipewright-templates-'));
  const write = (path: string, text: string) => writeFileAtomic(join(folder, path), text);
  await initWorkspace({ exists: async () => false, write }, 'Starter');
  const config = JSON.parse(readFileSync(join(folder, 'pipewright.json'), 'utf8'));
  config.profiles.writer = { use: 'chat', provider: 'ollama', model: 'any' };
  writeFileSync(join(folder, 'pipewright.json'), JSON.stringify(config));
  mkdirSync(join(folder, 'prompts'), { recursive: true });
  cpSync(templates, join(folder, 'workflows'), { recursive: true });
  cpSync(join(templates, 'prompts'), join(folder, 'prompts'), { recursive: true });
  workspace = await openWorkspace(folder);
});
afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(files)('the template %s', (file) => {
  const text = readFileSync(join(templates, file), 'utf8');
  const { workflow, migrated } = readWorkflow(text, registry, file);

  it('is committed in the canonical form of the newest versions, and says what it is for', () => {
    expect(text).toBe(workflowFileText(workflow));
    expect(migrated).toBe(false);
    expect(workflow.description?.length).toBeGreaterThan(40);
  });

  it('has nothing wrong in a new workspace', async () => {
    expect(await workspace.validate(`workflows/${file}`)).toMatchObject({ valid: true, issues: [] });
  });
});
