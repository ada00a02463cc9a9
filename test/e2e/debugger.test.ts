import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { debuggerPage } from './pages/debugger-page.ts';
import { keysPage } from './pages/keys-page.ts';
import { expect } from './patient-expect.ts';
import { journey, type Studio } from './studio-test.ts';

const WIDE = { width: 1600, height: 1000 };
const value = (node: string, port = 'value') => ({ node, port });
const transform = (id: string, name: string, expression: string, more: object = {}) => ({
  ...{ id, type: 'transform', version: 1, name, config: { expression } },
  ...more,
});

/** Marks a text, doubles it, and works through its letters one by one. */
function letters(studio: Studio): void {
  const workflow = {
    ...{ format: 1, id: 'wf_letters', name: 'Letters' },
    inputs: { text: { type: 'text' } },
    outputs: { out: { type: 'any' }, each: { type: 'list' } },
    nodes: [
      { id: 'in', type: 'input', version: 1, config: { name: 'text' } },
      transform('mark', 'Mark', "value + '!'"),
      transform('twice', 'Twice', 'value + value'),
      { id: 'out', type: 'output', version: 1, config: { name: 'out' } },
      transform('split', 'Split', "value.split('')"),
      { id: 'map', type: 'map', version: 1, name: 'Letters', config: {} },
      transform('upper', 'Upper', 'value.upperAscii()', { parent: 'map' }),
      { id: 'each', type: 'output', version: 1, config: { name: 'each' } },
    ],
    edges: [
      { id: 'a', from: value('in'), to: value('mark') },
      { id: 'b', from: value('mark'), to: value('twice') },
      { id: 'c', from: value('twice'), to: value('out') },
      { id: 'd', from: value('in'), to: value('split') },
      { id: 'e', from: value('split'), to: value('map', 'items') },
      { id: 'f', from: value('map', 'item'), to: value('upper') },
      { id: 'g', from: value('upper'), to: value('map', 'result') },
      { id: 'h', from: value('map', 'results'), to: value('each') },
    ],
  };
  writeFileSync(join(studio.folder, 'workflows/letters.flow.json'), JSON.stringify(workflow));
}

describe('stopping and looking', () => {
  journey(
    'by mouse: stops on a wire by a condition, shows and changes what it brings, and goes on',
    async ({ studio }) => {
      letters(studio);
      const at = debuggerPage(await studio.open(WIDE));
      const { debug, page } = at;
      await at.ready();
      await at.openWorkflow('Letters');
      // A breakpoint on a wire, from its menu, with a condition that is checked while it is written.
      await at.wire('b').click({ button: 'right', force: true });
      await at.entry('Stop here only when …').click();
      await at.writeCondition('size(value) >');
      await expect(debug.dialog.getByRole('alert')).toBeVisible();
      await expect(debug.dialog.getByRole('button', { name: 'Save' })).toBeDisabled();
      await at.writeCondition('size(value) > 3');
      await debug.dialog.getByRole('button', { name: 'Save' }).click();
      await expect(debug.mark('edge:b')).toHaveAccessibleName('Runs stop before it (if size(value) > 3)');
      // A wire that hands a result back to its container cannot be stopped at, and says why.
      await at.wire('g').click({ button: 'right', force: true });
      await expect(at.entry(/Set or remove a breakpoint/)).toHaveAttribute('aria-disabled', 'true');
      await expect(at.entry(/Set or remove a breakpoint/)).toContainText('This wire hands a result back');
      await page.keyboard.press('Escape');

      await at.run.start.click();
      const text = at.run.inputs.getByRole('textbox', { name: 'text' });
      await text.fill('ab');
      await at.run.start.click();
      await expect(at.run.status).toHaveText('Succeeded');
      await text.fill('abc');
      await at.run.start.click();
      await expect(debug.bar).toContainText('Stopped before Twice');
      await expect(at.run.status).toHaveText('Stopped at a breakpoint');
      await expect(at.node('twice').getByRole('img', { name: 'Paused' })).toBeVisible();
      await expect(debug.onWire('value')).toHaveText('abc!');
      await expect(debug.stop.getByText('breakpoint b if size(value) > 3')).toBeVisible();

      await at.watch('value + inputs.value');
      await expect(at.watched('value + inputs.value')).toHaveText('abc!abc!');
      await at.watch('size(outputs.mark.value)');
      await expect(at.watched('size(outputs.mark.value)')).toHaveText('4');
      await at.watch('outputs.nowhere');
      await expect(at.watched('outputs.nowhere')).toContainText('nowhere');

      await debug.onWire('value').click();
      await expect(debug.stop.getByRole('textbox', { name: 'value' })).toBeFocused();
      await page.keyboard.press('Control+a');
      await page.keyboard.type('mine');
      await expect(debug.onWire('value')).toHaveText('mine');
      // Taken back, and written once more.
      await debug.stop.getByRole('button', { name: 'Reset value' }).click();
      await expect(debug.onWire('value')).toHaveText('abc!');
      await debug.stop.getByRole('textbox', { name: 'value' }).fill('mine');
      await debug.bar.getByRole('button', { name: 'Step', exact: true }).click();
      await expect(debug.bar).toContainText('Stopped before Output');
      await expect(debug.onWire('value')).toHaveText('minemine');
      await debug.bar.getByRole('button', { name: 'Continue', exact: true }).click();
      await expect(at.run.status).toHaveText('Succeeded');
      await expect(debug.bar).toBeHidden();
      await expect(at.run.result.getByText('minemine')).toBeVisible();

      // On to a node, from its menu.
      await at.run.start.click();
      await expect(debug.bar).toContainText('Stopped before Twice');
      await at.node('out').click({ button: 'right' });
      await at.entry(/^Go on to here/).click();
      await expect(debug.bar).toContainText('Stopped before Output');
      await debug.bar.getByRole('button', { name: 'Continue', exact: true }).click();
      await expect(at.run.status).toHaveText('Succeeded');

      // Switched off in the list, then taken away.
      await debug.breakpoints.getByRole('checkbox', { name: 'Stop at Mark → Twice (value)' }).uncheck();
      await expect(debug.mark('edge:b')).toHaveAttribute('data-enabled', 'false');
      await at.run.start.click();
      await expect(at.run.status).toHaveText('Succeeded');
      await debug.breakpoints.getByRole('button', { name: /^Remove the breakpoint/ }).click();
      await expect(debug.mark('edge:b')).toBeHidden();
    },
  );

  journey(
    'by keyboard: stops in the turns of a container, steps, goes on to a node, and keeps all for a reload',
    async ({ studio }) => {
      letters(studio);
      const at = debuggerPage(await studio.open(WIDE));
      const { debug, page } = at;
      await at.ready();
      await at.openWorkflow('Letters');
      await at.walkTo('upper');
      await page.keyboard.press('Shift+F9');
      await debug.dialog.getByRole('radio', { name: 'Once, at hit' }).focus();
      await page.keyboard.press('Space');
      await debug.dialog.getByLabel('Number of hits').fill('2');
      await page.keyboard.press('Enter');
      await expect(debug.dialog).toBeHidden();
      await expect(debug.mark('upper')).toHaveAccessibleName('Runs stop before it (at hit 2)');
      await page.keyboard.press('Control+Enter');
      await at.run.inputs.getByRole('textbox', { name: 'text' }).fill('abcd');
      await page.keyboard.press('Control+Enter');
      await expect(debug.bar).toContainText('Stopped before Upper, turn 2');
      await expect(debug.stop.getByRole('textbox', { name: 'value' })).toHaveValue('b');
      await expect(page.getByRole('log', { name: 'Run' })).toHaveText('The run is stopped before Upper, turn 2.');
      // The page is gone and comes back: the run waits where it stood, and the breakpoint is there.
      await page.reload();
      await at.ready();
      await expect(debug.bar).toContainText('Stopped before Upper, turn 2');
      await expect(debug.mark('upper')).toBeVisible();
      const field = debug.stop.getByRole('textbox', { name: 'value' });
      await field.fill('z');
      // Once more before a node, which is no breakpoint afterwards.
      await at.walkTo('each');
      await page.keyboard.press('Control+F10');
      await expect(debug.bar).toContainText('Stopped before Output');
      await expect(debug.stop.getByRole('textbox', { name: 'value' })).toHaveValue(/"Z"/);
      await expect(debug.mark('each')).toBeHidden();
      await page.keyboard.press('F8');
      await expect(at.run.status).toHaveText('Succeeded');
      // Turns that work side by side stop side by side: one is looked at, and all go on.
      await at.walkTo('upper');
      await page.keyboard.press('Shift+F9');
      await debug.dialog.getByRole('radio', { name: 'Every time' }).focus();
      await page.keyboard.press('Space');
      await page.keyboard.press('Enter');
      await expect(debug.dialog).toBeHidden();
      await page.keyboard.press('Control+Enter');
      await debug.bar.getByRole('combobox', { name: '4 stops' }).selectOption('Stopped before Upper, turn 3');
      await expect(debug.stop.getByRole('textbox', { name: 'value' })).toHaveValue('c');
      await page.keyboard.press('F8');
      await expect(at.run.status).toHaveText('Succeeded');
      // Set on another node while the list of breakpoints is shown, and taken away by the same key.
      await at.walkTo('split');
      await page.keyboard.press('F9');
      await expect(debug.breakpoints.getByRole('listitem')).toHaveCount(2);
      await page.keyboard.press('F9');
      await expect(debug.breakpoints.getByRole('listitem')).toHaveCount(1);
    },
  );

  journey('by keyboard: stops on a wire, watches what it brings, and pins a node', async ({ studio }) => {
    letters(studio);
    const page = await studio.open({ width: 1280, height: 800, theme: 'dark' });
    const at = debuggerPage(page);
    const keys = keysPage(page);
    const { debug } = at;
    const run = async (text: string) => {
      await keys.show('Run');
      await keys.tabTo(at.run.inputs.getByRole('textbox', { name: 'text' }));
      await page.keyboard.press('Control+a');
      await page.keyboard.insertText(text);
      await page.keyboard.press('Control+Enter');
    };
    await at.ready();
    await keys.choose('Letters', '#Letters');
    await at.wire('b').focus();
    await page.keyboard.press('F9');
    await expect(debug.mark('edge:b')).toBeVisible();
    await run('ab');
    await expect(debug.bar).toContainText('Stopped before Twice');
    await keys.walkTo('left');
    await keys.tabTo(debug.panel.getByLabel('Expression to watch'));
    await page.keyboard.insertText('size(value) + size(inputs.value)');
    await page.keyboard.press('Enter');
    await expect(at.watched('size(value) + size(inputs.value)')).toHaveText('6');
    await page.keyboard.press('F10');
    await expect(debug.bar).toContainText('Stopped before Output');
    await page.keyboard.press('F8');
    await expect(at.run.status).toHaveText('Succeeded');

    await at.walkTo('mark');
    await keys.choose('Pin its output, or unpin');
    await expect(at.node('mark').getByRole('img', { name: /^Pinned/ })).toBeVisible();
    await keys.choose('Remove all breakpoints');
    await run('cd');
    await expect(at.run.result.getByText('ab!ab!')).toBeVisible();
    await at.walkTo('mark');
    await keys.choose('Pin its output, or unpin');
    await run('cd');
    await expect(at.run.result.getByText('cd!cd!')).toBeVisible();
  });

  journey('pins what a node gave, changes it, and runs without that node', async ({ studio }) => {
    letters(studio);
    const at = debuggerPage(await studio.open(WIDE));
    const { debug, page } = at;
    await at.ready();
    await at.openWorkflow('Letters');
    await at.node('mark').click({ button: 'right' });
    const pin = at.entry(/^Pin its output, or unpin/);
    await expect(pin).toHaveAttribute('aria-disabled', 'true');
    await expect(pin).toContainText('Run the workflow once first.');
    await page.keyboard.press('Escape');
    await at.run.start.click();
    const text = at.run.inputs.getByRole('textbox', { name: 'text' });
    await text.fill('one');
    await at.run.start.click();
    await expect(at.run.status).toHaveText('Succeeded');
    // Inside a container it gives in every turn what it gave in one.
    await at.node('upper').click({ button: 'right' });
    await pin.click();
    await expect(at.node('upper').getByRole('img', { name: /^Pinned/ })).toBeVisible();
    await at.run.start.click();
    await expect(at.run.result.locator('pre')).toHaveText(/^\[\s*"(\w)",\s*"\1",\s*"\1"\s*\]$/);
    await at.node('upper').click({ button: 'right' });
    await pin.click();
    await at.node('mark').click({ button: 'right' });
    await pin.click();
    await expect(at.node('mark').getByRole('img', { name: 'Pinned: gives what it gave before' })).toBeVisible();
    // It gives the same whatever comes in.
    await text.fill('two');
    await at.run.start.click();
    await expect(at.run.result.getByText('one!one!')).toBeVisible();
    await at.action('Debug').click();
    await debug.pins.getByRole('button', { name: 'Change what Mark gives' }).click();
    await debug.pinDialog.getByRole('textbox', { name: 'value' }).fill('mine');
    await debug.pinDialog.getByRole('button', { name: 'Save' }).click();
    await expect(debug.pins.getByText('changed by you')).toBeVisible();
    await at.run.start.click();
    await expect(at.run.result.getByText('minemine')).toBeVisible();
    await debug.pins.getByRole('button', { name: 'Unpin Mark' }).click();
    await at.run.start.click();
    await expect(at.run.result.getByText('two!two!')).toBeVisible();
  });
});
