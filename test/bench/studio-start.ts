import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser } from 'playwright';
import { isBuilt, studioSources } from '../../scripts/is-built.mjs';
import { chromiumPath, startChromium } from '../e2e/chromium.ts';
import { median, quantile } from './measure.ts';
import { type BenchReport, BenchSkipped, type Figure } from './report.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

const ROUNDS = 5;
const TARGET_MS = 3000;
const root = resolve(import.meta.dirname, '../..');
const built = ['dist/pipewright.js', 'dist/electron-main.js', 'dist/studio/index.html'];

/** What `npm start` runs, in a home of its own and without a screen, so that it serves the browser. */
function start(home: string): ChildProcess {
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...rest } = process.env;
  const env = { ...rest, HOME: home, XDG_DATA_HOME: join(home, 'data'), XDG_CONFIG_HOME: join(home, 'config') };
  return spawn(process.execPath, [join(root, 'scripts/start.mjs')], {
    env,
    cwd: home,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** The address that it prints. @throws Error when it ends without one */
async function addressOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout)
    for await (const line of createInterface({ input: stdout })) if (line.includes('#code=')) return line.trim();
  throw new Error('the studio ended without an address');
}

/** Milliseconds from nothing to the printed address, and to a graph that can be run. */
async function timesOf(browser: Browser, home: string): Promise<{ listens: number; usable: number }> {
  const began = performance.now();
  const studio = start(home);
  try {
    const address = await addressOf(studio);
    const listens = performance.now() - began;
    const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    await page.goto(address);
    await page.locator('.react-flow__node').first().waitFor();
    await page.getByRole('banner').getByRole('button', { name: 'Run', exact: true }).click({ trial: true });
    const usable = performance.now() - began;
    await context.close();
    return { listens, usable };
  } finally {
    studio.kill('SIGTERM');
    if (studio.exitCode === null) await once(studio, 'exit');
  }
}

/** `npm start` until the sample can be run, beside a Node that does nothing. @throws BenchSkipped without a browser */
export async function studioStart({ say }: { say: (line: string) => void }): Promise<BenchReport> {
  if (chromiumPath === undefined) throw new BenchSkipped('Chromium is not installed: nothing was measured.');
  if (!isBuilt(built, ['app', ...studioSources])) {
    say('building');
    const { status } = spawnSync('npm', ['run', '-s', 'build'], { cwd: root, stdio: 'inherit' });
    if (status !== 0) throw new Error('the build fails');
  }
  const samples: { [name: string]: number[] } = {};
  const add = (name: string, value: number) => {
    samples[name] = [...(samples[name] ?? []), value];
  };
  await inTemporaryFolder(async (folder) => {
    const browser = await startChromium();
    for (let round = 0; round <= ROUNDS; round += 1) {
      say(`round ${round} of ${ROUNDS}`);
      const home = join(folder, `home-${round}`);
      mkdirSync(home);
      const began = performance.now();
      spawnSync(process.execPath, ['-e', '0']);
      const node = performance.now() - began;
      const first = await timesOf(browser, home);
      const again = await timesOf(browser, home);
      if (round === 0) continue;
      add('node -e 0', node);
      add('first start, until it listens', first.listens);
      add('first start, until the sample can be run', first.usable);
      add('start again, until it listens', again.listens);
      add('start again, until the sample can be run', again.usable);
    }
    await browser.close();
  });
  const baseline = samples['node -e 0'] ?? [];
  const figures = Object.entries(samples).map(([name, values]): Figure => {
    const spread: [number, number] = [quantile(values, 0.25), quantile(values, 0.75)];
    const isUsable = name.endsWith('can be run');
    const ratio = median(values.map((value, n) => value / (baseline[n] ?? Number.NaN)));
    return {
      ...{ name, value: median(values), unit: 'ms', spread },
      ...(values !== baseline && { ratio, against: 'node -e 0' }),
      ...(isUsable && { target: { atMost: TARGET_MS, of: 'value' } }),
    };
  });
  return {
    figures,
    remarks: [
      'The browser runs already. The first start makes the sample workspace and reads its documents meanwhile.',
    ],
  };
}
