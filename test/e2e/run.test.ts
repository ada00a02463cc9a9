import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { writeFailing } from './failing-workflow.ts';
import { studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { writeSlow } from './slow-workflow.ts';
import { journey } from './studio-test.ts';

const WIDE = { width: 1600, height: 1000 };

describe('running', () => {
  journey('asks for what is missing, answers with citations, and opens a source at its place', async ({ studio }) => {
    const at = studioPage(await studio.open(WIDE));
    await at.ready();
    await at.run.start.click();
    const question = at.run.inputs.getByRole('textbox', { name: 'question' });
    await expect(question).toBeFocused();
    await expect(at.run.inputs.getByText('This is needed.')).toBeVisible();
    await question.fill('Can a failed run be resumed?');
    await at.page.keyboard.press('Control+Enter');
    await expect(at.run.status).toHaveText('Succeeded');
    await expect(at.node('read').getByRole('img', { name: 'Done' })).toBeVisible();
    await expect(at.node('review').getByRole('img', { name: 'Skipped' })).toBeVisible();

    await at.run.result
      .getByRole('button', { name: /^Open source/ })
      .first()
      .click();
    const source = at.page.getByRole('dialog');
    const cited = await source.locator('mark').textContent();
    expect(cited?.length).toBeGreaterThan(10);
    await expect(source.locator('mark')).toBeInViewport();
    const file = await source.getByText(/^documents\//).textContent();
    const path = file?.split(' · ')[0] ?? '';
    expect(readFileSync(join(studio.folder, path), 'utf8')).toContain(cited);
  });

  journey('shows a run again after a reload, and earlier runs and inputs from their lists', async ({ studio }) => {
    const at = studioPage(await studio.open(WIDE));
    await at.ready();
    await at.run.start.click();
    await at.run.inputs.getByRole('textbox', { name: 'question' }).fill('How do I export a trace?');
    await at.run.start.click();
    await expect(at.run.status).toHaveText(/Succeeded|Waiting/);
    const status = (await at.run.status.textContent()) ?? '';
    await at.page.reload();
    await at.ready();
    await expect(at.run.status).toHaveText(status);
    await at.action('Earlier inputs').click();
    await at.page.getByRole('menuitem', { name: 'How do I export a trace?' }).click();
    await expect(at.run.inputs.getByRole('textbox', { name: 'question' })).toHaveValue('How do I export a trace?');
    await at.dock('Runs').click();
    await at.page.getByRole('button', { name: /^Show the run of/ }).click();
    await expect(at.run.status).toHaveText(status);
    // A step leads to its node and shows what it gave.
    await at.run.steps.getByRole('button', { name: /Search past tickets/ }).click();
    await expect(at.page.getByText('Outputs of Search past tickets')).toBeVisible();
    await expect(at.field('Name of the node')).toHaveValue('Search past tickets');
  });

  journey('waits for a person, who decides here, and goes on', async ({ studio }) => {
    const at = studioPage(await studio.open(WIDE));
    await at.ready();
    await at.run.start.click();
    await at.run.inputs.getByRole('textbox', { name: 'question' }).fill('I want a refund of my invoice.');
    await at.run.start.click();
    await expect(at.run.status).toHaveText('Waiting');
    await expect(at.node('review').getByRole('img', { name: 'Waiting' })).toBeVisible();
    await at.run.result.getByLabel('reply').fill('You get your money back.');
    await at.run.result.getByRole('button', { name: 'approve' }).click();
    await expect(at.run.status).toHaveText('Succeeded');
    await expect(at.run.result.getByText('You get your money back.')).toBeVisible();
  });

  journey('can be stopped, and runs a part of the graph', async ({ studio }) => {
    writeSlow(studio.folder);
    const at = studioPage(await studio.open(WIDE));
    await at.ready();
    await at.action('Workflows').click();
    await at.panel('Workflows').getByRole('button', { name: /^Slow/ }).click();
    await expect(at.node('wait')).toBeVisible();
    await at.run.start.click();
    await at.run.inputs.getByRole('textbox', { name: 'text' }).fill('hello');
    await at.run.start.click();
    await expect(at.run.status).toHaveText('Waiting');
    await at.run.stop.click();
    await expect(at.run.status).toHaveText('Stopped');
    await at.node('in').click();
    await at.action('Menu').click();
    await at.page.getByRole('menuitem', { name: 'Run to this node' }).click();
    await expect(at.run.status).toHaveText('Succeeded');
    await expect(at.node('in').getByRole('img', { name: 'Done' })).toBeVisible();
  });

  journey('that fails says where, and leads there', async ({ studio }) => {
    writeFailing(studio.folder);
    const at = studioPage(await studio.open(WIDE));
    await at.ready();
    await at.action('Workflows').click();
    await at
      .panel('Workflows')
      .getByRole('button', { name: /^Failing/ })
      .click();
    await expect(at.node('deep')).toBeVisible();
    await at.run.start.click();
    await at.run.inputs.getByRole('textbox', { name: 'text' }).fill('hello');
    await at.run.start.click();
    await expect(at.run.status).toHaveText('Failed');
    await at.run.steps.getByRole('alert').getByRole('button', { name: 'Show Too deep' }).click();
    await expect(at.node('deep')).toHaveClass(/selected/);
    await expect(at.run.steps.getByRole('button', { name: /Too deep/, pressed: true })).toBeVisible();
  });
});
