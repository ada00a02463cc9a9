import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { journey } from './studio-test.ts';

const FILE = 'workflows/binding.flow.json';

const workflow = {
  format: 1,
  id: 'wf_binding',
  name: 'Binding',
  inputs: { question: { type: 'text' }, many: { type: 'number' } },
  outputs: { found: { type: 'chunks' } },
  nodes: [
    { id: 'ask', type: 'input', version: 1, config: { name: 'question' } },
    { id: 'count', type: 'input', version: 1, config: { name: 'many' }, name: 'How many' },
    { id: 'one', type: 'retriever', version: 1, config: { collection: 'docs', k: 3 }, name: 'One' },
    { id: 'two', type: 'retriever', version: 1, config: { collection: 'docs', k: 9 }, name: 'Two' },
    { id: 'shape', type: 'transform', version: 1, config: { expression: 'value' }, name: 'Shape' },
    { id: 'out', type: 'output', version: 1, config: { name: 'found' } },
  ],
  edges: [
    { id: 'one-q', from: { node: 'ask', port: 'value' }, to: { node: 'one', port: 'query' } },
    { id: 'two-q', from: { node: 'ask', port: 'value' }, to: { node: 'two', port: 'query' } },
    { id: 'shape-v', from: { node: 'one', port: 'chunks' }, to: { node: 'shape', port: 'value' } },
    { id: 'out-v', from: { node: 'shape', port: 'value' }, to: { node: 'out', port: 'value' } },
  ],
  layout: {
    positions: {
      ask: { x: 0, y: 60 },
      count: { x: 0, y: 220 },
      one: { x: 300, y: 60 },
      two: { x: 300, y: 260 },
      shape: { x: 600, y: 60 },
      out: { x: 880, y: 60 },
    },
  },
};

describe('the settings of nodes', () => {
  journey('fills a field by a wire, and sets several nodes at once', async ({ studio }) => {
    const path = join(studio.folder, FILE);
    writeFileSync(path, JSON.stringify(workflow));
    const saved = () => JSON.parse(readFileSync(path, 'utf8'));
    const at = studioPage(await studio.open({ width: 1600, height: 1000 }));
    const { page, inspector } = at;
    await at.ready();
    await expect(at.wires).toHaveCount(4);

    // By keys: the button of the field, its menu, the output.
    await at.node('one').click();
    const fill = inspector.getByRole('button', { name: 'Fill Results by a wire' });
    await fill.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'How many: value' }).focus();
    await page.keyboard.press('Enter');
    await expect(inspector.getByText(/Filled by How many: value/)).toBeVisible();
    await expect(at.handle({ node: 'one', side: 'in', port: 'config/k' })).toBeVisible();
    await expect(at.wires).toHaveCount(5);
    await expect(at.node('one').getByRole('img', { name: /^Changed since/ })).toHaveCount(0);
    await at.save();
    expect(saved().edges.find(({ to }: { to: { port: string } }) => to.port === 'config/k').from).toEqual({
      node: 'count',
      port: 'value',
    });
    await inspector.getByRole('button', { name: 'Take the wire from Results away' }).click();
    await expect(at.wires).toHaveCount(4);
    await at.undo();
    await expect(at.wires).toHaveCount(5);

    // What is evaluated takes no wire, and says why.
    await at.node('shape').click();
    await inspector.getByRole('button', { name: 'Expression cannot be filled by a wire' }).click();
    await expect(at.notice(/no wire may fill it/)).toBeVisible();

    // The toolbar of the node that is selected, and the dot of what is not on the disk.
    const bar = page.getByRole('toolbar', { name: 'For this node' });
    await bar.getByRole('button', { name: 'Bypass or let work' }).click();
    await expect(at.node('shape').getByRole('img', { name: /^Bypassed/ })).toBeVisible();
    await expect(at.node('shape').getByRole('img', { name: /^Changed since/ })).toBeVisible();
    await bar.getByRole('button', { name: 'Bypass or let work' }).click();
    await expect(at.node('shape').getByRole('img', { name: /^Changed since/ })).toHaveCount(0);

    // Two of one type: one field for both, in one step; states and colour of all.
    await at.node('one').click();
    await expect(bar).toBeVisible();
    await at.node('two').click({ modifiers: ['Control'] });
    await expect(bar).toHaveCount(0);
    const passages = inspector.getByLabel('Results (chunks)', { exact: true });
    await expect(passages).toHaveValue('');
    await expect(inspector.getByText('They differ here.').first()).toBeVisible();
    await passages.fill('7');
    await inspector.getByRole('checkbox', { name: 'Disabled' }).check();
    await at.save();
    const both = () => saved().nodes.filter(({ type }: { type: string }) => type === 'retriever');
    expect(both()).toMatchObject([
      { config: { k: 7 }, disabled: true },
      { config: { k: 7 }, disabled: true },
    ]);
    await at.canvas.focus();
    await at.undo();
    await at.undo();
    await at.save();
    expect(both()).toMatchObject([{ config: { k: 3 } }, { config: { k: 9 } }]);
  });

  journey('writes tables row by row, takes sets of documents, and tells old results', async ({ studio }) => {
    const path = join(studio.folder, FILE);
    writeFileSync(path, JSON.stringify(workflow));
    const saved = () => JSON.parse(readFileSync(path, 'utf8'));
    const config = (id: string) => saved().nodes.find((node: { id: string }) => node.id === id).config;
    const at = studioPage(await studio.open({ width: 1600, height: 1000 }));
    const { page, inspector } = at;
    await at.ready();
    await expect(at.wires).toHaveCount(4);

    // What was changed after a run, and all that comes after it, is of an older version.
    await page.keyboard.press('Control+Enter');
    await at.run.inputs.getByRole('textbox').first().fill('Can a failed run be resumed?');
    await at.run.inputs.getByLabel(/many/i).fill('3');
    await page.keyboard.press('Control+Enter');
    await expect(at.run.status).toHaveText('Succeeded');
    const old = (id: string) => at.node(id).getByRole('img', { name: /^Of an older version/ });
    await expect(old('one')).toHaveCount(0);
    await at.node('shape').click();
    await page.keyboard.press('Control+b');
    await expect(old('shape')).toBeVisible();
    await expect(old('out')).toBeVisible();
    await expect(old('one')).toHaveCount(0);
    await at.undo();
    await expect(old('out')).toHaveCount(0);
    await at.canvas.focus();
    await page.keyboard.press('j');
    await expect(at.run.status).toBeHidden();

    await at.canvas.dblclick({ position: { x: 300, y: 600 } });
    await at.pick('HTTP request');
    const headers = inspector.getByRole('group', { name: 'Headers' });
    await headers.getByRole('button', { name: 'Add a row' }).click();
    await headers.getByLabel('Headers: name 1').fill('Accept');
    await page.keyboard.press('Tab');
    await page.keyboard.type('text/plain');
    await headers.getByRole('button', { name: 'Add a row' }).click();
    await headers.getByLabel('Headers: name 2').fill('Accept');
    await expect(headers.getByLabel('Headers: name 2')).toHaveAttribute('aria-invalid', 'true');
    await headers.getByRole('button', { name: 'Remove Accept' }).last().click();

    await at.canvas.dblclick({ position: { x: 640, y: 600 } });
    await at.pick('Load documents');
    await inspector.getByRole('button', { name: /^Documents of “docs”/ }).click();
    await at.save();
    expect(config('http-request')).toMatchObject({ headers: { Accept: 'text/plain' } });
    expect(config('load-documents').patterns.length).toBeGreaterThan(1);
  });
});
