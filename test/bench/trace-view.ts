import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { type Host, openHost } from '../../app/hosts/compose.ts';
import { createContractService } from '../../app/hosts/contract-router.ts';
import { serveStudio } from '../../app/hosts/web/serve-studio.ts';
import { chromiumPath, startChromium } from '../e2e/chromium.ts';
import { buildStudio } from './build-studio.ts';
import { median, quantile } from './measure.ts';
import { type BenchReport, BenchSkipped, type Figure } from './report.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

/** Each turn has two steps. */
const TURNS = 5000;
const COMPARED_TURNS = 500;
const ROUNDS = 5;
const FRAMES = 60;
const FRAME_MS = 17;
const root = resolve(import.meta.dirname, '../..');

const node = (id: string, type: string, config: object = {}, parent?: string) => ({
  ...{ id, type, version: 1, config },
  ...(parent !== undefined && { parent }),
});
const edge = (from: [string, string], to: [string, string]) => ({
  id: `${from.join('-')}-${to.join('-')}`,
  from: { node: from[0], port: from[1] },
  to: { node: to[0], port: to[1] },
});

/** A map over numbers with two steps a turn; what the second gives hangs on `seed`. */
const workflow = {
  ...{ format: 1, id: 'wf_trace', name: 'Many turns', resources: {} },
  inputs: { items: { type: 'list' }, seed: { type: 'number' } },
  outputs: { all: { type: 'list' } },
  nodes: [
    node('items', 'input', { name: 'items' }),
    node('seed', 'input', { name: 'seed' }),
    node('each', 'map', { concurrency: 16 }),
    node('text', 'transform', { expression: "'Item number ' + string(value)" }, 'each'),
    node('sum', 'transform', { expression: 'value + string(seed)', variables: ['seed'] }, 'each'),
    node('all', 'output', { name: 'all' }),
  ],
  edges: [
    edge(['items', 'value'], ['each', 'items']),
    edge(['each', 'item'], ['text', 'value']),
    edge(['text', 'value'], ['sum', 'value']),
    edge(['seed', 'value'], ['sum', 'seed']),
    edge(['sum', 'value'], ['each', 'result']),
    edge(['each', 'results'], ['all', 'value']),
  ],
};

async function run(host: Host, turns: number, seed: number): Promise<void> {
  const items = Array.from({ length: turns }, (_, n) => n);
  const runs = await host.runs();
  const { result } = await runs.start({ workflow: 'trace', inputs: { items: { json: items }, seed: { json: seed } } });
  const { status } = await result;
  if (status !== 'succeeded') throw new Error(`the run ${status}`);
}

/** In the page: scrolls the step tree a screen each frame and gives the milliseconds between frames. */
const scrolling = `(async () => {
  const tree = document.querySelector('[role="tree"]');
  const times = [];
  let last = await new Promise(requestAnimationFrame);
  for (let n = 0; n < ${FRAMES}; n += 1) {
    tree.scrollTop += 240;
    const now = await new Promise(requestAnimationFrame);
    times.push(now - last);
    last = now;
  }
  return times;
})()`;

/** In the page: presses a button, or whatever \`start\` does, and gives the milliseconds until what it leads to is drawn. */
async function timed(page: Page, start: string, drawn: string): Promise<number> {
  return page.evaluate(`(async () => {
    const began = performance.now();
    (${start})();
    for (;;) {
      if ((${drawn})()) break;
      if (performance.now() - began > 60000) throw new Error('it is not drawn after a minute');
      await new Promise(requestAnimationFrame);
    }
    await new Promise(requestAnimationFrame);
    return performance.now() - began;
  })()`);
}

const click = (find: string) => `() => { (${find}).click(); }`;
const button = (text: string) =>
  `[...document.querySelectorAll('button')].find((one) => one.textContent.trim() === ${JSON.stringify(text)})`;
const labelled = (begin: string, at = 0) => `document.querySelectorAll('button[aria-label^="${begin}"]')[${at}]`;
const rowsAre = (count: string) =>
  `() => document.querySelector('[role="treeitem"]') && document.body.textContent.includes(${JSON.stringify(count)})`;

/** A trace of 10,000 steps and a comparison of 1,000 in the studio. @throws BenchSkipped without a browser */
export async function traceView({ say }: { say: (line: string) => void }): Promise<BenchReport> {
  if (chromiumPath === undefined) throw new BenchSkipped('Chromium is not installed: nothing was measured.');
  const samples: { [name: string]: number[] } = {};
  const add = (name: string, value: number) => {
    samples[name] = [...(samples[name] ?? []), value];
  };
  await inTemporaryFolder(async (folder) => {
    say('building the studio');
    buildStudio();
    const workspace = join(folder, 'workspace');
    cpSync(join(root, 'workflows/templates/answer-from-documents'), workspace, { recursive: true });
    rmSync(join(workspace, 'workflows'), { recursive: true });
    mkdirSync(join(workspace, 'workflows'));
    writeFileSync(join(workspace, 'workflows/trace.flow.json'), JSON.stringify(workflow));
    const host = await openHost({ folder: workspace, env: {}, cwd: workspace, profileDir: join(folder, 'home') });
    say('making the runs');
    await run(host, TURNS, 1);
    await run(host, COMPARED_TURNS, 1);
    await run(host, COMPARED_TURNS, 2);
    const service = createContractService(host);
    const server = await serveStudio(service, { folder: join(root, 'dist/studio'), ports: [0] });
    const browser = await startChromium();
    for (let round = 0; round <= ROUNDS; round += 1) {
      say(`round ${round} of ${ROUNDS}`);
      const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
      const page = await context.newPage();
      await page.goto(server.newLink());
      await page.locator('[data-state="ready"]').waitFor();
      await page.locator('[data-canvas]').waitFor();
      const dock = page.getByRole('region', { name: 'Dock' });
      // The code of the panels is loaded once a session; what is timed is the trace.
      await dock.getByRole('tab', { name: 'Trace', exact: true }).click();
      await dock.getByRole('tab', { name: 'Compare', exact: true }).click();
      await dock.getByRole('tab', { name: 'Runs', exact: true }).click();
      const oldest = page.getByRole('button', { name: /^Show the run of/ });
      await oldest.nth(2).waitFor();
      const figures: { [name: string]: number } = {};

      // From the press on a run in the list to its steps in the tree.
      const open = `() => { (${labelled('Show the run of', 2)}).click(); (${button('Trace')}).click(); }`;
      figures['opening 10,000 steps'] = await timed(page, open, rowsAre('10004 of 10004'));
      const frames = (await page.evaluate(scrolling)) as number[];
      figures['frame while scrolling'] = median(frames);
      figures['slowest of 60 frames while scrolling'] = Math.max(...frames);
      const type = (text: string) => `() => {
        const input = document.querySelector('input[aria-label="Search steps"]');
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, ${JSON.stringify(text)});
        input.dispatchEvent(new Event('input', { bubbles: true }));
      }`;
      figures['search in names'] = await timed(page, type('each[4999]'), rowsAre('3 of'));

      await dock.getByRole('tab', { name: 'Compare', exact: true }).click();
      await dock.getByRole('tab', { name: 'Runs', exact: true }).click();
      await page
        .getByRole('button', { name: /^Show the run of/ })
        .first()
        .click();
      await page.locator('[data-run-status="succeeded"]').first().waitFor();
      const list = `() => document.querySelector('[role="option"]') !== null`;
      figures['comparing two runs of 1,000 steps'] = await timed(page, click(button('Compare')), list);
      const compared = `() => document.querySelector('.react-flow__node [data-mark]') !== null`;
      figures['the same on the canvas'] = await timed(page, click(button('Compare on the canvas')), compared);
      for (const [name, value] of round > 0 ? Object.entries(figures) : []) add(name, value);
      await context.close();
    }
    await browser.close();
    await server.close();
    await service.close();
    await host.close();
  });
  const targets: { [name: string]: number } = {
    'opening 10,000 steps': 500,
    'frame while scrolling': FRAME_MS,
    'comparing two runs of 1,000 steps': 1000,
    'the same on the canvas': 1000,
  };
  const figures = Object.entries(samples).map(([name, values]): Figure => {
    const atMost = targets[name];
    const spread: [number, number] = [quantile(values, 0.25), quantile(values, 0.75)];
    const target = atMost !== undefined && { target: { atMost, of: 'value' as const } };
    return { name, value: median(values), unit: 'ms', spread, ...target };
  });
  return {
    figures,
    remarks: [
      'From the press on a run, or on a button, to the first frame with what it leads to. Host and browser share the machine.',
      'A frame takes 16.7 ms at least.',
    ],
  };
}
