import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, type ElectronApplication } from 'playwright';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { counterparts } from './counterparts.ts';
import { expect } from './patient-expect.ts';

/**
 * The real desktop app, where Electron's program and a screen are there. Its package is not asked for the program: it
 * would begin to fetch it. Build the app before (`npm run build`).
 */
const root = resolve(import.meta.dirname, '../..');
const dist = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(root, 'node_modules/electron/dist');
const program = ['electron', 'electron.exe', 'Electron.app/Contents/MacOS/Electron']
  .map((name) => join(dist, name))
  .find((file) => existsSync(file));
const screen = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
const real = test.skipIf(program === undefined || !screen);

let app: ElectronApplication | undefined;
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'pipewright-electron-'));
});
afterEach(async () => {
  await app?.close();
  app = undefined;
  rmSync(home, { recursive: true, force: true });
});

async function open(...args: string[]) {
  app = await _electron.launch({
    executablePath: program ?? '',
    args: [root, `--user-data-dir=${join(home, 'data')}`, ...args],
    env: { ...(process.env as { [name: string]: string }), PIPEWRIGHT_HOME: join(home, 'pipewright') },
    chromiumSandbox: true,
  });
  return app.firstWindow();
}

describe('the desktop app, as the browser', () => {
  for (const { number, name, work } of counterparts) {
    real(`${number}: ${name}`, async () => {
      await work(await open());
    });
  }
});

describe('the desktop app', () => {
  real('opens on the sample workspace, from its own scheme', async () => {
    const page = await open();
    expect(page.url()).toBe('app://bundle/');
    await expect(page.getByText('Support assistant').first()).toBeVisible();
  });

  real('gives the page nothing of Node and no network', async () => {
    const page = await open();
    const seen = await page.evaluate(async () => ({
      node: ['require', 'process', 'Buffer'].filter((name) => Reflect.has(window, name)),
      network: await fetch('https://example.com/').then(
        () => 'reached',
        () => 'refused',
      ),
    }));
    expect(seen).toEqual({ node: [], network: 'refused' });
  });

  real('goes on when the engine ends by itself', async () => {
    const page = await open();
    await expect(page.getByText('Support assistant').first()).toBeVisible();
    await app?.evaluate(({ app: shell }) => {
      const engine = shell.getAppMetrics().find(({ serviceName }) => serviceName === 'Pipewright engine');
      if (engine) process.kill(engine.pid);
    });
    await page.getByRole('button', { name: 'Nodes' }).first().click();
    await expect(page.getByText('Retriever').first()).toBeVisible({ timeout: 15_000 });
  });

  real('shows a file that it is started with, and keeps nothing of it', async () => {
    const page = await open(join(root, 'workflows/templates/answer-from-documents.flow.json'));
    await expect(page.getByRole('dialog', { name: /^Look at/ })).toBeVisible();
  });
});
