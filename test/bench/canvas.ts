import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright';
import { build } from 'vite';
import { openHost } from '../../app/hosts/compose.ts';
import { createContractService } from '../../app/hosts/contract-router.ts';
import { serveStudio } from '../../app/hosts/web/serve-studio.ts';
import { createStaticFiles } from '../../app/hosts/web/static-files.ts';
import { chromiumPath, startChromium } from '../e2e/chromium.ts';
import { buildStudio } from './build-studio.ts';
import { type GridGraph, gridOf, pan, workflowOf } from './grid-graph.ts';
import { median, quantile } from './measure.ts';
import { type BenchReport, BenchSkipped, type Figure } from './report.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

/**
 * The studio's canvas beside a bare page of React Flow with the same graph, both mounting only what is visible, in the
 * same browser and in turns. Panning: each frame moves the view by a wheel event; the time between two frames is taken.
 */
const SIZES = [1000, 5000] as const;
const ROUNDS = 3;
const FRAMES = 60;
/** The shortest frame there is: the browser draws 60 in a second. */
const FRAME_MS = 1000 / 60;
const root = resolve(import.meta.dirname, '../..');

/** React Flow as its own guide sets it up, with plain nodes of the same number of parts. */
const barePage = `import { createElement as h, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Background, Handle, MiniMap, Position, ReactFlow } from '@xyflow/react';
import '@xyflow/react/dist/style.css';

const Plain = ({ data }) => h('div', { className: 'plain' },
  h(Handle, { type: 'target', position: Position.Left }), h('strong', null, data.label), h('span', null, 'value'),
  h(Handle, { type: 'source', position: Position.Right }));
const nodeTypes = { plain: Plain };
const graph = await (await fetch('./graph.json')).json();
const nodes = graph.nodes.map(({ id, x, y }) => ({ id, type: 'plain', position: { x, y }, width: 200, height: 80, data: { label: 'Transform' } }));
const edges = graph.edges.map(({ id, from, to }) => ({ id, source: from, target: to }));
function App() {
  const [flow] = useState({ nodes, edges });
  return h(ReactFlow, { ...flow, nodeTypes, onlyRenderVisibleElements: true, panOnScroll: true, minZoom: 0.02,
    defaultViewport: { x: 0, y: 0, zoom: 1 }, onInit: (instance) => { window.flow = instance; } }, h(Background), h(MiniMap));
}
createRoot(document.getElementById('root')).render(h(App));
`;
const bareStyle =
  'html,body,#root{height:100%;margin:0}.plain{width:200px;height:80px;border:1px solid #999;background:#fff}';

async function buildBare(folder: string): Promise<string> {
  const source = join(folder, 'bare');
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, 'main.js'), barePage);
  writeFileSync(
    join(source, 'index.html'),
    `<!doctype html><style>${bareStyle}</style><div id="root"></div><script type="module" src="./main.js"></script>`,
  );
  const outDir = join(folder, 'bare-built');
  await build({
    root: source,
    configFile: false,
    logLevel: 'warn',
    resolve: { alias: aliases(['react', 'react-dom', '@xyflow/react']) },
    build: { outDir, emptyOutDir: true, target: 'chrome140' },
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  return outDir;
}

/** Packages are found from here, not from the temporary folder. */
const aliases = (names: readonly string[]) =>
  names.map((name) => ({ find: new RegExp(`^${name}(?=/|$)`), replacement: join(root, 'node_modules', name) }));

async function serveFolder(folder: string, graph: () => GridGraph): Promise<{ url: string; server: Server }> {
  const files = createStaticFiles(folder);
  const server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?', 1);
    if (path === '/graph.json') return void response.end(JSON.stringify(graph()));
    void files(path).then((file) => {
      response.writeHead(file ? 200 : 404, { 'content-type': file?.type ?? 'text/plain' });
      response.end(file?.bytes);
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}

interface Samples {
  paint: number[];
  near: number[];
  far: number[];
}

/** Opens the page, takes the time until the first node is drawn, then pans from near and from afar. */
async function sample(
  browser: Browser,
  samples: Samples,
  open: { address: string; far: (page: Page) => Promise<unknown> },
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
  const page = await context.newPage();
  const began = performance.now();
  await page.goto(open.address);
  await page.locator('.react-flow__node').first().waitFor({ timeout: 60_000 });
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
  samples.paint.push(performance.now() - began);
  await page.waitForTimeout(500);
  samples.near.push(median(await pan(page, FRAMES)));
  await open.far(page);
  await page.waitForTimeout(1000);
  const far = await pan(page, FRAMES);
  samples.far.push(far.reduce((sum, one) => sum + one, 0) / far.length);
  await context.close();
}

/** The canvas beside bare React Flow. @throws BenchSkipped without a browser */
export async function canvas({ say }: { say: (line: string) => void }): Promise<BenchReport> {
  if (chromiumPath === undefined) throw new BenchSkipped('Chromium is not installed: nothing was measured.');
  const figures: Figure[] = [];
  await inTemporaryFolder(async (folder) => {
    say('building both pages');
    const bareFolder = await buildBare(folder);
    buildStudio();
    const browser = await startChromium();
    let graph = gridOf(SIZES[0]);
    const bare = await serveFolder(bareFolder, () => graph);
    for (const size of SIZES) {
      graph = gridOf(size);
      const workspace = join(folder, `workspace-${size}`);
      cpSync(join(root, 'workflows/templates/answer-from-documents'), workspace, { recursive: true });
      writeFileSync(join(workspace, 'workflows/bench.flow.json'), JSON.stringify(workflowOf(graph)));
      const host = await openHost({ folder: workspace, env: {}, cwd: workspace, profileDir: join(folder, 'home') });
      const service = createContractService(host);
      const server = await serveStudio(service, { folder: join(root, 'dist/studio'), ports: [0] });
      const ours: Samples = { paint: [], near: [], far: [] };
      const theirs: Samples = { paint: [], near: [], far: [] };
      for (let round = 0; round <= ROUNDS; round += 1) {
        say(`${size} nodes, round ${round} of ${ROUNDS}`);
        // The first round warms the browser's caches up and does not count.
        const warm: Samples = { paint: [], near: [], far: [] };
        await sample(browser, round === 0 ? warm : ours, {
          address: server.newLink(),
          far: async (page) => {
            await page
              .locator('[data-canvas]')
              .first()
              .focus()
              .catch(() => undefined);
            await page.keyboard.press('1');
          },
        });
        await sample(browser, round === 0 ? warm : theirs, {
          address: bare.url,
          far: (page) => page.evaluate('window.flow.fitView()'),
        });
      }
      const row = (name: string, kind: keyof Samples, target: Figure['target']) => {
        const ratios = ours[kind].map((value, i) => value / (theirs[kind][i] ?? Number.NaN));
        figures.push({ name: `${size} nodes, ${name}, bare React Flow`, value: median(theirs[kind]), unit: 'ms' });
        figures.push({
          name: `${size} nodes, ${name}`,
          value: median(ours[kind]),
          unit: 'ms',
          spread: [quantile(ours[kind], 0.25), quantile(ours[kind], 0.75)],
          ratio: median(ratios),
          against: 'bare',
          ...(target && { target }),
        });
      };
      row('first paint', 'paint', { atMost: 1.3, of: 'ratio' });
      row('frame while panning, from near', 'near', { atMost: 1.3, of: 'ratio' });
      // A third of the bare page's frame, where a frame can be that short.
      const atMost = Math.max(1 / 3, FRAME_MS / median(theirs.far));
      row('frame while panning, whole graph in view', 'far', { atMost, of: 'ratio' });
      await server.close();
      await service.close();
      await host.close();
    }
    bare.server.close();
    await browser.close();
  });
  return {
    figures,
    remarks: [
      'First paint is from the address to the first node drawn: the studio also opens its session, asks for the workspace and draws its panels.',
      'A frame takes 16.7 ms at least: where both are at that, the ratio says nothing of what is left, and no target asks for less.',
    ],
  };
}
