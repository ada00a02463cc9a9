import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import type { Json } from '../../app/core/graph/json.ts';
import { programValues } from '../../app/services/run/program-values.ts';
import { insightPage } from './pages/insight-page.ts';
import { studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { journey, type Studio } from './studio-test.ts';

const DAY_MS = 86_400_000;

/** Runs that wait for a person, each with what it proposes; started elsewhere, not in the page. */
async function ask({ folder, host }: Studio, ...proposals: Json[]): Promise<string[]> {
  const value = (node: string, port = 'value') => ({ node, port });
  const timeout = { ms: DAY_MS, onTimeout: 'reject' };
  const workflow = {
    format: 1,
    id: 'wf_letters',
    name: 'Letters',
    inputs: { text: { type: 'any' } },
    outputs: { sent: { type: 'any' }, kept: { type: 'any' } },
    nodes: [
      { id: 'in', type: 'input', version: 1, config: { name: 'text' } },
      { id: 'check', type: 'human-review', version: 1, config: { title: 'Send this letter?', timeout } },
      { id: 'sent', type: 'output', version: 1, config: { name: 'sent' } },
      { id: 'kept', type: 'output', version: 1, config: { name: 'kept' } },
    ],
    edges: [
      { id: 'a', from: value('in'), to: value('check', 'payload') },
      { id: 'b', from: value('check', 'approved'), to: value('sent') },
      { id: 'c', from: value('check', 'rejected'), to: value('kept') },
    ],
  };
  writeFileSync(join(folder, 'workflows/letters.flow.json'), JSON.stringify(workflow));
  const runs = await host.runs();
  const ids: string[] = [];
  for (const text of proposals) {
    const run = await runs.start({ workflow: 'letters', ...programValues({ inputs: { text } }) });
    await run.result;
    ids.push(run.runId);
  }
  return ids;
}

/** How a run ended, once it has. */
async function ended({ host }: Studio, runId = '') {
  const runs = await host.runs();
  await expect.poll(async () => (await runs.trace(runId)).status).toBe('succeeded');
  return runs.trace(runId);
}

describe('the review inbox', () => {
  journey('tells why a proposal is as it is, by its key or its button', async ({ studio }) => {
    await ask(studio, 'Dear Ann, no.');
    const at = studioPage(await studio.open({ width: 1600, height: 1000 }));
    const { why } = insightPage(at.page);
    await at.ready();
    const tab = at.page.getByRole('tab', { name: /^Reviews/ });
    await tab.focus();
    await at.page.keyboard.press('Enter');
    await expect(at.page.getByRole('list', { name: 'Reviews' }).getByRole('button').first()).toBeFocused();
    await expect(at.page.getByRole('button', { name: 'Why this?' })).toBeVisible();
    await at.page.keyboard.press('w');
    await expect(why.start).toContainText(/review/i);
    await expect(why.links.getByRole('button').first()).toContainText(/review/i);
    await at.node('in').click();
    await tab.click();
    await at.page.getByRole('button', { name: 'Why this?' }).click();
    await expect(why.start).toContainText(/review/i);
  });

  // ux 2.18: inbox, diff of proposed and edited output, timeout, resume, all local.
  journey('is worked through by keys alone, and each decision has its run go on', async ({ studio }) => {
    const [first, second, third] = await ask(studio, 'Dear Ann, no.', 'Dear Bob, yes.', 'Dear Cem, perhaps.');
    const at = studioPage(await studio.open({ width: 1600, height: 1000 }));
    await at.ready();
    const tab = at.page.getByRole('tab', { name: /^Reviews/ });
    await expect(tab).toHaveText('Reviews3');
    await tab.focus();
    await at.page.keyboard.press('Enter');
    const rows = at.page.getByRole('list', { name: 'Reviews' }).getByRole('button');
    await expect(rows.nth(0)).toBeFocused();
    // They are of one title: what each is about tells them apart before one is opened.
    for (const [row, about] of ['Dear Ann, no.', 'Dear Bob, yes.', 'Dear Cem, perhaps.'].entries())
      await expect(rows.nth(row)).toContainText(about);
    await expect(rows.nth(0)).toContainText('Expires');
    const proposal = at.page.getByRole('region', { name: 'What it is about' });
    await expect(proposal).toHaveText('Dear Ann, no.');

    await at.page.keyboard.press('j');
    await expect(rows.nth(1)).toBeFocused();
    await expect(proposal).toHaveText('Dear Bob, yes.');
    await at.page.keyboard.press('a');
    await expect(tab).toHaveText('Reviews2');
    const approved = await ended(studio, second);
    expect(approved.outputs).toMatchObject({ sent: { value: 'Dear Bob, yes.' } });

    // The inbox goes on at the next one.
    await expect(rows.nth(1)).toBeFocused();
    await expect(proposal).toHaveText('Dear Cem, perhaps.');
    await at.page.keyboard.press('e');
    const edited = at.page.getByLabel('Edited payload');
    await expect(edited).toBeFocused();
    await edited.fill('Dear Cem, not yet.');
    const changes = at.page.getByRole('region', { name: 'Changes' });
    await expect(changes.locator('ins')).toHaveText(['not yet']);
    await expect(changes.locator('del')).toHaveText(['perhaps']);
    await at.page.keyboard.press('Control+Enter');
    await expect(tab).toHaveText('Reviews1');
    expect((await ended(studio, third)).outputs).toMatchObject({ sent: { value: 'Dear Cem, not yet.' } });

    await expect(rows.nth(0)).toBeFocused();
    await at.page.getByLabel('Comment').fill('Too hard.');
    await rows.nth(0).focus();
    await at.page.keyboard.press('r');
    await expect(at.page.getByText('Nothing waits for you')).toBeVisible();
    await expect(tab).toHaveText('Reviews');
    const rejected = await ended(studio, first);
    expect(rejected.outputs).toMatchObject({ kept: { value: 'Dear Ann, no.' } });
    const decided = rejected.waits.map(({ decision }) => decision);
    expect(decided).toMatchObject([{ action: 'reject', comment: 'Too hard.', by: 'studio' }]);
  });

  journey('is worked through by mouse: edited beside its changes, and rejected with a comment', async ({ studio }) => {
    const [first, second] = await ask(studio, 'Dear Ann, no.', 'Dear Bob, yes.');
    const at = studioPage(await studio.open({ width: 1280, height: 800 }));
    await at.ready();
    const { page } = at;
    await page.getByRole('tab', { name: /^Reviews/ }).click();
    const rows = page.getByRole('list', { name: 'Reviews' }).getByRole('button');
    await rows.nth(1).click();
    await page.getByRole('button', { name: /^Edit/ }).click();
    await page.getByLabel('Edited payload').fill('Dear Bob, yes, on Monday.');
    await expect(page.getByRole('region', { name: 'Changes' }).locator('ins')).toHaveText([', on Monday']);
    await page.getByRole('button', { name: /^Approve with this edit/ }).click();
    await expect(rows).toHaveCount(1);
    expect((await ended(studio, second)).outputs).toMatchObject({ sent: { value: 'Dear Bob, yes, on Monday.' } });
    await page.getByLabel('Comment').fill('Too short.');
    await page.getByRole('button', { name: /^Reject/ }).click();
    await expect(page.getByText('Nothing waits for you')).toBeVisible();
    const { outputs, waits } = await ended(studio, first);
    expect(outputs).toMatchObject({ kept: { value: 'Dear Ann, no.' } });
    expect(waits).toMatchObject([{ decision: { action: 'reject', comment: 'Too short.', by: 'studio' } }]);
  });

  journey('shows an object by its members, to be edited by fields or as JSON', async ({ studio }) => {
    const proposal = { recipient: 'Ann', dueDays: 14, isUrgent: false, lines: ['one'] };
    const [asked] = await ask(studio, proposal);
    const at = studioPage(await studio.open({ width: 1280, height: 800 }));
    await at.ready();
    const { page } = at;
    await page.getByRole('tab', { name: /^Reviews/ }).click();
    const shown = page.getByRole('region', { name: 'What it is about' });
    await expect(shown.getByRole('term')).toHaveText(['Recipient', 'Due days', 'Is urgent', 'Lines']);
    await shown.getByText('As JSON').click();
    await expect(shown).toContainText('"dueDays": 14');
    await page.getByRole('button', { name: /^Edit/ }).click();
    await expect(page.getByLabel('Recipient')).toBeFocused();
    await page.getByLabel('Recipient').fill('Bob');
    await page.getByLabel('Due days').fill('soon');
    await expect(page.getByText('This is no number.')).toBeVisible();
    const apply = page.getByRole('button', { name: /^Approve with this edit/ });
    await expect(apply).toBeDisabled();
    await page.getByLabel('Due days').fill('7');
    await page.getByLabel('Is urgent').selectOption('true');
    await page.getByRole('button', { name: 'Edit as JSON' }).click();
    await expect(page.getByLabel('Edited payload')).toHaveValue(/"dueDays": 7/);
    await page.getByRole('button', { name: 'Edit by fields' }).click();
    await expect(page.getByLabel('Recipient')).toHaveValue('Bob');
    await apply.click();
    const sent = { ...proposal, recipient: 'Bob', dueDays: 7, isUrgent: true };
    expect((await ended(studio, asked)).outputs).toMatchObject({ sent: { value: sent } });
  });

  journey('leads to the run, and refuses what was decided elsewhere meanwhile', async ({ studio }) => {
    const [asked] = await ask(studio, 'Dear Ann, no.');
    const at = studioPage(await studio.open({ width: 1280, height: 800 }));
    await at.ready();
    await at.page.keyboard.press('Alt+r');
    // What is thought of a proposal is said of the output that it is.
    const good = at.page.getByRole('button', { name: 'Good: What it is about' });
    await good.click();
    await expect(good).toHaveAttribute('aria-pressed', 'true');
    const said = await (await studio.host.feedback()).list({ ...(asked !== undefined && { runId: asked }) });
    expect(said).toMatchObject([{ value: true, target: { step: 'in', port: 'value' }, by: 'studio' }]);
    await at.page.getByRole('button', { name: 'Show the run' }).click();
    await expect(at.tab('Letters')).toBeVisible();
    await expect(at.run.status).toHaveText('Waiting');
    await expect(at.node('check').getByRole('img', { name: 'Waiting' })).toBeVisible();
    const decision = { action: 'reject', by: 'somebody else' };
    await (await studio.host.reviews()).decide('last', decision);
    await at.run.result.getByRole('button', { name: 'Approve' }).click();
    await expect(at.notice(/decided/)).toBeVisible();
    await at.page.getByRole('tab', { name: /^Reviews/ }).click();
    await at.page.getByLabel('Also what is decided').check();
    await expect(at.page.getByText(/^Reject by somebody else/)).toBeVisible();
    // Nobody had the run go on with it.
    await at.action('Go on').click();
    expect((await ended(studio, asked)).outputs).toMatchObject({ kept: { value: 'Dear Ann, no.' } });
    await expect(at.page.getByRole('list', { name: 'Reviews' })).toContainText('Decided');
  });
});
