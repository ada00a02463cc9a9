import { describe } from 'vitest';
import { runReadingPage } from './pages/run-reading-page.ts';
import { expect } from './patient-expect.ts';
import { journey } from './studio-test.ts';
import { writeTurns } from './turns-workflow.ts';

const MARK = '[data-mark]';

describe('two runs on the canvas', () => {
  journey('show by nodes and wires where they went other ways, with a list to walk through', async ({ studio }) => {
    const at = runReadingPage(await studio.open({ width: 1600, height: 1000 }));
    await at.ready();
    await at.run.start.click();
    const question = at.run.inputs.getByRole('textbox', { name: 'question' });
    for (const text of ['Can a failed run be resumed?', 'What is the meaning of life?']) {
      await question.fill(text);
      await at.run.start.click();
      await expect(at.run.status).toHaveText(/Succeeded|Waiting/, { timeout: 15_000 });
      if ((await at.run.status.textContent()) === 'Waiting') await at.run.stop.click();
      await expect(at.run.start).toBeEnabled();
    }
    await at.dock('Compare').click();
    await at.action('Compare on the canvas').click();
    await expect(at.compared).toContainText('Two runs compared');
    await expect(at.compared.getByRole('list', { name: 'What the colours mean' })).toContainText('same');
    await expect(at.canvas.getByText('gave something else').first()).toBeVisible();

    // By keyboard through the list: each step is chosen on the canvas, with the words that differ beside it.
    await at.differences.focus();
    await at.page.keyboard.press('Home');
    await expect(at.differences.getByRole('option').first()).toHaveAttribute('aria-selected', 'true');
    await expect(at.difference.locator('ins, del').first()).toBeVisible();
    await at.page.keyboard.press('ArrowDown');
    await expect(at.differences.getByRole('option').nth(1)).toHaveAttribute('aria-selected', 'true');
    await expect(at.canvas.locator('.react-flow__node.selected')).toHaveCount(1);

    // The list keeps no key from the rest of the studio.
    await at.page.keyboard.press('Control+o');
    await expect(at.panel('Workflows')).toBeVisible();

    // By mouse on the canvas: the list follows. Wires tell which of the two went over them.
    const changed = at.nodes.filter({ hasText: 'gave something else' }).last();
    await changed.click();
    await expect(at.differences.locator('[aria-selected="true"]')).toBeVisible();
    await expect(at.wires.locator(MARK).first()).toBeAttached();
    await at.page.keyboard.press('Delete');
    await expect(changed).toBeVisible();

    await at.page.reload();
    await at.ready();
    await expect(at.compared).toContainText('Two runs compared');
  });
});

describe('two versions of a workflow', () => {
  journey('are laid over each other from its history, and so are two files', async ({ studio }) => {
    writeTurns(studio.folder);
    const at = runReadingPage(await studio.open({ width: 1600, height: 1000 }));
    await at.ready();
    await at.openWorkflow('Turns');
    await at.dock('Versions').click();
    await expect(at.page.getByText('No earlier versions')).toBeVisible();

    // One node goes, one comes, one gets another name, and that is saved.
    await at.node('out').click();
    await at.page.keyboard.press('Delete');
    await at.node('last').click();
    await at.page.keyboard.press('F2');
    await at.page.keyboard.type('Size');
    await at.page.keyboard.press('Enter');
    await at.page.keyboard.press('Tab');
    await at.canvas.focus();
    await at.save();
    await at.page
      .getByRole('button', { name: /^Compare the version of/ })
      .last()
      .click();
    await expect(at.compared).toContainText('Two versions compared');
    await expect(at.node('out')).toContainText('removed');
    await expect(at.node('last')).toContainText('changed');
    await expect(at.node('in')).toContainText('same');

    // Each field with the words that differ, and the wire that is gone.
    await at.differences.getByRole('option', { name: /^Size changed/ }).click();
    await expect(at.difference).toContainText('name');
    await expect(at.difference.locator('ins')).toContainText('Size');
    await expect(at.difference.locator('del')).toContainText('Count');
    await expect(at.differences.getByRole('option', { name: /Size.value to Answer.value.*removed/ })).toBeVisible();
    await at.node('out').click();
    await expect(at.differences.getByRole('option', { name: /Answer.*removed/ }).first()).toHaveAttribute(
      'aria-selected',
      'true',
    );

    // Another workflow of the workspace.
    await at.compared.getByRole('button', { name: 'Open it as it is now' }).click();
    await at.dock('Versions').click();
    await at.page.getByLabel('Before', { exact: true }).selectOption({ label: 'Shout' });
    await at.action('Compare on the canvas').click();
    await expect(at.compared).toContainText('workflows/shout.flow.json');
    await expect(at.node('mark')).toContainText('removed');
    await expect(at.node('each')).toContainText('added');
    await expect(at.differences.getByRole('option', { name: /The workflow itself/ })).toBeVisible();
  });
});
