// Checks every folder of nodes/ against the list in docs/add-a-node.md.
//   node scripts/check-nodes.ts

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { NodeType } from '../app/core/nodekit/define-node.ts';
import { checkNode, nodeRules } from './nodes/check-node.ts';

const root = resolve('nodes');
const registry = await readRegistry();
const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const names = folders.map(({ name }) => name);

const faults: string[] = [];
for (const name of names) {
  const folder = join(root, name);
  const readme = join(folder, 'README.md');
  const [run, check] = [await load(join(folder, 'run.ts')), await load(join(folder, 'check.ts'))];
  faults.push(
    ...checkNode({
      name,
      files: readdirSync(folder),
      readme: existsSync(readme) ? readFileSync(readme, 'utf8') : '',
      registered: registry.get(name),
      ...(run && { run }),
      ...(check && { check }),
    }),
  );
}
for (const type of registry.keys()) {
  if (!names.includes(type)) faults.push(`${type}: registry: nodes/${type}/ is missing`);
}
if (names.length === 0) faults.push('nodes/ holds no node');

for (const fault of faults) console.error(fault);
console.log(`nodes: ${names.length} nodes, ${nodeRules.length + 1} rules, ${faults.length} faults`);
if (faults.length > 0) process.exitCode = 1;

async function load(file: string): Promise<Record<string, unknown> | undefined> {
  return existsSync(file) ? await import(pathToFileURL(file).href) : undefined;
}

async function readRegistry(): Promise<ReadonlyMap<string, NodeType>> {
  const exports = Object.values((await load(join(root, 'registry.ts'))) ?? {});
  const found = exports.find((value): value is Map<string, NodeType> => value instanceof Map);
  if (!found) throw new Error('nodes/registry.ts exports no Map of nodes');
  return found;
}
