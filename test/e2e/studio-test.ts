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
  /** A page of a new user on the studio, through a fresh link. */
  open(options?: { theme?: 'light' | 'dark'; width?: number; height?: number }): Promise<Page>;
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

async function startStudio(): Promise<Omit<Studio, 'open' | 'openMore'> & { close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-e2e-'));
  cpSync(inject('sample'), folder, { recursive: true });
  const host = await openHost({ folder, env: {}, cwd: folder, profileDir: join(folder, '.pipewright/home') });
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

/** Findings that make a screen unusable for someone, in the theme that is shown. */
async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
    );
}

/** Asserts that a screen can be used by everyone, in both themes. */
export async function expectAccessible(page: Page): Promise<void> {
  const before = await page.evaluate(() => document.documentElement.dataset['theme']);
  for (const theme of ['light', 'dark']) {
    await page.evaluate((name) => {
      document.documentElement.dataset['theme'] = name;
    }, theme);
    // Colours that are still on their way from one theme to the other are nobody's.
    await page.evaluate(async () => {
      const transitions = document.getAnimations().filter((one) => one instanceof CSSTransition);
      await Promise.allSettled(transitions.map(({ finished }) => finished));
    });
    expect({ theme, findings: await seriousFindings(page) }).toEqual({ theme, findings: [] });
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
  .extend<{ browser: Browser }>({
    browser: [
      // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern what a fixture needs
      async ({}, use) => {
        const browser = await startChromium();
        await use(browser);
        await browser.close();
      },
      { scope: 'file' },
    ],
  })
  .extend<{ studio: Studio }>({
    studio: async ({ browser }, use) => {
      const started = await startStudio();
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
        async open({ theme = 'light', width = 1280, height = 800 } = {}) {
          const context = await browser.newContext({ colorScheme: theme, viewport: { width, height } });
          context.setDefaultTimeout(30_000);
          contexts.push(context);
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
