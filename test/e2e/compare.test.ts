import type { Locator } from 'playwright';
import { describe } from 'vitest';
import { studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { journey } from './studio-test.ts';

describe('two runs side by side', () => {
  journey('show the first step that differs and the words that do', async ({ studio }) => {
    const at = studioPage(await studio.open({ width: 1600, height: 1000 }));
    await at.ready();
    await at.dock('Compare').click();
    await expect(at.page.getByText('Nothing to compare yet')).toBeVisible();
    await at.dock('Run').click();
    const question = at.run.inputs.getByRole('textbox', { name: 'question' });
    for (const text of ['Can a failed run be resumed?', 'Can a failed run be resumed again?']) {
      await question.fill(text);
      await at.run.start.click();
      await expect(at.run.status).toHaveText('Succeeded', { timeout: 15_000 });
      await expect(at.run.start).toBeEnabled();
    }
    await at.dock('Compare').click();
    const steps = at.page.getByRole('region', { name: 'Compared steps' });
    await expect(steps.getByRole('status')).toContainText('The first step that differs: Question.');
    const outputs = at.page
      .getByRole('region', { name: 'Difference of a step' })
      .getByRole('region', { name: 'Outputs' });
    await expect(outputs.locator('ins')).toHaveText(' again');
    await expect(outputs.locator('del')).toHaveCount(0);

    // What is the same is hidden until it is asked for.
    await expect(steps.getByRole('option', { name: /Customer id/ })).toHaveCount(0);
    await steps.getByLabel('Steps without a difference too').check();
    await steps.getByRole('option', { name: /Customer id.*the same/ }).click();
    await expect(outputs.locator('ins')).toHaveCount(0);

    // What is chosen is read whole on a small screen too, and told by its title.
    const [before, after] = ['Before', 'After'].map((name) => at.page.getByLabel(name, { exact: true })) as [
      Locator,
      Locator,
    ];
    await at.page.setViewportSize({ width: 1280, height: 800 });
    for (const select of [before, after]) {
      const { text, room, needed } = await select.evaluate((element: HTMLSelectElement) => {
        const shown = element.selectedOptions[0]?.text ?? '';
        const { font, paddingLeft, paddingRight } = getComputedStyle(element);
        const pen = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D;
        pen.font = font;
        const edges = Number.parseFloat(paddingLeft) + Number.parseFloat(paddingRight);
        return { text: shown, room: element.clientWidth - edges, needed: pen.measureText(shown).width };
      });
      expect(text).toContain('Succeeded');
      expect(room).toBeGreaterThan(needed);
      await expect(select).toHaveAttribute('title', text);
    }

    // A run beside itself.
    await before.selectOption(await after.inputValue());
    await expect(steps.getByRole('status')).toHaveText('Every step ended the same way and gave the same.');
  });
});
