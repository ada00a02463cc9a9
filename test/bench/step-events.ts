import { cpSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { implement } from '@orpc/server';
import type { Page } from 'playwright';
import { contract } from '../../app/core/contracts/index.ts';
import type { ShownEvent, ShownSignal } from '../../app/core/contracts/run-signal.ts';
import { openHost } from '../../app/hosts/compose.ts';
import { type ContractService, createContractService } from '../../app/hosts/contract-router.ts';
import { serveStudio } from '../../app/hosts/web/serve-studio.ts';
import { gathered } from '../../app/services/gathered.ts';
import { chromiumPath, startChromium } from '../e2e/chromium.ts';
import { buildStudio } from './build-studio.ts';
import { gridOf, pan, workflowOf } from './grid-graph.ts';
import { median, quantile } from './measure.ts';
import { type BenchReport, BenchSkipped, type Figure } from './report.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

const NODES = 1000;
const EVENTS_A_SECOND = 1000;
const ROUNDS = 3;
const FRAMES = 60;
/** Typed into the palette's search while events come: what a hurried person types, a key every 50 ms. */
const TYPED = 'a retriever that reads the documents';
const KEY_MS = 50;
const TICK_MS = 5;
/** As hosts do it. */
const GATHER_MS = 20;
const root = resolve(import.meta.dirname, '../..');

/** Begins and ends of steps, node after node, in turns of a container as many as it takes. */
function eventAt(n: number): ShownEvent {
  const [seq, at] = [n + 3, Date.now()];
  const index = Math.floor(n / 2);
  const node = `n${index % NODES}`;
  const step = `each[${Math.floor(index / NODES)}]/${node}`;
  if (n % 2 === 0) return { seq, at, type: 'step.started', step, node, attempt: 1 };
  const outputs = { value: { value: `The answer of ${node}` } };
  return { seq, at, type: 'step.finished', step, node, attempt: 1, startedAt: at - 5, outputs };
}

interface MadeUpRuns {
  service: ContractService;
  /** Ends the run that is under way. */
  end(): void;
  /** When its last event was sent. */
  ended(): number;
}

/** A service whose runs are made up: nothing works, events only come at their pace until the run is told to end. */
function withMadeUpRuns(service: ContractService): MadeUpRuns {
  const os = implement(contract);
  let ended = 0;
  let isOn = false;
  let runs = 0;
  const head = { workflowId: 'wf_bench', workflowName: 'Bench', workflowHash: 'hash', snapshot: 'hash', engine: '0' };
  async function* signals(): AsyncGenerator<ShownSignal, void> {
    const began = Date.now();
    isOn = true;
    const first = { seq: 1, at: began, type: 'run.created', inputs: {}, capture: 'full', ...head } as const;
    yield { type: 'event', event: first };
    yield {
      type: 'event',
      event: { seq: 2, at: began, type: 'run.started', owner: 'bench', fence: 1, resumed: false },
    };
    let sent = 0;
    while (isOn) {
      // What is due by the clock: a pause that took longer is made up for.
      const due = Math.floor(((Date.now() - began) * EVENTS_A_SECOND) / 1000);
      for (; sent < due; sent += 1) yield { type: 'event', event: eventAt(sent) };
      await sleep(TICK_MS);
    }
    ended = Date.now();
    yield { type: 'event', event: { seq: sent + 3, at: ended, type: 'run.finished', outputs: {} } };
  }
  const { run, ...others } = service.router;
  const start = os.run.start.handler(() => {
    runs += 1;
    return { runId: `run_bench${runs}`, workflowName: 'Bench' };
  });
  const router = {
    ...others,
    run: {
      ...run,
      start,
      follow: os.run.follow.handler(() => gathered(signals(), { pause: () => sleep(GATHER_MS), most: 1000 })),
    },
  };
  return {
    service: { ...service, router },
    end() {
      isOn = false;
    },
    ended: () => ended,
  };
}

/** In the page: how long it takes from a key to the frame that shows what it did, for every key that came. */
const watchKeys = `(() => {
  window.keyDelays = [];
  addEventListener('input', ({ timeStamp }) => {
    requestAnimationFrame(() => setTimeout(() => window.keyDelays.push(performance.now() - timeStamp)));
  }, { capture: true });
})()`;

interface Sample {
  /** Milliseconds between frames while the view is moved. */
  frames: number[];
  /** Milliseconds from each key to its frame. */
  keys: number[];
  /** Keys of which nothing was seen. */
  lost: number;
}

async function sampleOf(page: Page): Promise<Sample> {
  const frames = await pan(page, FRAMES);
  const search = page.getByRole('complementary', { name: 'Nodes' }).getByRole('combobox');
  await search.fill('');
  await page.evaluate('window.keyDelays = []');
  await search.pressSequentially(TYPED, { delay: KEY_MS });
  const keys = (await page.evaluate('window.keyDelays')) as number[];
  const value = await search.inputValue();
  return { frames, keys, lost: TYPED.length - (value === TYPED ? TYPED.length : value.length) };
}

/** The studio while a run sends 1,000 step events a second, beside itself at rest. @throws BenchSkipped without a browser */
export async function stepEvents({ say }: { say: (line: string) => void }): Promise<BenchReport> {
  if (chromiumPath === undefined) throw new BenchSkipped('Chromium is not installed: nothing was measured.');
  const rest: Sample[] = [];
  const busy: Sample[] = [];
  const lags: number[] = [];
  await inTemporaryFolder(async (folder) => {
    say('building the studio');
    buildStudio();
    const workspace = join(folder, 'workspace');
    cpSync(join(root, 'workflows/templates/answer-from-documents'), workspace, { recursive: true });
    writeFileSync(join(workspace, 'workflows/bench.flow.json'), JSON.stringify(workflowOf(gridOf(NODES))));
    const host = await openHost({ folder: workspace, env: {}, cwd: workspace, profileDir: join(folder, 'home') });
    const real = createContractService(host);
    const { service, end, ended } = withMadeUpRuns(real);
    const server = await serveStudio(service, { folder: join(root, 'dist/studio'), ports: [0] });
    const browser = await startChromium();
    for (let round = 0; round <= ROUNDS; round += 1) {
      say(`round ${round} of ${ROUNDS}`);
      const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
      const page = await context.newPage();
      // Where keys are late by seconds that is a figure, no failure.
      page.setDefaultTimeout(120_000);
      await page.goto(server.newLink());
      await page.locator('.react-flow__node').first().waitFor({ timeout: 60_000 });
      await page.getByRole('button', { name: 'End the tour' }).click();
      // As it stands during a run, so that both are measured in the same page.
      await page.getByRole('region', { name: 'Dock' }).getByRole('tab', { name: 'Trace', exact: true }).click();
      await page.evaluate(watchKeys);
      const before = await sampleOf(page);
      await page.getByRole('banner').getByRole('button', { name: 'Run', exact: true }).click();
      await page.locator('[data-run-status="running"]').first().waitFor();
      await page.getByRole('region', { name: 'Dock' }).getByRole('tab', { name: 'Trace', exact: true }).click();
      const during = await sampleOf(page);
      end();
      const shown = (await page.evaluate(`(async () => {
        const isOver = () => document.querySelector('[data-tour="run"]').textContent.trim() === 'Run';
        while (!isOver()) await new Promise(requestAnimationFrame);
        return Date.now();
      })()`)) as number;
      // The first round warms everything up.
      if (round > 0) {
        rest.push(before);
        busy.push(during);
        lags.push(shown - ended());
      }
      await context.close();
    }
    await browser.close();
    await server.close();
    await real.close();
    await host.close();
  });
  const figures: Figure[] = [];
  const compare = (name: string, of: (sample: Sample) => number, target?: Figure['target']) => {
    const [quiet, loaded] = [rest.map(of), busy.map(of)];
    const ratio = median(loaded.map((value, n) => value / (quiet[n] ?? Number.NaN)));
    figures.push({ name: `${name}, at rest`, value: median(quiet), unit: 'ms' });
    const spread: [number, number] = [quantile(loaded, 0.25), quantile(loaded, 0.75)];
    figures.push({
      ...{ name: `${name}, ${EVENTS_A_SECOND} events a second`, value: median(loaded), unit: 'ms', spread, ratio },
      ...{ against: 'at rest', ...(target && { target }) },
    });
  };
  compare('frame while panning', ({ frames }) => median(frames), { atMost: 1.3, of: 'ratio' });
  compare('slowest twentieth of frames', ({ frames }) => quantile(frames, 0.95));
  compare('key to frame', ({ keys }) => median(keys), { atMost: 100, of: 'value' });
  compare('slowest twentieth of keys', ({ keys }) => quantile(keys, 0.95));
  const lost = busy.reduce((sum, one) => sum + one.lost, 0);
  figures.push({
    name: `keys lost of ${TYPED.length * ROUNDS}`,
    value: lost,
    unit: '',
    target: { atMost: 0, of: 'value' },
  });
  const spread: [number, number] = [quantile(lags, 0.25), quantile(lags, 0.75)];
  const target = { atMost: 250, of: 'value' } as const;
  figures.push({ name: 'the end, from sent to shown', value: median(lags), unit: 'ms', spread, target });
  return {
    figures,
    remarks: [
      `${NODES} nodes near by, the trace open below and events, two a step, for as long as it takes. They are made up and sent at their pace: no engine works beside them.`,
      'A frame takes 16.7 ms at least. Host and browser share the machine.',
    ],
  };
}
