import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type AnyManifest, defineNode } from '../../app/core/nodekit/define-node.ts';
import { checkNode, type NodeFolder, nodeRules } from './check-node.ts';

const manifest: AnyManifest = defineNode({
  type: 'shout',
  version: 2,
  family: 'logic',
  title: 'Shout',
  summary: 'Turns a text into capital letters.',
  config: z.strictObject({ mark: z.string().default('!') }),
  inputs: { text: { type: 'text', required: true } },
  outputs: { loud: { type: 'text' } },
  needs: [],
  effect: 'pure',
  form: { mark: { widget: 'text' } },
  examples: [{ title: 'One mark', config: { mark: '!' } }],
  migrations: [{ to: 2, up: (config) => config }],
});
const run = () => ({});
const readme =
  '# Shout\n\n## What it does\n\n## Ports\n`text`, `loud`\n\n## Config\n`mark`\n\n## Example\n' +
  '```json\n{ "id": "a", "type": "shout", "version": 2, "config": { "mark": "?" } }\n```\n\n## Errors\n';
const inOrder: NodeFolder = {
  name: 'shout',
  files: ['README.md', 'manifest.ts', 'run.test.ts', 'run.ts'],
  readme,
  registered: { manifest, run: async () => run },
  run: { run },
};
const withManifest = (part: Partial<AnyManifest>): NodeFolder => ({
  ...inOrder,
  registered: { manifest: { ...manifest, ...part }, run: async () => run },
});

const broken: [rule: string, folder: NodeFolder][] = [
  ['registry', { ...inOrder, registered: undefined }],
  ['folder-name', withManifest({ type: 'whisper' })],
  ['files', { ...inOrder, files: ['README.md', 'manifest.ts', 'run.test.ts'] }],
  ['files', withManifest({ inert: true })],
  ['tests', { ...inOrder, files: ['README.md', 'manifest.ts', 'run.ts'] }],
  ['run-export', { ...inOrder, run: {} }],
  ['run-export', { ...inOrder, registered: { manifest } }],
  ['check-export', { ...inOrder, check: { check: () => [] } }],
  ['readme', { ...inOrder, readme: readme.replace('## Errors', '## Faults') }],
  ['readme', { ...inOrder, readme: readme.replace('`mark`', '') }],
  ['readme', { ...inOrder, readme: `${readme.replace('## Ports\n`text`, `loud`', '')}\n## Ports\n\`text\`, \`loud\`` }],
  ['readme-example', { ...inOrder, readme: readme.replace('json', 'text') }],
  ['readme-example', { ...inOrder, readme: readme.replace('"id": "a", ', '') }],
  ['readme-example', { ...inOrder, readme: readme.replace('"mark": "?"', '"marc": "?"') }],
  ['readme-example', { ...inOrder, readme: readme.replace('"version": 2', '"version": 1') }],
  ['words', withManifest({ summary: 'shouts' })],
  ['config-schema', withManifest({ config: z.object({ mark: z.string() }) })],
  [
    'config-schema',
    withManifest({ config: z.strictObject({ mark: z.string().default('!'), at: z.date().optional() }), version: 2 }),
  ],
  ['form', withManifest({ form: { marks: { widget: 'text' } } })],
  ['ports', withManifest({ outputs: { loud: { type: 'text', many: true } } })],
  ['ports', withManifest({ ports: () => ({ outputs: { error: { type: 'text' } } }) })],
  ['effect', withManifest({ needs: ['model'] })],
  ['migrations', withManifest({ version: 3 })],
  ['migrations', withManifest({ migrations: [] })],
  ['examples', withManifest({ examples: [] })],
  ['examples', withManifest({ examples: [{ title: 'Wrong', config: { mark: 1 } }] })],
];

describe('the check of a node', () => {
  it('accepts one in order', () => {
    expect(checkNode(inOrder)).toEqual([]);
  });

  it.each(broken)('finds the broken rule %s', (rule, folder) => {
    const rules = checkNode(folder).map((fault) => fault.split(': ')[1]);
    expect(rules).toContain(rule);
  });

  it('has a test that breaks each rule', () => {
    expect(new Set(broken.map(([rule]) => rule))).toEqual(new Set(['registry', ...nodeRules.map(({ name }) => name)]));
  });

  it('is what docs/add-a-node.md lists', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/add-a-node.md'), 'utf8');
    const listed = [...page.matchAll(/^- \[ \] \*\*([a-z-]+)\*\*/gm)].map(([, rule]) => rule);
    expect(listed.toSorted()).toEqual(['registry', ...nodeRules.map(({ name }) => name)].toSorted());
  });
});
