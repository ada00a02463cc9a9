import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { describe } from 'vitest';
import { serveChannel } from '../../app/hosts/serve-channel.ts';
import { settingsPage } from './pages/settings-page.ts';
import { expect } from './patient-expect.ts';
import { journey, type Studio } from './studio-test.ts';

const flow = readFileSync(
  join(
    import.meta.dirname,
    '../../workflows/templates/answer-from-documents/workflows/answer-from-documents.flow.json',
  ),
  'utf8',
);

/**
 * The studio as the desktop shell shows it: a bridge in the page instead of a socket, and the same service at the other
 * end of its port. The shell itself is tested without a browser (test/desktop).
 */
async function openOnDesktop(studio: Studio): Promise<Page> {
  const page = await studio.open();
  const channels: ReturnType<typeof serveChannel>[] = [];
  await page.exposeFunction('openChannel', () => {
    const number = channels.length;
    const send = (text: string) =>
      page.evaluate(([to, data]) => Reflect.get(window, 'toPage')[Number(to)]?.(data), [number, text]);
    channels.push(
      serveChannel(studio.service, {
        send: (text) => send(text).catch(() => undefined),
        refuse: () => undefined,
      }),
    );
    return number;
  });
  await page.exposeFunction('toEngine', (number: number, data: unknown) => channels[number]?.received(data));
  await page.exposeFunction('closeChannel', (number: number) => channels[number]?.closed());
  await page.addInitScript(() => {
    const listeners: {
      action?: (id: string) => void;
      preview?: (file: object) => void;
      update?: (state: object) => void;
    } = {};
    // Electron tells the page when the other end of its port is gone; Chromium by itself does not.
    let held: MessagePort | undefined;
    window.addEventListener('message', ({ ports }) => {
      held = ports[0];
    });
    const toPage: { [channel: number]: (text: string) => void } = {};
    Object.assign(window, {
      listeners,
      toPage,
      update: { version: '0.1.0', step: 'unasked' },
      asked: [],
      askForUpdate: async (what: string) => void Reflect.get(window, 'asked').push(what),
      pipewright: {
        async connect() {
          const { port1, port2 } = new MessageChannel();
          const number: number = await Reflect.get(window, 'openChannel')();
          port1.onmessage = ({ data }) => Reflect.get(window, 'toEngine')(number, data);
          toPage[number] = (text) => port1.postMessage(text);
          Object.assign(window, {
            drop: () => {
              held?.dispatchEvent(new Event('close'));
              Reflect.get(window, 'closeChannel')(number);
            },
          });
          window.postMessage('pipewright:port', window.location.origin, [port2]);
        },
        ready: async () => Object.assign(window, { isReady: true }),
        updateState: async () => Reflect.get(window, 'update'),
        checkForUpdate: () => Reflect.get(window, 'askForUpdate')('check'),
        downloadUpdate: () => Reflect.get(window, 'askForUpdate')('download'),
        installUpdate: () => Reflect.get(window, 'askForUpdate')('install'),
        onUpdate: (listener: (state: object) => void) => {
          listeners.update = listener;
          return () => undefined;
        },
        onAction: (listener: (id: string) => void) => {
          listeners.action = listener;
        },
        onPreview: (listener: (file: object) => void) => {
          listeners.preview = listener;
        },
      },
    });
  });
  await page.reload();
  await page.waitForFunction(() => Reflect.get(window, 'isReady') === true);
  return page;
}
const preview = (page: Page, name: string, text: string) =>
  page.evaluate((file) => Reflect.get(window, 'listeners').preview(file), { name, text });

describe('the studio in the desktop shell', () => {
  journey('works over a port, comes back when the engine does, and hears the menu', async ({ studio }) => {
    const page = await openOnDesktop(studio);
    await expect(
      page.getByRole('treeitem').or(page.getByRole('option')).or(page.getByRole('button')).first(),
    ).toBeVisible();
    await page.evaluate(() => Reflect.get(window, 'drop')());
    await page.evaluate(() => Reflect.get(window, 'listeners').action('file.new'));
    await expect(page.getByRole('dialog', { name: 'New workflow' })).toBeVisible();
    await expect(page.getByRole('radio')).not.toHaveCount(1);
  });

  journey('shows a file that it was asked to look at, and keeps it only when told to', async ({ studio }) => {
    const page = await openOnDesktop(studio);
    const before = (await studio.host.editing.workflows.list()).length;
    await preview(page, 'answer.flow.json', flow);
    const dialog = page.getByRole('dialog', { name: 'Look at answer.flow.json' });
    await expect(dialog.getByText(/\d+ nodes/)).toBeVisible();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await studio.host.editing.workflows.list()).toHaveLength(before);

    await preview(page, 'answer.flow.json', flow);
    await dialog.getByRole('button', { name: 'Take a copy' }).click();
    await expect(dialog).toBeHidden();
    await expect.poll(async () => (await studio.host.editing.workflows.list()).length).toBe(before + 1);
  });

  journey('says what is wrong with a file that is no workflow', async ({ studio }) => {
    const page = await openOnDesktop(studio);
    await preview(page, 'evil.json', '{"format":1,"nodes":"<img src=x onerror=alert(1)>"}');
    const dialog = page.getByRole('dialog', { name: 'Look at evil.json' });
    await expect(dialog.getByText('This is no workflow that this release can read.')).toBeVisible();
    await expect(dialog.getByRole('list', { name: 'What is wrong with it' })).toBeVisible();
    await expect(dialog.getByRole('button', { name: 'Take a copy' })).toBeDisabled();
  });

  journey('looks for updates when asked, and says why one was refused', async ({ studio }) => {
    const page = await openOnDesktop(studio);
    const settings = settingsPage(page);
    await settings.open();
    await settings.tab('About').click();
    const updates = settings.about.getByRole('region', { name: 'Updates' });
    const asked = () => page.evaluate(() => Reflect.get(window, 'asked') as string[]);
    const becomes = (state: object) =>
      page.evaluate((now) => Reflect.get(window, 'listeners').update({ version: '0.1.0', ...now }), state);
    await expect(updates.getByRole('status')).toHaveText('Version 0.1.0 is installed.');
    await expect(updates.getByRole('button')).toHaveText(['Check now']);
    expect(await asked()).toEqual([]);

    // By keyboard: each step is one button, and nothing happens before it is pressed.
    await updates.getByRole('button', { name: 'Check now' }).focus();
    await page.keyboard.press('Enter');
    await becomes({ step: 'checking' });
    await expect(updates.getByRole('button', { name: 'Check now' })).toBeDisabled();
    await becomes({ step: 'offered', next: '0.2.0', size: 150_000_000 });
    await expect(updates.getByRole('status')).toHaveText('Version 0.2.0 can be had; 0.1.0 is installed.');
    await updates.getByRole('button', { name: /^Download/ }).click();
    await becomes({ step: 'downloading', next: '0.2.0', size: 150_000_000, received: 34_000_000 });
    await expect(updates.getByRole('status')).toContainText('34 MB of 150 MB');
    const problem = { code: 'update.damaged', message: 'The file is another one.', remedy: 'Check again.' };
    await becomes({ step: 'offered', next: '0.2.0', size: 150_000_000, problem });
    await expect(updates.getByRole('alert')).toContainText('The file is another one.');
    await becomes({ step: 'ready', next: '0.2.0', size: 150_000_000 });
    await expect(updates.getByRole('alert')).toHaveCount(0);
    await updates.getByRole('button', { name: 'Restart to update' }).click();
    expect(await asked()).toEqual(['check', 'download', 'install']);
    await becomes({ step: 'off' });
    await expect(updates).toContainText('made without an update channel');
    await expect(updates.getByRole('button')).toHaveCount(0);
  });
});
