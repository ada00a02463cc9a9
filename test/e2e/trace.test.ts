import { describe } from 'vitest';
import { studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { journey } from './studio-test.ts';

describe('the trace of a run', () => {
  journey('is read step by step, by mouse and by keyboard, down to the rendered prompt', async ({ studio }) => {
    const at = studioPage(await studio.open({ width: 1600, height: 1000 }));
    await at.ready();
    await at.dock('Trace').click();
    await expect(at.page.getByText('No run is shown')).toBeVisible();
    await at.run.start.click();
    await at.run.inputs.getByRole('textbox', { name: 'question' }).fill('Can a failed run be resumed?');
    await at.run.start.click();
    await expect(at.run.status).toHaveText('Succeeded');
    await at.dock('Trace').click();

    const tree = at.page.getByRole('tree', { name: 'Step tree and timeline' });
    const details = at.page.getByRole('region', { name: 'Step details' });
    const part = (name: string) => details.getByRole('region', { name, exact: true });
    const row = (name: RegExp) => tree.getByRole('treeitem', { name });

    // Only steps with calls, and of those the one that asked a model: it leads to its node.
    await at.page.getByLabel('Show steps').selectOption('With calls');
    await expect(row(/Skipped/)).toHaveCount(0);
    await row(/Answer from/i)
      .first()
      .click();
    await expect(row(/Answer from/i).first()).toHaveAttribute('aria-selected', 'true');
    await expect(part('Outputs')).toContainText('resumed');
    const call = part('Calls').getByRole('group').first();
    await call.getByText('model.generate').click();
    await expect(call).toContainText('Rendered prompt');
    // A long prompt is cut, and whole when it is asked for.
    await call
      .getByRole('button', { name: /^Show all/ })
      .first()
      .click();
    await expect(call).toContainText('Can a failed run be resumed?');
    await expect(call).toContainText('tokens', { ignoreCase: true });

    // An input leads to the step that gave it.
    await part('Inputs').getByRole('button').first().click();
    await at.page.getByLabel('Show steps').selectOption('All steps');
    await expect(tree.locator('[aria-selected="true"]')).toBeVisible();

    // By keyboard to the first and the last step.
    await tree.focus();
    await at.page.keyboard.press('Home');
    await expect(tree.getByRole('treeitem').first()).toHaveAttribute('aria-selected', 'true');
    await at.page.keyboard.press('End');
    await expect(tree.getByRole('treeitem').last()).toHaveAttribute('aria-selected', 'true');
    await expect(tree).toHaveAttribute('aria-activedescendant', /-\d+$/);

    await at.page.getByLabel('Search steps').fill('no such step');
    await expect(at.page.getByText('No step fits.')).toBeVisible();
  });

  journey('is forked at a step with another value', async ({ studio }) => {
    const at = studioPage(await studio.open({ width: 1600, height: 1000 }));
    await at.ready();
    await at.run.start.click();
    await at.run.inputs.getByRole('textbox', { name: 'question' }).fill('Can a failed run be resumed?');
    await at.run.start.click();
    await expect(at.run.status).toHaveText('Succeeded', { timeout: 15_000 });
    await at.dock('Trace').click();
    const tree = at.page.getByRole('tree', { name: 'Step tree and timeline' });
    const details = at.page.getByRole('region', { name: 'Step details' });
    await tree.getByRole('treeitem', { name: /Question/ }).click();
    await details.getByRole('button', { name: 'Fork here …' }).click();
    const form = details.getByRole('form', { name: 'Fork at this step' });
    await form.getByLabel('value').fill('How do I export a trace?');
    await form.getByRole('button', { name: 'Start the fork' }).click();
    // The new run is shown: nothing of it has been looked at yet.
    await expect(form).toBeHidden();
    await tree.getByRole('treeitem', { name: /Question/ }).click();
    await expect(details.getByRole('region', { name: 'Outputs' })).toContainText('How do I export a trace?');
    await expect(tree.getByRole('treeitem', { name: /Customer id/ })).toContainText('Customer id');
  });
});
