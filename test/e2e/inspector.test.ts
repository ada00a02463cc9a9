import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright';
import { describe } from 'vitest';
import { studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { journey } from './studio-test.ts';

const WIDE = { width: 1600, height: 1000 };

/** Writes another text over what stands in an editor, by keys as a person does. */
async function write(editor: Locator, text: string): Promise<void> {
  await editor.press('Control+a');
  await editor.page().keyboard.type(text);
  await expect(editor).toHaveText(text);
}

describe('the inspector', () => {
  journey(
    'completes variables in a prompt and an expression, marks mistakes in place, and saves both',
    async ({ studio }) => {
      const at = studioPage(await studio.open(WIDE));
      const { page, inspector } = at;
      await at.ready();
      await at.newWorkflow('Configured');
      await at.canvas.dblclick({ position: { x: 120, y: 150 } });
      await at.pick('Prompt');

      // A new prompt names a file, which messages exclude.
      await at.field('Prompt file').selectOption('');
      // Two messages, each with a role and a template; the variable is offered inside the braces alone.
      await inspector.getByRole('textbox', { name: 'Variables' }).fill('question');
      await inspector.getByRole('button', { name: 'Add one' }).click();
      await inspector.getByRole('button', { name: 'Add one' }).click();
      const second = inspector.getByRole('group', { name: 'Messages 2' });
      await second.getByLabel('Role').selectOption('user');
      const template = second.getByRole('textbox', { name: 'Template' });
      await template.click();
      await page.keyboard.type('Answer: {{ que');
      await inspector.getByRole('option', { name: 'question' }).click();
      await expect(template).toHaveText(/Answer: \{\{ question ?\}\}/);
      await inspector.getByRole('button', { name: 'Remove 1' }).click();
      await expect(inspector.getByRole('group', { name: /^Messages / })).toHaveCount(1);

      // A name that is not there is marked where it stands and told below; written right, both go.
      const left = inspector.getByRole('group', { name: 'Messages 1' });
      const only = left.getByRole('textbox', { name: 'Template' });
      await only.fill('Answer: {{ questoin }}');
      await expect(left.locator('.cm-lintRange-error')).toHaveText('questoin');
      await expect(left.getByText(/“questoin”/).last()).toBeVisible();
      await only.fill('Answer: {{ question }}');
      await expect(left.locator('.cm-lintRange-error')).toHaveCount(0);

      await at.canvas.dblclick({ position: { x: 120, y: 420 } });
      await at.pick('Transform');
      const expression = inspector.getByRole('textbox', { name: 'Expression' });
      await write(expression, 'size(valu) > 1');
      await expect(inspector.locator('.cm-lintRange-error')).toHaveText('valu');
      await write(expression, 'val');
      await inspector.getByRole('option', { name: 'value' }).click();
      await expect(expression).toHaveText('value');
      // Keys that would act on the canvas are letters here, and Tab leaves.
      await page.keyboard.type(' + "n"');
      await expect(page.getByRole('dialog')).toHaveCount(0);
      await page.keyboard.press('Tab');
      await expect(expression).not.toBeFocused();

      // Settings of an example in one step, and back; the policy; the documentation.
      await inspector.getByRole('listitem').filter({ hasText: 'A greeting' }).getByRole('button').click();
      await expect(at.field('Language')).toHaveValue('template');
      await expect(expression).toContainText('Dear {{ customer.name }}');
      await at.canvas.focus();
      await at.undo();
      await expect(expression).toHaveText('value + "n"');
      await inspector.getByText('Errors, time, cache and budget').click();
      await at.field('Attempts in all').fill('3');
      await at.field('When it fails').selectOption('port');
      await inspector.getByRole('button', { name: 'Read the documentation' }).click();
      const docs = page.getByRole('dialog', { name: 'Transform' });
      await expect(docs.getByRole('heading', { name: 'What it does' })).toBeVisible();
      await docs.getByRole('button', { name: 'Close' }).click();

      await at.save();
      const { nodes } = JSON.parse(readFileSync(join(studio.folder, 'workflows/configured.flow.json'), 'utf8'));
      expect(nodes.map(({ config }: { config: object }) => config)).toMatchObject([
        { messages: [{ role: 'user', template: 'Answer: {{ question }}' }], variables: ['question'] },
        { expression: 'value + "n"' },
      ]);
      expect(nodes[1].policy).toEqual({ retry: { attempts: 3 }, onError: { action: 'port' } });
    },
  );

  journey('shows what a node got, gave and took in the last run', async ({ studio }) => {
    const at = studioPage(await studio.open(WIDE));
    await at.ready();
    await at.node('docs').click();
    const last = at.inspector.getByRole('region', { name: 'Last run' });
    await expect(last.getByText('The workflow has not run yet.')).toBeVisible();
    await at.run.start.click();
    await at.run.inputs.getByRole('textbox').first().fill('Can a failed run be resumed?');
    await at.page.keyboard.press('Control+Enter');
    await expect(at.run.status).toHaveText('Succeeded');
    await at.node('docs').click();
    await expect(last.getByRole('img', { name: 'Done' })).toBeVisible();
    await last.getByText('Got at query').click();
    await expect(last.getByText(/resumed/).first()).toBeVisible();
    await last.getByText('Gave at chunks').click();
    await expect(last.getByRole('listitem').first()).toBeVisible();
  });
});
