import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { openHost } from '../../app/hosts/compose.ts';
import { runReadingPage } from './pages/run-reading-page.ts';
import { expect } from './patient-expect.ts';
import { journey, type Studio } from './studio-test.ts';
import { writeTurns } from './turns-workflow.ts';

/** Works in the workspace as a program or the command line does: beside the studio, with a store of its own. */
async function elsewhere<T>({ folder }: Studio, work: (host: Awaited<ReturnType<typeof openHost>>) => Promise<T>) {
  const host = await openHost({ folder, env: {}, cwd: folder, profileDir: join(folder, '.pipewright/home') });
  try {
    return await work(host);
  } finally {
    await host.close();
  }
}

const runTurns = (studio: Studio, inputs = {}) =>
  elsewhere(studio, async (host) => {
    const { runId, result } = await (await host.runs()).start({ workflow: 'turns', inputs });
    await result;
    return runId;
  });

describe('a run of the past', () => {
  journey('is read on the graph that it worked on, at exactly one turn', async ({ studio }) => {
    writeTurns(studio.folder);
    await runTurns(studio);
    // The workflow is another one by now, and in the end it is gone.
    writeTurns(studio.folder, { last: "'now'" });
    const at = runReadingPage(await studio.open({ width: 1600, height: 1000 }));
    await at.ready();
    await at.openWorkflow('Turns');
    await at.dock('Runs').click();
    await at.asItRan.first().click();
    await expect(at.frozen).toContainText('Succeeded');
    await expect(at.tab('Turns, as it ran')).toBeVisible();

    // States and times stand on the nodes, also on those of the subflow inside each turn.
    await expect(at.node('shout/mark').locator('[data-state="succeeded"]').first()).toBeVisible();
    await expect(at.node('last')).toContainText('string(size(value))');
    const [around, inner] = [await at.node('shout').boundingBox(), await at.node('shout/mark').boundingBox()];
    if (!around || !inner) throw new Error('the nodes are not drawn');
    expect(inner.x).toBeGreaterThan(around.x);
    expect(inner.x + inner.width).toBeLessThan(around.x + around.width);
    expect(inner.y + inner.height).toBeLessThan(around.y + around.height);

    // Nothing can be changed.
    await at.node('last').click();
    await at.page.keyboard.press('Delete');
    await at.page.keyboard.press('Control+z');
    await expect(at.node('last')).toBeVisible();
    await expect(at.panel('Inspector').getByRole('textbox')).toHaveCount(0);
    await expect(at.panel('Inspector')).toContainText('Settings of the node');
    await at.page.keyboard.press('Escape');

    // One turn of many: its own figures on the nodes, and what they gave.
    await at.frozen.getByRole('button', { name: 'Read the steps' }).click();
    await at.row(/Mark, turn 2/).click();
    await at.details.getByRole('button', { name: 'Locate' }).click();
    await expect(at.node('shout/mark')).toContainText('turn 2');
    await expect(at.node('rest')).toContainText('turn 2');
    await expect(at.gave).toContainText('b!');
    // On by the keys to the next one, which the list shows too.
    await at.gave.getByRole('button', { name: 'Next turn' }).focus();
    await at.page.keyboard.press('Enter');
    await expect(at.gave).toContainText('c!');
    await expect(at.row(/Mark, turn 3/)).toHaveAttribute('aria-selected', 'true');

    // Found by what a step gave, by what kind of node it is; counted, and taken back.
    const count = at.page.getByText(/^\d+ of \d+$/);
    const all = (await count.textContent()) ?? '';
    await at.page.getByLabel('Search steps').fill('c!');
    await expect(at.page.getByText('No step fits.')).toBeVisible();
    await at.page.getByLabel('In values too').check();
    await expect(at.row(/Mark, turn 3/)).toBeVisible();
    await expect(at.row(/Mark, turn 2/)).toHaveCount(0);
    await at.page.getByLabel('Show types of nodes').selectOption('Map');
    await expect(at.row(/turn/)).toHaveCount(0);
    await at.page.getByLabel('Search steps').fill('');
    await at.page.getByLabel('Show types of nodes').selectOption('All types');
    await expect(count).toHaveText(all);

    // Worked again without the world, with what differs: nothing.
    await at.page.getByRole('button', { name: 'Replay', exact: true }).focus();
    await at.page.keyboard.press('Enter');
    await expect(at.replay).toContainText(/\d+ steps worked again, 0 differences/);
    await at.replay.getByRole('button', { name: 'Close the report' }).click();
    await expect(at.replay).toBeHidden();

    // The workflow as it is now is beside it, and the frozen tab outlives a reload.
    await at.frozen.getByRole('button', { name: 'Open it as it is now' }).click();
    await expect(at.frozen).toBeHidden();
    await expect(at.node('last')).toContainText("'now'");
    // A step that this graph does not have is located on the one that has it.
    await at.dock('Runs').click();
    await at.runs.first().click();
    await at.dock('Trace').click();
    await at.row(/mark, turn 1/i).click();
    await at.details.getByRole('button', { name: 'Locate' }).click();
    await expect(at.frozen).toBeVisible();
    await expect(at.gave).toContainText('a!');
    await at.page.reload();
    await at.ready();
    await expect(at.frozen).toContainText('Succeeded');

    // What ran stays to be seen when the workflow is gone.
    rmSync(join(studio.folder, 'workflows/turns.flow.json'));
    await at.page.reload();
    await at.ready();
    await expect(at.frozen).toContainText('no longer in the workspace');
    await expect(at.node('shout/mark')).toBeVisible();
  });
});

describe('a run that another process works on', () => {
  journey('comes into the list by itself and is followed to its end', async ({ studio }) => {
    writeTurns(studio.folder, { wait: '50ms', review: true });
    const at = runReadingPage(await studio.open({ width: 1600, height: 1000 }));
    await at.ready();
    await at.openWorkflow('Turns');
    await at.dock('Runs').click();
    await expect(at.page.getByText('No runs yet')).toBeVisible();
    await runTurns(studio, { items: { json: ['a', 'b', 'c', 'd', 'e', 'f'] } });
    await expect(at.runs).toHaveCount(1);
    await at.runs.first().click();
    await expect(at.node('rest')).toContainText('6 of 6');
    await expect(at.run.status).toHaveText('Waiting');

    // The newest step stays in sight until the person moves the list, and again when that is asked for.
    await at.dock('Trace').click();
    const follow = at.page.getByRole('button', { name: 'Follow', exact: true });
    await expect(follow).toHaveAttribute('aria-pressed', 'true');
    await expect(at.tree.getByRole('treeitem').last()).toBeInViewport();
    await at.tree.hover();
    await at.page.mouse.wheel(0, -5000);
    await expect(follow).toHaveAttribute('aria-pressed', 'false');
    await expect(at.tree.getByRole('treeitem').first()).toBeInViewport();
    await follow.click();
    await expect(at.tree.getByRole('treeitem').last()).toBeInViewport();

    // Another process decides and takes it up: here it goes on without a press.
    await elsewhere(studio, async (host) => {
      const reviews = await host.reviews();
      const [task] = await reviews.list({});
      await reviews.decide(task?.wait ?? '', { action: 'approve', values: {}, by: 'elsewhere' });
      const { result } = await (await host.runs()).resume(task?.runId ?? '');
      await result;
    });
    await expect(follow).toBeHidden();
    await expect(at.node('out').locator('[data-state="succeeded"]').first()).toBeVisible();
    await at.dock('Run').click();
    await expect(at.run.status).toHaveText('Succeeded');
    await expect(at.run.result).toContainText('6');
  });
});
