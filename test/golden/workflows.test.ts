import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../app/adapters/files/write-file-atomic.ts';
import { workflowFileText } from '../../app/core/graph/content-hash.ts';
import { canonicalFileText, type Json } from '../../app/core/graph/json.ts';
import { readWorkflow } from '../../app/core/graph/read-workflow.ts';
import { buildPlan } from '../../app/core/plan/plan.ts';
import type { Trace } from '../../app/index.ts';
import { initWorkspace } from '../../app/services/workspace/init-workspace.ts';
import { starterFiles } from '../../app/services/workspace/starter-files.ts';
import { registry } from '../../nodes/registry.ts';
import { copyWorkspace, type WorkspaceCopy } from '../kit/workspace-copy.ts';

/**
 * Every workflow that is shipped, from its committed file to its end, offline. How its steps end is committed beside this
 * file; after a change that is meant: `npx vitest run test/golden -u`, and read the difference.
 */
const root = join(import.meta.dirname, '../..');
const shipped = globSync('workflows/**/*.flow.json', {
  cwd: root,
  exclude: ['**/.pipewright/**', 'workflows/templates/**'],
}).sort();

// What `pipewright init` writes is shipped as well, though as code.
const fresh = mkdtempSync(join(tmpdir(), 'pipewright-golden-'));
await initWorkspace(
  { exists: async () => false, write: (path, text) => writeFileAtomic(join(fresh, path), text) },
  starterFiles('Starter'),
);
const started = globSync('workflows/**/*.flow.json', { cwd: fresh });
afterAll(() => rmSync(fresh, { recursive: true, force: true }));

interface Case {
  name: string;
  inputs: { [name: string]: Json };
}

function workspaceOf(path: string): string {
  const folder = dirname(path);
  if (existsSync(join(folder, 'pipewright.json'))) return folder;
  if (folder === path) throw new Error('A shipped workflow lies in no workspace.');
  return workspaceOf(folder);
}

/** How each step ended, without times, ids and texts. */
function summary({ steps, outputs, waits, status }: Trace): Json {
  return {
    status,
    outputs: Object.keys(outputs).sort().join(', '),
    waits: waits.map(({ step, kind, state }) => `${step}: ${kind} ${state}`).join(', '),
    steps: Object.fromEntries(
      steps.map(({ step, state, calls, skipped, handled }) => [
        step,
        [
          state,
          ...(skipped ? [`(${skipped.reason}: ${skipped.ports.join(', ')})`] : []),
          ...(handled ? [`(${handled})`] : []),
          ...(calls.length > 0 ? [`calls ${calls.map(({ kind, state: end }) => `${kind} ${end}`).join(', ')}`] : []),
        ].join(' '),
      ]),
    ),
  };
}

it('finds the workflows that are shipped', () => {
  expect(shipped.length).toBeGreaterThan(0);
  expect(started.length).toBeGreaterThan(0);
});

const all = [...shipped.map((file) => ({ file, base: root })), ...started.map((file) => ({ file, base: fresh }))];
describe.each(all)('$file', ({ file: shippedFile, base }) => {
  const path = join(base, shippedFile);
  const text = readFileSync(path, 'utf8');
  const { workflow, migrated } = readWorkflow(text, registry, path);
  const folder = workspaceOf(path);
  const file = relative(folder, path);
  const cases = JSON.parse(readFileSync(join(import.meta.dirname, `${workflow.id}.cases.json`), 'utf8')) as Case[];
  let copy: WorkspaceCopy;

  beforeAll(async () => {
    copy = await copyWorkspace(folder);
  });
  afterAll(() => copy?.close());

  it('is committed in the canonical form of the newest versions', () => {
    expect(text).toBe(workflowFileText(workflow));
    expect(migrated).toBe(false);
  });

  it('has nothing wrong, and a plan with every node and output', async () => {
    expect(await copy.workspace.validate(file)).toMatchObject({ valid: true, issues: [] });
    const plan = buildPlan(workflow, registry);
    const runs = workflow.nodes.filter(({ parent, type }) => parent === undefined && type !== 'note');
    expect(plan.root.nodes.map(({ id }) => id).sort()).toEqual(runs.map(({ id }) => id).sort());
    expect([...plan.outputs.keys()].sort()).toEqual(Object.keys(workflow.outputs).sort());
  });

  it('runs offline as it did before, and again from its journal without a difference', async () => {
    const summaries: { [name: string]: Json } = {};
    for (const { name, inputs } of cases) {
      const run = await copy.workspace.run(file, inputs);
      await run.result;
      summaries[name] = summary(await copy.workspace.trace(run.runId));
      const replayed = await copy.workspace.replay(run.runId);
      expect(replayed.differences, name).toEqual([]);
    }
    await expect(canonicalFileText(summaries)).toMatchFileSnapshot(`${workflow.id}.golden.json`);
  });
});
