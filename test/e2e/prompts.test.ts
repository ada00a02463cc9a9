import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { programValues } from '../../app/services/run/program-values.ts';
import { promptsPage } from './pages/prompts-page.ts';
import { studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { journey, type Studio } from './studio-test.ts';

const FILE = 'prompts/answer.md';
const RULE = 'Answer in at most five sentences';

/** A run of the sample elsewhere: it fills the prompt. */
async function run({ host }: Studio, question = 'How large may a workflow file be, and how many nodes may it have?') {
  const started = await (await host.runs()).start({
    workflow: 'support-assistant',
    ...programValues({ inputs: { question } }),
  });
  await started.result;
  return started.runId;
}

describe('prompts', () => {
  journey('one is found, written, checked, and saved beside what somebody else wrote', async ({ studio }) => {
    await run(studio);
    const onDisk = () => readFileSync(join(studio.folder, FILE), 'utf8');
    const before = onDisk();
    const at = studioPage(await studio.open());
    await at.ready();
    const prompts = promptsPage(at.page);
    await at.page.keyboard.press('Alt+p');
    await prompts.search.fill('support assistant');
    await expect(prompts.files.getByRole('button')).toHaveText([/^answerSupport assistant$/]);
    await prompts.files.getByRole('button', { name: /^answer/ }).click();
    const dialog = prompts.dialog(FILE);

    // What the last run filled it with, how long that is, and where it is used.
    await expect(prompts.variable('question')).toHaveValue(/How large may a workflow file be/);
    await expect(dialog.getByRole('heading', { name: /^About [\d,]+ tokens$/ })).toBeVisible();
    await expect(dialog.getByRole('button', { name: 'Support assistant → Write the prompt' })).toBeVisible();

    // A mistake is told with its line, and nothing is asked with it.
    await prompts.write(before.replace('{{ customer }}', '{{ client }}'));
    const line = before.split('\n').indexOf('{{ customer }}') + 1;
    await expect(dialog.getByRole('status')).toContainText(
      `Line ${line}: The template uses “client”, which is not declared.`,
    );
    await prompts.tab('Try').click();
    await expect(dialog.getByRole('button', { name: 'Ask', exact: true })).toBeDisabled();
    await prompts.tab('Write').click();
    await prompts.write(before.replace(RULE, 'Answer in at most two sentences'));
    await expect(dialog.getByText(`Line ${line}:`)).toBeHidden();

    // Closed and opened again it is still there.
    await at.page.keyboard.press('Escape');
    await expect(prompts.files).toContainText('Not saved');
    await prompts.files.getByRole('button', { name: /^answer/ }).click();
    await expect(prompts.text).toContainText('at most two sentences');

    // Somebody else saved meanwhile: nothing of theirs is lost unseen.
    writeFileSync(join(studio.folder, FILE), `${before}Be kind.\n`);
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    const conflict = dialog.getByRole('alert');
    await expect(conflict).toContainText('Somebody else has changed this file');
    expect(onDisk()).toContain('Be kind.');
    await conflict.getByRole('button', { name: 'Keep mine' }).click();
    await expect(conflict).toBeHidden();
    await expect.poll(onDisk).toBe(before.replace(RULE, 'Answer in at most two sentences'));
    await prompts.tab('Versions').click();
    // Theirs, mine, and the one that the run had.
    await expect(prompts.versions.getByRole('button')).toHaveCount(3);
  });

  journey('versions are compared, lead to their runs and are restored', async ({ studio }) => {
    const runId = await run(studio);
    await (await studio.host.feedback()).give({ run: runId, value: false, by: 'Ada' });
    const { text: before, hash } = await studio.host.editing.prompts.read(FILE);
    await studio.host.editing.prompts.save(FILE, before.replace(RULE, 'Answer in at most two sentences'), hash);
    const onDisk = () => readFileSync(join(studio.folder, FILE), 'utf8');
    const at = studioPage(await studio.open());
    await at.ready();
    const prompts = promptsPage(at.page);
    await at.page.keyboard.press('Alt+p');
    await prompts.files.getByRole('button', { name: /^answer/ }).click();
    const dialog = prompts.dialog(FILE);
    await prompts.tab('Versions').click();
    await expect(prompts.versions.getByRole('button')).toHaveCount(2);
    const first = prompts.versions.getByRole('button', { name: /1 run · 1 disliked/ });
    await first.click();
    const changes = dialog.getByRole('region', { name: 'What changed' });
    await expect(changes.locator('del')).toHaveText(['five']);
    await expect(changes.locator('ins')).toHaveText(['two']);
    await dialog.getByRole('button', { name: 'Filled in' }).click();
    await expect(changes).toContainText('How large may a workflow file be');
    await expect(changes.locator('ins')).toHaveText(['two']);
    await expect(dialog.getByRole('region', { name: 'Runs with this version' }).getByRole('button')).toHaveCount(1);
    await dialog.getByRole('button', { name: 'Take up this version' }).click();
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await expect.poll(onDisk).toBe(before);
    await expect(prompts.versions.getByRole('button', { name: /now/ })).toContainText('1 run');

    // From a version to its run, and from the text to the node.
    await dialog.getByRole('region', { name: 'Runs with this version' }).getByRole('button').click();
    await expect(dialog).toBeHidden();
    await expect(at.page.getByRole('tree')).toBeVisible();
    await prompts.files.getByRole('button', { name: /^answer/ }).click();
    await dialog.getByRole('button', { name: 'Support assistant → Write the prompt' }).click();
    await expect(dialog).toBeHidden();
    await expect(at.inspector).toContainText('Fills a prompt file');
    await at.inspector.getByRole('button', { name: `Open ${FILE}` }).click();
    await expect(dialog).toBeVisible();
    await at.page.keyboard.press('Escape');
  });

  journey('one is made and tried by keys alone, beside an earlier version', async ({ studio }) => {
    await run(studio);
    const { text, hash } = await studio.host.editing.prompts.read(FILE);
    await studio.host.editing.prompts.save(FILE, text.replace(RULE, 'Answer briefly'), hash);
    const at = studioPage(await studio.open({ theme: 'dark', width: 1600, height: 1000 }));
    await at.ready();
    const { page } = at;
    const prompts = promptsPage(page);
    await page.keyboard.press('Alt+p');
    await prompts.files.getByRole('button', { name: /^answer/ }).focus();
    await page.keyboard.press('Enter');
    const dialog = prompts.dialog(FILE);
    await prompts.tab('Write').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await expect(prompts.tab('Try')).toHaveAttribute('aria-selected', 'true');
    await expect(dialog.getByText('it reads the context that the last run had')).toBeVisible();
    const model = dialog.getByLabel('Model', { exact: true });
    await expect(model).toHaveValue('reader');
    const beside = dialog.getByLabel('Beside it');
    await beside.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(dialog.getByRole('article')).toHaveCount(2);
    const ours = dialog.getByRole('article', { name: 'This text' });
    await expect(ours.getByRole('status')).toHaveText('Done');
    await expect(ours).toContainText('5,000 nodes');
    await expect(dialog.getByRole('region', { name: 'How the answers differ' })).toContainText(
      'The answers are the same.',
    );
    // Another value fills the text at once, and another question is answered.
    await prompts.variable('question').focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('Is there a limit on nesting?');
    await expect(dialog.getByRole('region', { name: 'What the model gets' })).toContainText('limit on nesting?');
    await dialog.getByRole('button', { name: 'As in the run' }).focus();
    await page.keyboard.press('Enter');
    await expect(prompts.variable('question')).toHaveValue(/How large/);
    await page.keyboard.press('Escape');

    await prompts.search.focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.type('short');
    await page.keyboard.press('Enter');
    await expect(prompts.dialog('prompts/short.md')).toBeVisible();
    await expect(prompts.text).toContainText('{{ question }}');
    expect(readFileSync(join(studio.folder, 'prompts/short.md'), 'utf8')).toContain('variables: [question]');
  });
});
