import { describe } from 'vitest';
import { keysPage } from './pages/keys-page.ts';
import { expect } from './patient-expect.ts';
import { expectAccessible, journey } from './studio-test.ts';

describe('a day of work', () => {
  journey('is done without a pointer: built, run, stopped, reviewed and compared', async ({ studio }) => {
    const at = keysPage(await studio.open({ width: 1280, height: 800 }));
    const { page, run } = at;
    const press = (keys: string) => page.keyboard.press(keys);
    async function add(type: string, wire?: string): Promise<void> {
      await press('n');
      await expect(at.addMenu.getByRole('combobox')).toBeFocused();
      await page.keyboard.type(type);
      await press('Enter');
      await expect(at.addMenu).toBeHidden();
      if (wire === undefined) return;
      await press('c');
      await expect(at.dialog(/^Connect /).getByRole('combobox')).toBeFocused();
      await page.keyboard.type(wire);
      await press('Enter');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }
    async function start(text: string): Promise<void> {
      await at.show('Run');
      await at.tabTo(run.inputs.getByRole('textbox'));
      await press('Control+a');
      await page.keyboard.insertText(text);
      await press('Control+Enter');
    }
    /** Decides what waits by a key of the inbox. */
    async function decide(key: string): Promise<void> {
      await at.show('Reviews');
      await at.tabTo(page.getByRole('list', { name: 'Reviews' }).getByRole('button').first());
      await press(key);
      await expect(page.getByText('Nothing waits for you')).toBeVisible();
    }
    await at.ready();

    await press('Alt+n');
    await expect(at.dialog('New workflow').getByLabel('Name')).toBeFocused();
    await page.keyboard.insertText('By keys');
    await press('Enter');
    await expect(at.canvas.getByText('An empty canvas')).toBeVisible();
    await add('input');
    await add('human', 'input value payload');
    await add('output', 'human approved value');
    await press('Shift+L');
    await expect(at.wires).toHaveCount(2);
    await at.save();

    await start('first');
    await expect(run.status).toHaveText('Waiting');
    await decide('a');
    await at.show('Run');
    await expect(run.status).toHaveText('Succeeded');

    // Stops before the node that has the focus, takes another value and goes on.
    await at.choose('Human review', '@Human');
    await at.walkTo('canvas');
    await press('F9');
    await start('second');
    const stop = at.panel('Debug').getByRole('region', { name: 'The stopped step' });
    await expect(stop.getByRole('textbox', { name: 'payload' })).toHaveValue('second');
    await expectAccessible(page);
    await at.walkTo('left');
    await at.tabTo(stop.getByRole('textbox', { name: 'payload' }));
    await press('Control+a');
    await page.keyboard.insertText('third');
    await press('F8');
    await expect(run.status).toHaveText('Waiting');
    await decide('a');

    await at.show('Compare');
    const steps = page.getByRole('region', { name: 'Compared steps' });
    await expect(steps.getByRole('status')).toContainText('The first step that differs');
    await at.tabTo(steps.getByRole('listbox', { name: 'Differences' }));
    await press('End');
    const difference = page.getByRole('region', { name: 'Difference of a step' });
    await expect(difference.locator('ins').first()).toHaveText('third');
  });
});
