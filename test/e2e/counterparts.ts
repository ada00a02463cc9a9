import type { Page } from 'playwright';
import { debuggerPage } from './pages/debugger-page.ts';
import { insightPage } from './pages/insight-page.ts';
import { promptsPage } from './pages/prompts-page.ts';
import { runReadingPage } from './pages/run-reading-page.ts';
import { runsPage } from './pages/runs-page.ts';
import { settingsPage } from './pages/settings-page.ts';
import { studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';

/** What a person does in the desktop app, by its window alone, on the sample workspace as it is at the first start. */
export interface Counterpart {
  /** Which of the ten things that the studio is for, once workflows are drawn. */
  number: number;
  /** The journey in the browser that it stands for, with all of its detail: the file, and how its name begins. */
  journey: string;
  name: string;
  work(page: Page): Promise<void>;
}

const ANSWERED = 'Can a failed run be resumed?';
const UNANSWERED = 'How deep is the Mariana trench?';
const PATIENCE = { timeout: 20_000 };

/** Asks the sample, question after question, until each is answered or waits for a person. */
async function ask(page: Page, ...questions: string[]): Promise<void> {
  const { run, ready } = studioPage(page);
  await ready();
  await run.start.click();
  for (const question of questions) {
    await run.inputs.getByRole('textbox', { name: 'question' }).fill(question);
    await run.start.click();
    await expect(run.status).toHaveText(/Succeeded|Waiting/, PATIENCE);
    await expect(run.start).toBeEnabled();
  }
}

/** Each runs in the browser too (counterparts.test.ts), so that none is a test that nobody has seen work. */
export const counterparts: readonly Counterpart[] = [
  {
    number: 1,
    journey: 'debugger: by mouse',
    name: 'a run stops at a node, and goes on',
    async work(page) {
      const at = debuggerPage(page);
      await at.ready();
      await at.node('docs').click({ button: 'right', force: true });
      await at.entry(/Set or remove a breakpoint/).click();
      await at.run.start.click();
      await at.run.inputs.getByRole('textbox', { name: 'question' }).fill(ANSWERED);
      await at.run.start.click();
      await expect(at.debug.bar).toContainText('Stopped before', PATIENCE);
      await at.debug.bar.getByRole('button', { name: 'Continue', exact: true }).click();
      await expect(at.run.status).toHaveText('Succeeded', PATIENCE);
    },
  },
  {
    number: 2,
    journey: 'trace: is read step by step',
    name: 'a run is read step by step',
    async work(page) {
      await ask(page, ANSWERED);
      const { dock, row, part } = runReadingPage(page);
      await dock('Trace').click();
      await row(/Answer from/i)
        .first()
        .click();
      await expect(part('Outputs')).toContainText('resumed');
    },
  },
  {
    number: 3,
    journey: 'compare: show the first step that differs',
    name: 'two runs are compared',
    async work(page) {
      await ask(page, ANSWERED, 'Can a failed run be resumed again?');
      await studioPage(page).dock('Compare').click();
      const steps = page.getByRole('region', { name: 'Compared steps' });
      await expect(steps.getByRole('status')).toContainText('The first step that differs: Question.');
    },
  },
  {
    number: 4,
    journey: 'insight: is told along what fed it',
    name: 'an answer that failed is led back to what fed it',
    async work(page) {
      await ask(page, ANSWERED, UNANSWERED);
      const { why } = insightPage(page);
      await studioPage(page).run.result.getByRole('button', { name: 'Why?' }).click();
      await expect(why.sum).toContainText('The first step that differs');
      await expect(why.link(/Model answer/)).toContainText('found no answer in its sources');
    },
  },
  {
    number: 5,
    journey: 'insight: is followed from what was found',
    name: 'a query is followed to what the answer cites',
    async work(page) {
      await ask(page, ANSWERED);
      const { retrieval } = insightPage(page);
      await studioPage(page).dock('Retrieval').click();
      await expect(retrieval.stages.getByRole('listitem')).toHaveCount(5);
      await expect(retrieval.rows.first()).toBeVisible();
    },
  },
  {
    number: 6,
    journey: 'knowledge: brings a collection up to date',
    name: 'a collection is brought up to date and searched',
    async work(page) {
      const { ready, dock } = studioPage(page);
      await ready();
      await dock('Knowledge').click();
      const docs = page.getByRole('list', { name: 'Collections' }).getByRole('listitem').first();
      await docs.getByRole('button', { name: 'Ingest docs' }).click();
      await expect(docs.getByText(/\d+ added, \d+ updated/)).toBeVisible(PATIENCE);
      const search = page.getByRole('region', { name: 'Search in docs' });
      await search.getByLabel('Question').fill(ANSWERED);
      await page.keyboard.press('Enter');
      await expect(search.getByRole('region', { name: 'Hybrid' }).getByRole('listitem').first()).toBeVisible(PATIENCE);
    },
  },
  {
    number: 7,
    journey: 'reviews: is worked through by keys alone',
    name: 'what waits for a person is decided by keys',
    async work(page) {
      await ask(page, UNANSWERED);
      const tab = page.getByRole('tab', { name: /^Reviews/ });
      await expect(tab).toHaveText('Reviews1');
      await tab.focus();
      await page.keyboard.press('Enter');
      const first = page.getByRole('list', { name: 'Reviews' }).getByRole('button').first();
      await expect(first).toBeFocused();
      await page.keyboard.press('r');
      await expect(page.getByText('Nothing waits for you')).toBeVisible();
    },
  },
  {
    number: 8,
    journey: 'prompts: one is found, written',
    name: 'a prompt is found, with its length and where it is used',
    async work(page) {
      // How long it is depends on what a run filled it with.
      await ask(page, ANSWERED);
      const { search, files, dialog } = promptsPage(page);
      await page.keyboard.press('Alt+p');
      await search.fill('support assistant');
      await files.getByRole('button', { name: /^answer/ }).click();
      const open = dialog('prompts/answer.md');
      await expect(open.getByRole('heading', { name: /tokens$/ })).toBeVisible();
      await expect(open.getByRole('button', { name: 'Support assistant → Write the prompt' })).toBeVisible();
    },
  },
  {
    number: 9,
    journey: 'costs: say what would stand there',
    name: 'costs say that nothing was spent',
    async work(page) {
      const { ready, dock } = studioPage(page);
      await ready();
      await dock('Costs').click();
      await expect(page.getByText('Nothing was spent')).toBeVisible();
    },
  },
  {
    number: 10,
    journey: 'runs: are kept by limits',
    name: 'runs are listed, and the settings say what is kept and what this is',
    async work(page) {
      await ask(page, ANSWERED);
      await studioPage(page).dock('Runs').click();
      await expect(runsPage(page).rows).toHaveCount(1);
      const settings = settingsPage(page);
      await settings.open();
      await settings.tab('Runs and disk').click();
      await expect(settings.storage).toContainText('1 run.');
      await settings.tab('About').click();
      await expect(settings.about).toContainText('LanceDB');
    },
  },
];
