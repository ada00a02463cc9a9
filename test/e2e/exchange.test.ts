import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright';
import { describe } from 'vitest';
import { openHost } from '../../app/hosts/compose.ts';
import { programValues } from '../../app/services/run/program-values.ts';
import { settingsPage } from './pages/settings-page.ts';
import { studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { journey } from './studio-test.ts';

const end = (node: string, port: string) => ({ node, port });
const node = (id: string, type: string, config: object) => ({ id, type, version: 1, config });
/** Asks a model of somebody's, and writes what it says into a file. */
const ship = {
  ...{ format: 1, id: 'wf_ship', name: 'Ship it', inputs: { messages: { type: 'messages' } }, outputs: {} },
  resources: {},
  nodes: [
    node('messages', 'input', { name: 'messages' }),
    node('model', 'model', { profile: 'far', citations: 'none' }),
    node('keep', 'write-file', { folder: 'reports', file: 'a.txt', mode: 'replace' }),
  ],
  edges: [
    { id: 'e1', from: end('messages', 'value'), to: end('model', 'messages') },
    { id: 'e2', from: end('model', 'text'), to: end('keep', 'content') },
  ],
};
const far = {
  ...{ use: 'chat', provider: 'openai-compatible', model: 'far-1' },
  ...{ baseUrl: 'https://far.example/v1', secret: 'FAR_KEY' },
};

/** The text of an exported workflow, made in a workspace of somebody else. */
async function exportedElsewhere(workflow: object = ship): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-elsewhere-'));
  const write = (path: string, content: object) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), JSON.stringify(content));
  };
  write('pipewright.json', { format: 1, name: 'Elsewhere', profiles: { far } });
  write('workflows/ship.flow.json', workflow);
  const host = await openHost({ folder, env: {}, profileDir: join(folder, 'home') });
  const { text } = await host.exporting.write('ship');
  await host.close();
  rmSync(folder, { recursive: true });
  return text;
}

async function importFile(page: Page, name: string, text: string): Promise<void> {
  const choosing = page.waitForEvent('filechooser');
  await studioPage(page).command('Import a file', /^Import a file/);
  await (await choosing).setFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
}

describe('exchange', () => {
  journey('shows a run that somebody exported as a past run, marked as imported', async ({ studio }) => {
    const runs = await studio.host.runs();
    const inputs = programValues({ inputs: { question: 'Can a failed run be resumed?' } });
    const started = await runs.start({ workflow: 'support-assistant', ...inputs });
    await started.result;
    const text = JSON.stringify(await runs.exportRun(started.runId));
    await runs.remove([started.runId]);
    const page = await studio.open({ width: 1600, height: 1000 });
    const at = studioPage(page);
    await at.ready();

    // By keyboard: one that was tampered with is refused, the true one is shown on its graph.
    await importFile(page, 'run.json', text.replace('"seq":2', '"seq":3'));
    const dialog = page.getByRole('dialog', { name: 'Look at the run in run.json' });
    await dialog.getByRole('button', { name: 'Take it in' }).click();
    await expect(dialog.getByRole('alert')).toContainText('export.invalid');
    expect(runs.count({})).toBe(0);
    await page.keyboard.press('Escape');
    await importFile(page, 'run.json', text);
    await dialog.getByRole('button', { name: 'Take it in' }).focus();
    await page.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
    await expect(at.tab(', as it ran')).toBeVisible();
    const [row] = runs.list({});
    expect(row?.origin).toEqual({ parent: started.runId, kind: 'imported' });
    await at.dock('Runs').click();
    await expect(page.getByRole('list', { name: 'Runs', exact: true }).getByText('imported')).toBeVisible();
  });

  journey('exports a workflow to run anywhere, after saying what is in it and what it needs', async ({ studio }) => {
    const page = await studio.open();
    const at = studioPage(page);
    await at.ready();
    await at.action('Menu').click();
    await page.getByRole('menuitem', { name: 'Export to run anywhere …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Export to run anywhere' });
    await expect(dialog.getByRole('region', { name: 'It holds' })).toContainText(
      'workflows/support-assistant.flow.json',
    );
    await expect(dialog.getByRole('region', { name: 'Whoever runs it must supply' })).toContainText('The collection');
    const downloading = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Download' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('support-assistant.export.json');
    const { text } = await studio.host.exporting.write('support-assistant');
    expect(readFileSync(await download.path(), 'utf8')).toBe(text);
    await expect(dialog).toBeHidden();
  });

  journey(
    'imports one by keyboard after saying what it asks for, and grants it in the settings',
    async ({ studio }) => {
      const { host, folder } = studio;
      const text = await exportedElsewhere();
      const page = await studio.open();
      const at = studioPage(page);
      const settings = settingsPage(page);
      await at.ready();

      await importFile(page, 'ship.export.json', text.replace('Ship it', 'Ship me'));
      const dialog = page.getByRole('dialog', { name: 'Import ship.export.json' });
      await expect(dialog.getByRole('alert')).toContainText('export.tampered');
      await expect(dialog.getByRole('button', { name: 'Import' })).toBeDisabled();
      await page.keyboard.press('Escape');
      await expect(dialog).toBeHidden();

      await importFile(page, 'ship.export.json', text);
      const asks = dialog.getByRole('region', { name: 'It asks for' });
      await expect(asks.getByRole('listitem').filter({ hasText: 'Write files in reports' })).toContainText(
        'not granted by importing',
      );
      const profile = asks.getByRole('listitem').filter({ hasText: 'far-1 at https://far.example' });
      await expect(profile).toContainText('left out');
      await expect(asks).toContainText('The key FAR_KEY');
      await expect(dialog.getByRole('region', { name: 'Importing writes' })).not.toContainText('profiles.far');
      expect(host.config.profiles['far']).toBeUndefined();
      await dialog.getByLabel('Also take over profiles that reach a provider').focus();
      await page.keyboard.press('Space');
      await expect(profile).toContainText('comes along');
      await expect(dialog.getByRole('region', { name: 'Importing writes' })).toContainText('profiles.far');
      await dialog.getByRole('button', { name: 'Import', exact: true }).focus();
      await page.keyboard.press('Enter');
      await expect(dialog).toBeHidden();
      await expect(at.tab('Ship it')).toBeVisible();
      expect(JSON.parse(readFileSync(join(folder, 'pipewright.json'), 'utf8')).profiles.far).toMatchObject(far);
      expect(host.config.profiles['far']).toMatchObject(far);
      expect(host.grants.list()).toEqual([]);

      // What it asks for is granted, and taken back, where grants are.
      await at.notice(/It asks for 1 grant of yours/).waitFor();
      await page.getByRole('button', { name: 'Show', exact: true }).click();
      const needs = settings.grants.getByRole('region', { name: 'What the open workflow reaches' });
      await expect(needs.getByText('Not granted')).toBeVisible();
      await needs.getByRole('button', { name: 'Grant this' }).focus();
      await page.keyboard.press('Enter');
      await expect(needs.getByText('Granted', { exact: true })).toBeVisible();
      const given = settings.grants.getByRole('region', { name: 'Granted so far' });
      await expect(given.getByRole('listitem', { name: 'workflows/ship.flow.json' })).toContainText(
        'Write files in reports',
      );
      expect(host.grants.list()).toMatchObject([{ grants: [{ ability: 'write', target: 'reports' }] }]);
      await given.getByRole('button', { name: 'Revoke the grants of workflows/ship.flow.json' }).click();
      await expect(needs.getByText('Not granted')).toBeVisible();
      expect(host.grants.list()).toEqual([]);
    },
  );

  journey('imports over nothing that is there: what is in the way gives it a new name', async ({ studio }) => {
    const page = await studio.open();
    const at = studioPage(page);
    await at.ready();
    await importFile(page, 'ship.export.json', await exportedElsewhere());
    const dialog = page.getByRole('dialog', { name: 'Import ship.export.json' });
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    await expect(dialog).toBeHidden();
    const path = join(studio.folder, 'workflows/ship.flow.json');
    const mine = readFileSync(path, 'utf8');
    await importFile(page, 'ship.export.json', await exportedElsewhere({ ...ship, name: 'Ship that' }));
    await expect(dialog.getByText(/Something else is here already: workflows\/ship\.flow\.json/)).toBeVisible();
    // Any other name that nothing has does as well.
    const name = dialog.getByLabel('Name', { exact: true });
    await expect(name).toHaveValue('ship-2');
    await name.fill('a/b');
    await expect(dialog.getByText('Use letters, digits, dashes and underscores.')).toBeVisible();
    await expect(dialog.getByRole('button', { name: 'Import under new names' })).toBeDisabled();
    await name.fill('shipped');
    await expect(dialog.getByRole('region', { name: 'Importing writes' })).toContainText('workflows/shipped.flow.json');
    await dialog.getByRole('button', { name: 'Import under new names' }).click();
    await expect(at.tab('Ship that')).toBeVisible();
    expect(readFileSync(path, 'utf8')).toBe(mine);
    expect(JSON.parse(readFileSync(join(studio.folder, 'workflows/shipped.flow.json'), 'utf8')).name).toBe('Ship that');
  });
});
