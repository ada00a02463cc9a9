import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { chromiumPath } from './chromium.ts';
import { settingsPage } from './pages/settings-page.ts';
import { studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { openai, profileOf, withProvider } from './provider-test.ts';
import { journey } from './studio-test.ts';

const { dependencies } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
/** Typed into the page by a test: it must be found nowhere afterwards. */
const SECRET = 'typed+7Qf3xW9vB2nLr8Kd';

const quotingRefusal = {
  status: 401,
  body: JSON.stringify({
    error: { message: `Incorrect API key provided: ${SECRET}`, type: 'invalid_request_error', code: 'invalid_api_key' },
  }),
};

/** A workspace with a profile that asks a server of this test, by a key that nobody has set. */
const trial = withProvider((provider) => {
  const { prices, ...unpriced } = { ...profileOf(provider, 'writer-1'), secret: 'WRITER_KEY' };
  // What the drafter costs nobody has said.
  return { profiles: { writer: { ...unpriced, prices }, drafter: { ...unpriced, model: 'drafter-1' } } };
}).skipIf(chromiumPath === undefined);

/** Every file below a folder whose bytes hold the text as it is, in base64 or in hex. */
function filesWith(folder: string, text: string): string[] {
  const forms = [text, Buffer.from(text).toString('base64').replace(/=+$/, ''), Buffer.from(text).toString('hex')];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const bytes = readFileSync(path);
      return forms.some((form) => bytes.includes(form));
    });
}

describe('settings', () => {
  trial('set a secret that is found nowhere afterwards, and try a profile with it', async ({ studio, provider }) => {
    const page = await studio.open({ width: 1280, height: 800 });
    const sent: string[] = [];
    const received: string[] = [];
    page.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => sent.push(String(payload)));
      socket.on('framereceived', ({ payload }) => received.push(String(payload)));
    });
    const at = studioPage(page);
    const settings = settingsPage(page);
    // A link is good once: the page must have been let in before it is loaded again.
    await at.ready();
    await page.reload();
    await at.ready();

    // By keyboard alone: the key, the arrows, the form.
    await settings.open();
    await settings.tab('General').focus();
    for (let steps = 0; steps < 2; steps += 1) await page.keyboard.press('ArrowDown');
    await expect(settings.tab('Model profiles')).toHaveAttribute('aria-selected', 'true');
    const writer = settings.profile('writer');
    await expect(writer).toContainText('Cannot be asked');
    await expect(writer).toContainText(provider.url);
    await expect(writer).toContainText('$1 in, $2 out');
    await expect(writer).toContainText('32,000 tokens');
    await writer.getByRole('button', { name: 'Test writer' }).click();
    await expect(writer.getByRole('alert').last()).toContainText('profile.key_missing');
    expect(provider.requests).toHaveLength(0);

    await writer.getByRole('button', { name: 'Set WRITER_KEY' }).click();
    const form = settings.secretForm;
    await expect(form.getByLabel('Name')).toHaveValue('WRITER_KEY');
    await form.getByLabel('Value').fill(SECRET);
    await form.getByLabel('Hosts that it goes to').fill(provider.url);
    await page.keyboard.press('Enter');
    await expect(settings.secret('WRITER_KEY')).toContainText('In the vault');
    await expect(settings.secret('WRITER_KEY')).toContainText('used by writer');

    // The provider quotes the key in its refusal, as some do; then it answers.
    provider.script(quotingRefusal);
    await settings.tab('Model profiles').click();
    await writer.getByRole('button', { name: 'Test writer' }).click();
    await expect(writer.getByRole('alert')).toContainText('provider.auth');
    await expect(writer.getByRole('alert')).not.toContainText(SECRET);
    provider.script(openai.answer({ pieces: ['ready'], usage: { input: 9, output: 1 } }));
    await writer.getByRole('button', { name: 'Test writer' }).click();
    await expect(writer.getByText(/^It answers: .*10 tokens.*\$0\.000011/)).toBeVisible();
    await expect(writer.getByText('It said: “ready”')).toBeVisible();
    expect(provider.requests.at(-1)?.headers.authorization).toBe(`Bearer ${SECRET}`);

    expect(sent.filter((frame) => frame.includes(SECRET))).toHaveLength(1);
    expect(received.filter((frame) => frame.includes(SECRET))).toEqual([]);
    expect(await page.content()).not.toContain(SECRET);
    expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).not.toContain(
      SECRET,
    );
    expect(filesWith(studio.folder, SECRET)).toEqual([]);

    await settings.tab('Secrets').click();
    await settings.secret('WRITER_KEY').getByRole('button', { name: 'Remove WRITER_KEY' }).click();
    await expect(settings.secret('WRITER_KEY')).toContainText('Not set');
  });

  trial('set budgets that hold at once, and prices that leave what was spent', async ({ studio, provider }) => {
    const { host, folder } = studio;
    host.secrets.set('WRITER_KEY', SECRET, [provider.url]);
    const page = await studio.open();
    const settings = settingsPage(page);
    const { budgets, prices } = settings;
    const file = join(folder, 'pipewright.json');
    const written = () => JSON.parse(readFileSync(file, 'utf8'));
    const test = async () => {
      await settings.tab('Model profiles').click();
      await settings.profile('writer').getByRole('button', { name: 'Test writer' }).click();
    };
    const before = written();
    await studioPage(page).ready();
    await settings.open();

    // By keyboard: the arrows, the fields, Enter.
    await settings.tab('Grants').focus();
    await page.keyboard.press('ArrowDown');
    await expect(settings.tab('Budgets and prices')).toHaveAttribute('aria-selected', 'true');
    await budgets.getByLabel('One call: at most, in dollars').focus();
    await page.keyboard.type('0.000001');
    await budgets.getByLabel('Each workflow: at most, in dollars').fill('20');
    await budgets.getByLabel('Each workflow: warn at percent').fill('60');
    await budgets.getByLabel('Each workflow: counted').selectOption('anew each month');
    await budgets.getByRole('button', { name: 'Add a tag' }).click();
    await budgets.getByLabel('Tag', { exact: true }).fill('two words');
    await expect(budgets.getByRole('alert')).toContainText('cannot be a tag');
    await budgets.getByLabel('Tag', { exact: true }).fill('north');
    await budgets.getByLabel('Tag north: at most, in dollars').fill('0');
    await page.keyboard.press('Enter');
    await expect(budgets.getByText('Saved.', { exact: true })).toBeVisible();
    const set = { call: 0.000001, workflow: { usd: 20, warnAt: 0.6, per: 'month' }, tags: { north: 0 } };
    expect(written()).toEqual({ ...before, budgets: set });

    await test();
    await expect(settings.profile('writer').getByRole('alert')).toContainText('budget.exceeded');
    expect(provider.requests).toHaveLength(0);

    // Somebody writes the file meanwhile: it is not written over.
    await settings.tab('Budgets and prices').click();
    const theirs = { ...before, budgets: { run: 7 } };
    writeFileSync(file, JSON.stringify(theirs));
    await budgets.getByLabel('The day: at most, in dollars').fill('3');
    await budgets.getByRole('button', { name: 'Save budgets' }).click();
    await expect(budgets.getByRole('alert')).toContainText('file.conflict');
    expect(written()).toEqual(theirs);
    await budgets.getByRole('button', { name: 'Show what the file says now' }).click();
    await expect(budgets.getByLabel('One run: at most, in dollars')).toHaveValue('7');
    await expect(budgets.getByLabel('One call: at most, in dollars')).toHaveValue('');
    provider.script(openai.answer({ pieces: ['ready'], usage: { input: 9, output: 1 } }));
    await test();
    await expect(settings.profile('writer').getByText(/^It answers: .*\$0\.000011/)).toBeVisible();
    const spent = (await host.costs()).report('profile');
    expect(spent.total.nanoUsd).toBe(11_000);

    await settings.tab('Budgets and prices').click();
    await expect(prices.getByText('The workspace has no prices of its own.')).toBeVisible();
    await prices.getByLabel('New price file').fill('{ "format": 1, "date": "soon", "models": {} }');
    await prices.getByRole('button', { name: 'Check' }).click();
    await expect(prices.getByRole('alert')).toContainText('workspace.invalid');
    await expect(prices.getByRole('button', { name: 'Use these prices' })).toBeHidden();
    const text = JSON.stringify({ format: 1, date: '2026-11-01', models: { 'drafter-*': { input: 3, output: 6 } } });
    const choose = async (content: string) => {
      const choosing = page.waitForEvent('filechooser');
      await prices.getByRole('button', { name: 'Choose a file …' }).click();
      const upload = { name: 'prices.json', mimeType: 'application/json', buffer: Buffer.from(content) };
      await (await choosing).setFiles(upload);
    };
    await choose(' '.repeat(1_000_001));
    await expect(prices.getByRole('alert')).toContainText('prices.json is larger than a list of prices can be');
    await choose(text);
    await expect(prices.getByText('Prices of 2026-11-01, with 1 model:')).toBeVisible();
    const row = prices.getByRole('table', { name: 'What profiles cost' }).getByRole('row', { name: /^drafter/ });
    await expect(row).toContainText('$3 in, $6 out');
    await prices.getByRole('button', { name: 'Use these prices' }).focus();
    await page.keyboard.press('Enter');
    await expect(prices.getByText('prices.json of 2026-11-01, with 1 model.')).toBeVisible();
    expect(readFileSync(join(folder, 'prices.json'), 'utf8')).toBe(text);
    expect((await host.costs()).report('profile')).toEqual(spent);
    await settings.tab('Model profiles').click();
    await expect(settings.profile('drafter')).toContainText('prices.json 2026-11-01');
    await settings.tab('Budgets and prices').click();
    await prices.getByRole('button', { name: 'Use those of the release' }).click();
    await prices.getByRole('button', { name: 'Remove prices.json' }).click();
    await expect(prices.getByText('The workspace has no prices of its own.')).toBeVisible();
    expect(readdirSync(folder)).not.toContain('prices.json');
  });

  journey('protect the vault by a passphrase, which another host must be told', async ({ studio }) => {
    const page = await studio.open();
    const settings = settingsPage(page);
    await studioPage(page).ready();
    await settings.open();
    await settings.tab('Secrets').click();
    await settings.secrets.getByRole('button', { name: 'Protect by a passphrase' }).click();
    await settings.secrets.getByLabel('Passphrase of the vault').fill('short');
    await settings.secrets.getByLabel('The same again').fill('short');
    await settings.secrets.getByRole('button', { name: 'Protect' }).click();
    await expect(settings.secrets.getByRole('alert')).toContainText('too short');
    await settings.secrets.getByLabel('Passphrase of the vault').fill('correct horse battery');
    await settings.secrets.getByLabel('The same again').fill('correct horse batter');
    await settings.secrets.getByRole('button', { name: 'Protect' }).click();
    await expect(settings.secrets.getByText('The two are not the same.')).toBeVisible();
    await settings.secrets.getByLabel('Passphrase of the vault').fill('correct horse battery');
    await settings.secrets.getByLabel('The same again').fill('correct horse battery');
    await settings.secrets.getByRole('button', { name: 'Protect' }).click();
    await expect(settings.secrets.getByLabel('The same again')).toBeHidden();
    await settings.secrets.getByRole('button', { name: 'Add a secret' }).click();
    await settings.secretForm.getByLabel('Name').fill('crm_token');
    await settings.secretForm.getByLabel('Value').fill(SECRET);
    await settings.secretForm.getByLabel('Hosts that it goes to').fill('crm.example, *.crm.example');
    await settings.secretForm.getByRole('button', { name: 'Keep' }).click();
    await expect(settings.secret('CRM_TOKEN')).toContainText('goes to crm.example, *.crm.example');
    await expect(settings.secrets.getByText('Opened by a passphrase, which is kept nowhere.')).toBeVisible();
    for (const text of [SECRET, 'correct horse battery']) expect(filesWith(studio.folder, text)).toEqual([]);
  });

  journey('change how the studio looks, and say what it is made of', async ({ studio }) => {
    const page = await studio.open();
    const at = studioPage(page);
    const settings = settingsPage(page);
    await at.ready();
    await at.action('Menu').click();
    await page.getByRole('menuitem', { name: /^Settings/ }).click();
    await settings.general.getByLabel('Theme').selectOption('Dark');
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await settings.general.getByLabel('Movement').selectOption('As little as can be');
    await settings.general.getByLabel('Wires').selectOption('Stepped');
    await settings.general.getByLabel('Show the overview map').uncheck();
    await page.keyboard.press('Escape');
    await expect(settings.dialog).toBeHidden();
    await page.reload();
    await at.ready();
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await expect(page.locator('html')).toHaveAttribute('data-motion', 'reduced');
    await settings.open();
    await expect(settings.general.getByLabel('Wires')).toHaveValue('stepped');
    await expect(settings.general.getByLabel('Show the overview map')).not.toBeChecked();
    await settings.tab('Keys').click();
    await expect(settings.section('Keys').getByRole('button', { name: /^Settings: Ctrl\+,/ })).toBeVisible();
    await settings.tab('About').click();
    await expect(settings.about).toContainText('SQLite');
    await expect(settings.about).toContainText('No telemetry');
    await settings.about.getByLabel('Text of a licence').selectOption(`zod ${dependencies.zod}`);
    await expect(settings.about.getByText(/Permission is hereby granted/)).toBeVisible();
  });
});
