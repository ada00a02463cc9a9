import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { programValues } from '../../app/services/run/program-values.ts';
import { feedbackPage } from './pages/feedback-page.ts';
import { keysPage } from './pages/keys-page.ts';
import { studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { journey, type Studio } from './studio-test.ts';

async function run({ host }: Studio, workflow: string, inputs: { [name: string]: string }) {
  const started = await (await host.runs()).start({ workflow, ...programValues({ inputs }) });
  await started.result;
  return started.runId;
}

/** A workflow that gives out what it is given; `personal` marks both of its nodes. */
function writeEcho({ folder }: Studio, personal: boolean): void {
  const node = (id: string, type: string) => ({ id, type, version: 1, config: { name: 'text' }, personal });
  const end = (id: string) => ({ node: id, port: 'value' });
  const flow = {
    ...{
      format: 1,
      id: 'wf_echo',
      name: 'Echo',
      inputs: { text: { type: 'text' } },
      outputs: { text: { type: 'text' } },
    },
    nodes: [node('in', 'input'), node('out', 'output')],
    edges: [{ id: 'e1', from: end('in'), to: end('out') }],
  };
  writeFileSync(join(folder, 'workflows/echo.flow.json'), JSON.stringify(flow));
}

describe('feedback', () => {
  journey('an answer is disliked, corrected and made a case of a dataset, by mouse', async ({ studio }) => {
    const asked = 'How large may a workflow file be, and how many nodes may it have?';
    const runId = await run(studio, 'support-assistant', { question: asked });
    const feedback = await studio.host.feedback();
    const at = studioPage(await studio.open({ width: 1600, height: 1000 }));
    await at.ready();
    const on = feedbackPage(at.page);
    await at.dock('Runs').click();
    await at.page.getByRole('button', { name: /^Show the run of/ }).click();
    await on.down('answer').click();
    await expect(on.down('answer')).toHaveAttribute('aria-pressed', 'true');
    await expect(on.note).toBeFocused();
    await on.note.fill('Nesting is missing.');
    const before = await on.correction.inputValue();
    await on.correction.fill(before.replace('5,000 nodes', '5,000 nodes and 64 levels'));
    await expect(on.corrected.locator('ins')).toHaveText([' and 64 levels']);
    await on.keep.click();
    await expect(at.run.result).toContainText('You did not like it – Nesting is missing.');
    const [kept] = await feedback.list({ runId });
    expect(kept).toMatchObject({ value: false, target: { step: 'answer', port: 'value' }, by: 'studio' });
    expect(kept?.correction).toMatchObject({ text: expect.stringContaining('64 levels') });

    // It shows in the trace of the step that gave it, and in the list of runs.
    await at.dock('Runs').click();
    await expect(at.page.getByRole('img', { name: '1 disliked' })).toBeVisible();

    await at.dock('Run').click();
    await on.addCase.first().click();
    const dialog = at.page.getByRole('dialog', { name: 'Add as a case' });
    await expect(dialog.getByLabel('Expected answer')).toHaveValue(/64 levels/);
    await expect(dialog.getByText('As it was corrected.')).toBeVisible();
    await expect(dialog.getByLabel('Why it is interesting')).toHaveValue('Nesting is missing.');
    await dialog.getByLabel('Dataset').selectOption('datasets/demo.jsonl');
    await dialog.getByLabel('Tags').fill('limits, corrected');
    // The sample asks the same already.
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(dialog.getByRole('alert')).toContainText('The dataset has this case already: “demo-1”.');
    await dialog.getByRole('button', { name: 'Update the case that is there' }).click();
    const dataset = at.page.getByRole('dialog', { name: 'datasets/demo.jsonl' });
    await expect(dataset.getByRole('row', { name: /^demo-1/ })).toContainText('64 levels');
    await expect(dataset.getByRole('row', { name: /^demo-1/ })).toHaveAttribute('aria-current', 'true');
    const [line] = readFileSync(join(studio.folder, 'datasets/demo.jsonl'), 'utf8').split('\n');
    expect(JSON.parse(line ?? '')).toMatchObject({
      ...{ id: 'demo-1', question: asked, customer: null, tags: ['limits', 'corrected'], run: runId },
      sources: expect.arrayContaining(['documents/product/workflow-file.md']),
    });
  });

  journey('an answer is disliked, corrected and made a case of a new dataset, by keys', async ({ studio }) => {
    writeEcho(studio, false);
    await run(studio, 'echo', { text: 'five days' });
    const at = keysPage(await studio.open());
    const { page } = at;
    const on = feedbackPage(page);
    await at.ready();
    await at.choose('Echo', '#Echo');
    await at.show('Runs');
    await at.tabTo(page.getByRole('button', { name: /^Show the run of/ }));
    await page.keyboard.press('Enter');
    await at.tabTo(on.down('text'));
    await page.keyboard.press('Enter');
    await expect(on.note).toBeFocused();
    await page.keyboard.insertText('It is seven.');
    await at.tabTo(on.correction);
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('seven days');
    await expect(on.corrected.locator('ins')).toHaveText(['seven']);
    await page.keyboard.press('Control+Enter');
    await expect(on.note).toBeHidden();
    await at.walkTo('canvas');
    await at.walkTo('dock');
    await at.tabTo(on.addCase.first());
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Add as a case' });
    await at.tabTo(dialog.getByLabel('Dataset', { exact: true }));
    await page.keyboard.press('End');
    await at.tabTo(dialog.getByLabel('Name of the new dataset'));
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('loans');
    await at.tabTo(dialog.getByRole('button', { name: 'Add', exact: true }));
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog', { name: 'datasets/loans.jsonl' })).toContainText('seven days');
    const line = JSON.parse(readFileSync(join(studio.folder, 'datasets/loans.jsonl'), 'utf8'));
    expect(line).toMatchObject({ text: 'five days', reference: 'seven days', why: 'It is seven.' });
  });

  journey(
    'words about what is personal stay closed until one asks, and a word is taken back, by keys',
    async ({ studio }) => {
      writeEcho(studio, true);
      const runId = await run(studio, 'echo', { text: 'Philippa came' });
      const at = studioPage(await studio.open({ theme: 'dark' }));
      await at.ready();
      const { page } = at;
      const on = feedbackPage(page);
      await page.keyboard.press('Alt+w');
      await page.getByRole('button', { name: 'Workflows', exact: true }).click();
      await page.getByRole('button', { name: /^Echo/ }).first().click();
      await at.dock('Runs').focus();
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: /^Show the run of/ }).focus();
      await page.keyboard.press('Enter');
      await on.down('text').focus();
      await page.keyboard.press('Enter');
      await expect(on.note).toBeFocused();
      await page.keyboard.type('Philippa was ill');
      await page.keyboard.press('Control+Enter');
      await expect(on.note).toBeHidden();
      await expect(at.run.result).not.toContainText('Philippa');
      await page.getByRole('button', { name: 'Show the personal words' }).focus();
      await page.keyboard.press('Enter');
      await expect(at.run.result).toContainText('Philippa was ill');
      // In the trace of the step, too.
      await at.dock('Trace').focus();
      await page.keyboard.press('Enter');
      await page.getByRole('treeitem').last().click();
      await expect(on.down('value')).toHaveAttribute('aria-pressed', 'true');
      await on.down('value').focus();
      await page.keyboard.press('Enter');
      await expect(on.down('value')).toHaveAttribute('aria-pressed', 'false');
      await expect.poll(async () => (await (await studio.host.feedback()).list({ runId })).length).toBe(0);
    },
  );
});
