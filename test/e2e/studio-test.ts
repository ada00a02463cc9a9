import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright';
import { expect, inject, test as plain } from 'vitest';
import { type Host, openHost } from '../../app/hosts/compose.ts';
import { type ContractService, createContractService } from '../../app/hosts/contract-router.ts';
import { type StudioServer, serveStudio } from '../../app/hosts/web/serve-studio.ts';
import { chromiumPath, startChromium } from './chromium.ts';

const root = join(import.meta.dirname, '../..');

/** A studio with a workspace of its own, and the browser to look at it. */
export interface Studio {
  /** The folder of the workspace: what a test writes there a user could have written. */
  folder: string;
  host: Host;
  service: ContractService;
  server: StudioServer;
  /** A page on the studio, through a fresh link, of someone who has seen the tour; with `isFirst` of one who has not. */
  open(options?: { theme?: 'light' | 'dark'; width?: number; height?: number; isFirst?: boolean }): Promise<Page>;
  /** Unsaved work that windows have left. */
  recovery(): Promise<readonly { file: string }[]>;
  /** Another page of the same user. */
  openMore(page: Page): Promise<Page>;
}

/** What must never happen on any page, whatever a test does. */
interface Watched {
  page: Page;
  violations: string[];
  errors: string[];
}

/** What a test does to its workspace before the host opens it. @returns environment of the host */
export type Prepare = (folder: string) => Promise<{ [name: string]: string }>;

async function startStudio(prepare: Prepare): Promise<Omit<Studio, 'open' | 'openMore'> & { close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-e2e-'));
  cpSync(inject('sample'), folder, { recursive: true });
  const env = await prepare(folder);
  const host = await openHost({ folder, env, cwd: folder, profileDir: join(folder, '.pipewright/home') });
  const service = createContractService(host);
  const options = { folder: join(root, 'dist/studio'), ports: [0], limits: { closeMs: 500 } };
  const server = await serveStudio(service, options);
  return {
    folder,
    host,
    service,
    server,
    recovery: () => host.editing.recovery.list(),
    async close() {
      await server.close();
      await service.close();
      await host.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs in the page before anything of it: for whoever has been here, the tour does not begin by itself. */
function hasSeenTour(): void {
  window.localStorage['pipewright.view'] ??= '{"toured":true}';
}

async function watch(page: Page): Promise<Watched> {
  const watched: Watched = { page, violations: [], errors: [] };
  await page.exposeFunction('reportViolation', (text: string) => watched.violations.push(text));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
      const report = Reflect.get(window, 'reportViolation') as (text: string) => void;
      report(`${violatedDirective} ${blockedURI} ${sample}`);
    });
  });
  page.on('pageerror', (error) => watched.errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || /Content Security Policy|React does not|Warning:/.test(message.text()))
      watched.errors.push(message.text());
  });
  return watched;
}

/** What may be wrong in one theme and right in the other. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

/** Findings that make a screen unusable for someone, in the theme that is shown; by all rules, or by those named. */
async function seriousFindings(page: Page, within: string | undefined, rules?: string[]): Promise<string[]> {
  // Legacy means: in this page alone, which has no frames of others. The other way opens a window for each look.
  // Axe stays in a page until that is loaded again; the builder would compile it anew, twice for each look.
  const isThere = await page.evaluate(() => 'axe' in window);
  const builder = new AxeBuilder({ page, ...(isThere && { axeSource: '0' }) }).setLegacyMode(true);
  builder.options({ resultTypes: ['violations'], ...(rules && { runOnly: rules }) });
  const { violations } = await (within === undefined ? builder : builder.include(within)).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
    );
}

/** Asserts that a screen, or what is within a selector, can be used by everyone, in both themes. */
export async function expectAccessible(page: Page, within?: string): Promise<void> {
  const before = await page.evaluate(() => document.documentElement.dataset['theme']);
  for (const theme of ['light', 'dark']) {
    const rules = theme === 'light' ? undefined : OF_COLOURS;
    await page.evaluate((name) => {
      document.documentElement.dataset['theme'] = name;
    }, theme);
    // Colours that are still on their way from one theme to the other are nobody's.
    await page.evaluate(async () => {
      const transitions = document.getAnimations().filter((one) => one instanceof CSSTransition);
      await Promise.allSettled(transitions.map(({ finished }) => finished));
    });
    expect({ theme, findings: await seriousFindings(page, within, rules) }).toEqual({ theme, findings: [] });
  }
  await page.evaluate((name) => {
    if (name === undefined) delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = name;
  }, before);
}

/**
 * A test in a real browser. At its end it asserts by itself, for every page that was opened: no violation of the
 * content security policy, no error on the console, and no serious finding of axe in either theme.
 */
export const test = plain
  .extend<{ openBrowser: () => Promise<Browser> }>({
    openBrowser: [
      // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern what a fixture needs
      async ({}, use) => {
        let browser: Browser | undefined;
        await use(async () => {
          // One that has crashed is the trouble of one journey, not of all after it.
          if (!browser?.isConnected()) browser = await startChromium();
          return browser;
        });
        await browser?.close();
      },
      { scope: 'worker' },
    ],
  })
  .extend<{ prepare: Prepare }>({
    // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern what a fixture needs
    prepare: async ({}, use) => {
      await use(async () => ({}));
    },
  })
  .extend<{ studio: Studio }>({
    studio: async ({ openBrowser, prepare }, use) => {
      const started = await startStudio(prepare);
      const contexts: BrowserContext[] = [];
      const all: Watched[] = [];
      const newPage = async (context: BrowserContext) => {
        const watched = await watch(await context.newPage());
        all.push(watched);
        await watched.page.goto(started.server.newLink());
        return watched.page;
      };
      await use({
        ...started,
        async open({ theme = 'light', width = 1280, height = 800, isFirst = false } = {}) {
          const browser = await openBrowser();
          const context = await browser.newContext({ colorScheme: theme, viewport: { width, height } });
          context.setDefaultTimeout(30_000);
          contexts.push(context);
          if (!isFirst) await context.addInitScript(hasSeenTour);
          return newPage(context);
        },
        openMore: (page) => newPage(page.context()),
      });
      for (const { page, violations, errors } of all) {
        expect({ violations, errors }).toEqual({ violations: [], errors: [] });
        if (!page.isClosed()) await expectAccessible(page);
      }
      for (const context of contexts) await context.close();
      await started.close();
    },
  });

/** Journeys need a browser: where none is, each says that it was skipped. */
export const journey = test.skipIf(chromiumPath === undefined);
