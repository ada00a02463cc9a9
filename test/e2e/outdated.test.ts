import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import type { JsonObject } from '../../app/core/graph/json.ts';
import type { NodeType } from '../../app/core/nodekit/define-node.ts';
import { registry } from '../../nodes/registry.ts';
import { chromiumPath } from './chromium.ts';
import { debuggerPage } from './pages/debugger-page.ts';
import { expect } from './patient-expect.ts';
import { type Prepare, test } from './studio-test.ts';

/** In a release whose transform node has a second version, in which the field `cel` is called `expression`. */
const trial = test
  .extend<{ prepare: Prepare }>({
    // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern what a fixture needs
    prepare: async ({}, use) => {
      const transform = registry.get('transform');
      if (!transform) throw new Error('there is no transform node');
      const up = ({ cel, ...config }: JsonObject): JsonObject =>
        cel === undefined ? config : { ...config, expression: cel };
      const manifest = { ...transform.manifest, version: 2, migrations: [{ to: 2, up }] };
      const types = registry as Map<string, NodeType>;
      types.set('transform', { ...transform, manifest });
      await use(async () => ({}));
      types.set('transform', transform);
    },
  })
  .skipIf(chromiumPath === undefined);

const value = (node: string) => ({ node, port: 'value' });
const old = {
  ...{ format: 1, id: 'wf_old', name: 'Old' },
  inputs: { text: { type: 'text' } },
  outputs: { out: { type: 'any' } },
  nodes: [
    { id: 'in', type: 'input', version: 1, config: { name: 'text' } },
    { id: 'mark', type: 'transform', version: 1, name: 'Mark', config: { cel: "value + '!'" } },
    { id: 'out', type: 'output', version: 1, config: { name: 'out' } },
  ],
  edges: [
    { id: 'a', from: value('in'), to: value('mark') },
    { id: 'b', from: value('mark'), to: value('out') },
  ],
};

describe('nodes of older versions', () => {
  trial(
    'marks what the file has in an older version, runs it all the same, and updates the file',
    async ({ studio }) => {
      const file = join(studio.folder, 'workflows/old.flow.json');
      writeFileSync(file, JSON.stringify(old));
      const at = debuggerPage(await studio.open({ width: 1600, height: 1000 }));
      await at.ready();
      await at.openWorkflow('Old');
      const mark = (node: string) => at.node(node).getByRole('img', { name: 'The file has its version 1' });
      await expect(mark('mark')).toBeVisible();
      await expect(mark('in')).toHaveCount(0);
      await expect(at.saved).toHaveText('Saved');
      await at.run.start.click();
      await at.run.inputs.getByRole('textbox', { name: 'text' }).fill('hello');
      await at.run.start.click();
      await expect(at.run.result.getByText('hello!')).toBeVisible();
      // Looking and running wrote nothing.
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(old);

      await at.dock('Problems').click();
      const told = at.page
        .getByRole('region', { name: 'Dock' })
        .getByRole('region', { name: 'Older versions of nodes' });
      await expect(told).toContainText('1 node stands in the file in an older version');
      await at.node('mark').click();
      const about = at.inspector.getByRole('region', { name: 'Older versions of nodes' });
      await expect(about).toContainText('brought up to version 2');
      await expect(about).toContainText('Settings that differ: cel, expression');
      await about.getByRole('button', { name: 'Update the file' }).focus();
      await at.page.keyboard.press('Enter');
      await expect(mark('mark')).toHaveCount(0);
      await expect(told).toHaveCount(0);
      expect(JSON.parse(readFileSync(file, 'utf8')).nodes[1]).toMatchObject({
        version: 2,
        config: { expression: "value + '!'" },
      });
      // The file as it was is kept.
      await at.dock('Versions').click();
      await expect(at.page.getByRole('list', { name: 'Versions' }).getByRole('listitem').first()).toBeVisible();
    },
  );
});
