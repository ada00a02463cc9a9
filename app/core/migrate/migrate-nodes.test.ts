import { expect, it } from 'vitest';
import * as z from 'zod';
import { Workflow } from '../graph/workflow.ts';
import { defineNode, type Registry } from '../nodekit/define-node.ts';
import { migrateNodes } from './migrate-nodes.ts';

const steps = [
  { to: 2, up: ({ old, ...rest }: { [key: string]: unknown }) => ({ ...rest, text: old }) },
  { to: 3, up: ({ text, ...rest }: { [key: string]: unknown }) => ({ ...rest, texts: [(text as string).trim()] }) },
];
const manifest = defineNode({
  type: 'grown',
  version: 3,
  family: 'logic',
  title: 'Grown',
  summary: 'Has changed twice.',
  config: z.strictObject({ texts: z.array(z.string()) }),
  inputs: {},
  outputs: {},
  needs: [],
  effect: 'pure',
  migrations: steps as never,
});
const registry: Registry = new Map([['grown', { manifest }]]);
const workflow = (...nodes: object[]) => Workflow.parse({ format: 1, id: 'wf_test', name: 'Test', nodes, edges: [] });

it('brings a config up step by step from where it was, and leaves the file as it was read', () => {
  const given = workflow(
    { id: 'a', type: 'grown', version: 1, config: { old: ' x ' } },
    { id: 'b', type: 'grown', version: 2, config: { text: ' y ' } },
    { id: 'c', type: 'grown', version: 3, config: { texts: [' z '] } },
    { id: 'd', type: 'unknown', version: 1, config: { old: 1 } },
  );
  const before = structuredClone(given);
  const { workflow: now, migrated, issues } = migrateNodes(given, registry);
  expect(issues).toEqual([]);
  expect(migrated).toBe(true);
  expect(now.nodes.map(({ version, config }) => [version, config])).toEqual([
    [3, { texts: ['x'] }],
    [3, { texts: ['y'] }],
    [3, { texts: [' z '] }],
    [1, { old: 1 }],
  ]);
  expect(given).toEqual(before);
});

it('gives back the same workflow when there is nothing to do', () => {
  const given = workflow({ id: 'c', type: 'grown', version: 3, config: { texts: [] } });
  expect(migrateNodes(given, registry)).toEqual({ workflow: given, migrated: false, issues: [] });
  expect(migrateNodes(given, registry).workflow).toBe(given);
});

it('refuses a node newer than its type, and one whose config its steps cannot read', () => {
  const { issues, workflow: now } = migrateNodes(
    workflow(
      { id: 'a', type: 'grown', version: 4, config: {} },
      { id: 'b', type: 'grown', version: 1, config: { old: 5 } },
    ),
    registry,
  );
  expect(issues).toMatchObject([
    { code: 'workflow.newer_node', path: '$.nodes[0].version', nodeId: 'a', remedy: expect.any(String) },
    { code: 'workflow.migration_failed', path: '$.nodes[1].config', nodeId: 'b', remedy: expect.any(String) },
  ]);
  expect(now.nodes[1]).toMatchObject({ version: 1, config: { old: 5 } });
});
