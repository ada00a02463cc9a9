import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { chromiumPath } from './chromium.ts';
import { studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { type Prepare, test } from './studio-test.ts';

const end = (place: string) => {
  const [node = '', port = ''] = place.split('.');
  return { node, port };
};
const node = (id: string, type: string, config: object, parent?: string) => ({
  ...{ id, type, version: 1, config },
  ...(parent !== undefined && { parent }),
});
/** Says back what was said, and remembers it. */
const talk = {
  ...{ format: 1, id: 'wf_talk', name: 'Talk', resources: {} },
  inputs: { session: { type: 'text', required: true }, message: { type: 'text', required: true } },
  outputs: { reply: { type: 'text' } },
  nodes: [
    node('session', 'input', { name: 'session' }),
    node('message', 'input', { name: 'message' }),
    node('memory', 'chat-memory', { space: 'shop' }),
    node('say', 'transform', { expression: '"You said: " + message', variables: ['message'] }, 'memory'),
    node('out', 'output', { name: 'reply' }),
  ],
  edges: [
    ['session.value', 'memory.session'],
    ['message.value', 'memory.message'],
    ['memory.message', 'say.message'],
    ['say.value', 'memory.reply'],
    ['memory.reply', 'out.value'],
  ].map(([from = '', to = ''], i) => ({ id: `e${i}`, from: end(from), to: end(to) })),
};

const journey = test
  .extend<{ prepare: Prepare }>({
    // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern what a fixture needs
    prepare: async ({}, use) => {
      await use(async (folder) => {
        writeFileSync(join(folder, 'workflows/talk.flow.json'), JSON.stringify(talk));
        return {};
      });
    },
  })
  .skipIf(chromiumPath === undefined);

describe('conversations', () => {
  journey('are begun, gone on with, looked at and cleared beside the inputs of a run', async ({ studio }) => {
    const page = await studio.open({ width: 1600, height: 1000 });
    const at = studioPage(page);
    await at.ready();
    await page.keyboard.press('Control+o');
    await page.getByRole('button', { name: /^Talk/ }).click();
    await at.dock('Run').click();
    const picker = at.run.inputs.getByRole('region', { name: 'Conversation' });
    const session = at.run.inputs.getByRole('textbox', { name: 'session' });
    const turns = picker.getByRole('list', { name: 'What was said' }).getByRole('listitem');

    // By keyboard: a new conversation, something said, the run.
    await picker.getByRole('button', { name: 'New conversation' }).focus();
    await page.keyboard.press('Enter');
    await expect(session).toHaveValue(/^chat-[0-9a-f]{8}$/);
    await expect(picker.getByText('Nothing was said in it yet.')).toBeVisible();
    const first = await session.inputValue();
    await at.run.inputs.getByRole('textbox', { name: 'message' }).fill('Good morning');
    await page.keyboard.press('Control+Enter');
    await expect(turns).toHaveCount(1);
    await expect(turns.first()).toContainText('You said: Good morning');
    await at.run.inputs.getByRole('textbox', { name: 'message' }).fill('Good evening');
    await page.keyboard.press('Control+Enter');
    await expect(turns).toHaveCount(2);

    await picker.getByRole('button', { name: 'New conversation' }).click();
    await expect(session).not.toHaveValue(first);
    await expect(turns).toHaveCount(0);
    await picker.getByLabel('Go on with').selectOption(first);
    await expect(session).toHaveValue(first);
    await expect(turns).toHaveCount(2);

    await picker.getByRole('button', { name: 'Clear …' }).click();
    await picker.getByRole('button', { name: 'Keep', exact: true }).click();
    await expect(turns).toHaveCount(2);
    await picker.getByRole('button', { name: 'Clear …' }).click();
    await picker.getByRole('button', { name: 'Remove for good' }).click();
    await expect(turns).toHaveCount(0);
    await expect(picker.getByRole('option', { name: new RegExp(`^${first}`) })).toHaveCount(0);
    expect((await studio.host.sessions()).list({ space: 'shop' })).toEqual([]);
  });
});
