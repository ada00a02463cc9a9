import { describe } from 'vitest';
import { programValues } from '../../app/services/run/program-values.ts';
import { type KeysPage, keysPage } from './pages/keys-page.ts';
import { expect } from './patient-expect.ts';
import { expectAccessible, journey, type Studio } from './studio-test.ts';

const NORMAL = { width: 1280, height: 800 };
/** Two runs of the sample that answer and one that waits for a person, made elsewhere. */
async function someRuns({ host }: Studio): Promise<void> {
  const runs = await host.runs();
  for (const question of ['Can a failed run be resumed?', 'How do I export a trace?', 'How deep is the sea?'])
    await (await runs.start({ workflow: 'support-assistant', ...programValues({ inputs: { question } }) })).result;
}

/** Shows the oldest run from the list of runs. */
async function showLast(at: KeysPage): Promise<void> {
  await at.show('Runs');
  await at.tabTo(at.page.getByRole('button', { name: /^Show the run of/ }).last());
  await at.page.keyboard.press('Enter');
  await expect(at.run.status).toHaveText('Succeeded');
}

describe('panels', () => {
  journey('at the sides are reached by keys alone, and everyone can use them', async ({ studio }) => {
    const at = keysPage(await studio.open(NORMAL));
    await at.ready();
    for (const name of ['Workflows', 'Find and replace', 'Nodes', 'Prompts', 'Debug']) {
      await at.show(name);
      await expect(at.panel(name)).toBeVisible();
      await expect.poll(() => at.hasFocus(at.part('left'))).toBe(true);
      await expectAccessible(at.page, '[data-region="left"]');
    }
    // Round the page and back by one key.
    for (const part of ['canvas', 'dock', 'right', 'bar', 'rail', 'left'] as const) {
      await at.page.keyboard.press('F6');
      await expect.poll(() => at.hasFocus(at.part(part))).toBe(true);
    }
    await at.page.keyboard.press('Shift+F6');
    await expect.poll(() => at.hasFocus(at.part('rail'))).toBe(true);
    // What has the focus on the canvas is what the inspector shows.
    await at.walkTo('canvas');
    await expect(at.inspector.getByText('Settings', { exact: true })).toBeVisible();
    await expectAccessible(at.page, '[data-region="right"]');
  });

  /** Shows panels of the dock by keys, one after the other, and looks at each. */
  async function lookAt(at: KeysPage, panels: readonly string[]): Promise<void> {
    for (const name of panels) {
      await at.show(name);
      await expect(at.page.getByRole('tab', { name: new RegExp(`^${name}`), selected: true })).toBeVisible();
      await expect.poll(() => at.hasFocus(at.part('dock'))).toBe(true);
      await expect(at.page.locator('[role="tab"][aria-selected="false"]:focus')).toHaveCount(0);
      await expectAccessible(at.page, '[data-region="dock"]');
    }
  }

  journey.for([
    ['of a run', ['Run', 'Trace', 'Why', 'Retrieval', 'Compare']],
    ['of the workspace', ['Runs', 'Versions', 'Knowledge', 'Costs', 'Problems', 'Reviews']],
  ] as const)(
    'below say by keys what would stand in them before anything has run: %s',
    async ([, names], { studio }) => {
      const at = keysPage(await studio.open(NORMAL));
      await at.ready();
      await lookAt(at, names);
    },
  );

  journey('below are used by keys alone for what waits and for what has run', async ({ studio }) => {
    await someRuns(studio);
    const at = keysPage(await studio.open(NORMAL));
    await at.ready();
    await at.show('Reviews');
    await expect(at.page.getByRole('list', { name: 'Reviews' }).getByRole('button').first()).toBeFocused();
    await expectAccessible(at.page, '[data-region="dock"]');
    await showLast(at);
    await lookAt(at, ['Run', 'Runs', 'Versions', 'Costs']);
  });

  journey('below are used by keys alone to read a run, to the last step of its trace', async ({ studio }) => {
    await someRuns(studio);
    const at = keysPage(await studio.open(NORMAL));
    await at.ready();
    await showLast(at);
    await at.show('Trace');
    await at.tabTo(at.page.getByRole('tree', { name: 'Step tree and timeline' }));
    await at.page.keyboard.press('End');
    await expect(at.page.getByRole('region', { name: 'Step details' }).getByText('Outputs')).toBeVisible();
    await expectAccessible(at.page, '[data-region="dock"]');
    await lookAt(at, ['Why', 'Retrieval', 'Compare', 'Knowledge']);
  });

  journey('show at the smallest usual window whole tools, beside two open sides', async ({ studio }) => {
    await someRuns(studio);
    const at = keysPage(await studio.open(NORMAL));
    await at.ready();
    await showLast(at);
    await at.show('Trace');
    const tools = at.page.getByRole('region', { name: 'Dock' }).getByRole('search');
    await expect(tools.getByRole('button', { name: 'Replay' })).toBeVisible();
    // Two lines: the text that is looked for, and what is shown of it.
    const tops = await tools
      .locator('input[type="search"], select, button')
      .evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().top)));
    expect(new Set(tops).size).toBe(2);
    // Nothing that is pressed is smaller than a finger, or cut.
    const cut = await at
      .part('dock')
      .evaluate((dock) =>
        [...dock.querySelectorAll('button, [role="tab"]')]
          .filter((one) => one.checkVisibility() && one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 2)
          .map((one) => one.textContent),
      );
    expect(cut).toEqual([]);
  });
});
