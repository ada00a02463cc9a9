import { describe } from 'vitest';
import { insightPage } from './pages/insight-page.ts';
import { studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { journey, type Studio } from './studio-test.ts';

/** Opens the studio and asks the sample something. */
async function asked(studio: Studio, ...questions: string[]) {
  const page = await studio.open({ width: 1600, height: 1000 });
  const at = studioPage(page);
  await at.ready();
  await at.run.start.click();
  for (const question of questions) {
    await at.run.inputs.getByRole('textbox', { name: 'question' }).fill(question);
    await at.run.start.click();
    await expect(at.run.status).toHaveText(/Succeeded|Waiting/, { timeout: 20_000 });
    await expect(at.run.start).toBeEnabled();
  }
  return { at, insight: insightPage(page) };
}

describe('the way of a query', () => {
  journey('is followed from what was found to what the answer cites, by mouse and by keyboard', async ({ studio }) => {
    const { at, insight } = await asked(studio, 'Can a failed run be resumed?');
    await at.dock('Retrieval').click();
    const { retrieval } = insight;
    await expect(retrieval.stages.getByRole('listitem')).toHaveCount(5);
    await expect(retrieval.stages).toContainText('of 2000 tokens');
    // What the answer cites stands in the prompt, and above what was dropped.
    await retrieval.show.selectOption({ index: 2 });
    await expect(retrieval.rows.first()).toContainText('[1]');
    await expect(retrieval.rows.first()).toContainText('whole');
    await retrieval.show.selectOption({ index: 3 });
    await expect(retrieval.rows.first()).toContainText('Ranks below what is kept');
    await expect(retrieval.rows.first()).not.toContainText('[');
    await retrieval.show.selectOption({ index: 0 });
    // Rank after and before of one that was moved.
    await expect(retrieval.rows.filter({ hasText: /up from \d/ }).first()).toBeVisible();

    // Its text and scores, then its document at the place, all by keyboard.
    await retrieval.toggles.first().focus();
    await at.page.keyboard.press('Enter');
    await expect(retrieval.toggles.first()).toHaveAttribute('aria-expanded', 'true');
    await expect(retrieval.table).toContainText('coverage');
    await at.page.keyboard.press('Tab');
    await at.page.keyboard.press('Enter');
    await expect(insight.source.locator('mark')).not.toBeEmpty();
    await at.page.keyboard.press('Escape');
    await expect(insight.source).toBeHidden();

    // From the step of the trace that ranked, and back to its node.
    await at.dock('Trace').click();
    await insight.step(/Rerank|rank/i).click();
    const chunks = insight.details.getByRole('region', { name: 'Chunks', exact: true });
    await expect(chunks.getByRole('row').nth(1)).toContainText('1');
    await insight.details.getByRole('button', { name: 'Follow the chunks' }).click();
    await expect(retrieval.table).toBeVisible();
    await retrieval.stages.getByRole('button').first().click();
    await expect(at.node('docs')).toHaveClass(/selected/);
  });
});

describe('why an output is as it is', () => {
  journey('is told along what fed it, beside the last good run, by mouse and by keyboard', async ({ studio }) => {
    const { at, insight } = await asked(studio, 'Can a failed run be resumed?', 'How deep is the Mariana trench?');
    const { why } = insight;
    await at.run.result.getByRole('button', { name: 'Why?' }).click();
    await expect(why.start).toContainText('found no answer');
    await expect(why.sum).toContainText('its inputs were others');
    await expect(why.sum).toContainText('The first step that differs');
    await expect(why.sum.getByRole('button').first()).toHaveText('Question');
    await expect(why.link(/Model answer/)).toContainText('found no answer in its sources');
    await expect(why.link(/^Question/)).toContainText('differs of itself');

    // Back along the chain by the arrow keys.
    await why.links.getByRole('button').first().focus();
    await at.page.keyboard.press('ArrowDown');
    await at.page.keyboard.press('Enter');
    await expect(why.links.locator('[aria-pressed="true"]')).toContainText('Prompt');
    await expect(why.details).toContainText('got another value from pack and triage');
    await expect(why.details.getByRole('region', { name: 'Outputs' })).toContainText('messages');

    // Beside itself chosen by hand nothing can be: another run is; a step that is fine can be asked about too.
    await why.beside.selectOption({ index: 1 });
    await expect(why.sum).toContainText('that you chose');
    await why
      .link(/Chunks/)
      .first()
      .click();
    await why.details.getByRole('button', { name: 'Open in the trace' }).click();
    await expect(insight.details.getByRole('region', { name: 'Chunks', exact: true })).toBeVisible();
    await insight.details.getByRole('button', { name: 'Why?' }).click();
    await expect(why.start).toContainText('nothing is flagged');
  });
});
