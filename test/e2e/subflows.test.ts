import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { debuggerPage } from './pages/debugger-page.ts';
import { subflowPage } from './pages/subflow-page.ts';
import { expect } from './patient-expect.ts';
import { journey, type Studio } from './studio-test.ts';

const WIDE = { width: 1600, height: 1000 };
const value = (node: string, port = 'value') => ({ node, port });

/** A workflow that shouts, and one that runs it. */
function workflows(studio: Studio, { input = 'text' } = {}): void {
  const write = (name: string, parts: object) =>
    writeFileSync(
      join(studio.folder, `workflows/${name}.flow.json`),
      `${JSON.stringify({ format: 1, id: `wf_${name}`, resources: {}, ...parts }, null, 2)}\n`,
    );
  write('shout', {
    name: 'Shout',
    inputs: { [input]: { type: 'text', required: true } },
    outputs: { loud: { type: 'text' } },
    nodes: [
      { id: 'in', type: 'input', version: 1, config: { name: input } },
      { id: 'louder', type: 'transform', version: 1, config: { expression: "value + '!'" } },
      { id: 'out', type: 'output', version: 1, config: { name: 'loud' } },
    ],
    edges: [
      { id: 'a', from: value('in'), to: value('louder') },
      { id: 'b', from: value('louder'), to: value('out') },
    ],
  });
  write('greet', {
    name: 'Greet',
    inputs: { name: { type: 'text', required: true } },
    outputs: { greeting: { type: 'text' } },
    nodes: [
      { id: 'name', type: 'input', version: 1, config: { name: 'name' } },
      { id: 'shout', type: 'subflow', version: 1, name: 'Raise the voice', config: { workflow: 'wf_shout' } },
      { id: 'greeting', type: 'output', version: 1, config: { name: 'greeting' } },
    ],
    edges: [
      { id: 'in', from: value('name'), to: value('shout', 'text') },
      { id: 'out', from: value('shout', 'loud'), to: value('greeting') },
    ],
  });
}

/** Two steps in a row between an input and an output. */
function letter(studio: Studio): void {
  const transform = (id: string, name: string, expression: string) => ({
    ...{ id, type: 'transform', version: 1, name, config: { expression } },
  });
  const workflow = {
    ...{ format: 1, id: 'wf_letter', name: 'Letter', resources: {} },
    inputs: { name: { type: 'text', required: true } },
    outputs: { letter: { type: 'text' } },
    nodes: [
      { id: 'name', type: 'input', version: 1, config: { name: 'name' } },
      transform('dear', 'Salutation', "'Dear ' + value"),
      transform('end', 'Closing', "value + ', yours'"),
      { id: 'letter', type: 'output', version: 1, config: { name: 'letter' } },
    ],
    edges: [
      { id: 'a', from: value('name'), to: value('dear') },
      { id: 'b', from: value('dear'), to: value('end') },
      { id: 'c', from: value('end'), to: value('letter') },
    ],
  };
  writeFileSync(join(studio.folder, 'workflows/letter.flow.json'), JSON.stringify(workflow));
}

describe('workflows that run each other', () => {
  journey(
    'stop where a breakpoint stands in the one that is run inside, also while no tab shows it',
    async ({ studio }) => {
      workflows(studio);
      const at = debuggerPage(await studio.open(WIDE));
      const { page } = at;
      await at.ready();
      const { openWorkflow } = subflowPage(page);
      await openWorkflow('Shout');
      await at.walkTo('louder');
      await page.keyboard.press('F9');
      await expect(at.debug.mark('louder')).toBeVisible();
      await page.keyboard.press('Alt+w');
      await expect(at.tab('Shout')).toBeHidden();
      await openWorkflow('Greet');
      // It asks for what it needs.
      await at.run.start.click();
      await at.run.inputs.getByRole('textbox', { name: 'name' }).fill('Ada');
      await at.run.start.click();
      await expect(at.run.status).toHaveText('Stopped at a breakpoint');
      const [run] = (await studio.host.runs()).list({ workflowId: 'wf_greet' });
      const trace = await (await studio.host.runs()).trace(run?.runId ?? '');
      expect(trace.steps.find(({ state }) => state === 'paused')?.step).toMatch(/^shout(\[0\])?\/louder$/);
      await at.debug.bar.getByRole('button', { name: /^Continue/ }).click();
      await expect(at.run.status).toHaveText('Succeeded');
    },
  );

  journey('are made of what is selected, give the same, and are unpacked again', async ({ studio }) => {
    letter(studio);
    const at = subflowPage(await studio.open(WIDE));
    const { page } = at;
    await at.ready();
    await at.openWorkflow('Letter');
    const run = async () => {
      await at.run.start.click();
      await expect(at.run.status).toHaveText('Succeeded');
      await expect(at.run.result.getByText('Dear Ada, yours')).toBeVisible();
    };
    await at.run.start.click();
    await at.run.inputs.getByRole('textbox', { name: 'name' }).fill('Ada');
    await run();

    // An input cannot go: it says so.
    await at.node('name').click();
    await page.keyboard.press('Control+Shift+E');
    await expect(at.notice(/must stay in it/)).toBeVisible();

    // By keys: the dialog proposes names, refuses what is there, and converts by Enter.
    await at.node('dear').click();
    await page.keyboard.press('Shift+D');
    await at.node('letter').click({ modifiers: ['Control'] });
    await expect(at.inspector.getByText('2 items selected')).toBeVisible();
    await page.keyboard.press('Control+Shift+E');
    await expect(at.convert.name).toBeFocused();
    await page.keyboard.type('Words around');
    await expect(at.convert.file).toHaveValue('workflows/words-around.flow.json');
    await at.convert.file.fill('workflows/letter.flow.json');
    await expect(at.convert.dialog.getByText('There is such a file already')).toBeVisible();
    await expect(at.convert.accept).toBeDisabled();
    await at.convert.file.fill('workflows/parts/around.flow.json');
    await at.convert.port(/^value of Input/).fill('who');
    await at.convert.port(/^value of Closing/).fill('who');
    await at.convert.name.focus();
    await page.keyboard.press('Enter');
    await expect(at.convert.dialog).toBeHidden();
    await expect(at.notice(/is a workflow of its own now/)).toBeVisible();
    await expect(at.nodes).toHaveCount(3);
    await expect(at.wires).toHaveCount(2);
    await expect(at.node('words-around')).toHaveAccessibleName('Words around, Subflow');
    const inside = JSON.parse(readFileSync(join(studio.folder, 'workflows/parts/around.flow.json'), 'utf8'));
    expect(inside.nodes.map(({ id }: { id: string }) => id)).toEqual(['dear', 'end', 'who', 'who-2']);
    await run();

    // Undone in one step; the file stays, which is said, and it can be done again.
    await at.canvas.focus();
    await at.undo();
    await expect(at.nodes).toHaveCount(4);
    await expect(at.notice(/stays in the workspace: workflows\/parts\/around/)).toBeVisible();
    await at.redo();
    await expect(at.nodes).toHaveCount(3);

    // Unpacked by mouse, in one step.
    await at.node('words-around').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Unpack the subflow' }).click();
    await expect(at.nodes).toHaveCount(4);
    await expect(at.wires).toHaveCount(3);
    await run();
    await at.canvas.focus();
    await at.undo();
    await expect(at.node('words-around')).toBeVisible();
  });

  journey('go in and out by mouse and keys, show the run inside, and find the way back', async ({ studio }) => {
    workflows(studio);
    const at = subflowPage(await studio.open(WIDE));
    const { page } = at;
    await at.ready();
    await at.openWorkflow('Greet');
    await at.run.start.click();
    await at.run.inputs.getByRole('textbox', { name: 'name' }).fill('Ada');
    await at.run.start.click();
    await expect(at.run.status).toHaveText('Succeeded');

    // In by a double click: the steps of the run around stand on the nodes inside.
    const box = await at.middle(at.node('shout'));
    await page.mouse.dblclick(box.x, box.y + 12);
    await expect(at.trail.here).toHaveText('Shout');
    await expect(at.trail.bar.getByText('Raise the voice')).toBeVisible();
    await expect(at.trail.bar.getByText('States of the run of Greet')).toBeVisible();
    await expect(at.node('louder').getByRole('img', { name: 'Done' })).toBeVisible();
    await at.node('louder').click();
    await at.inspector.getByText('Gave at value').click();
    await expect(at.inspector.getByText('Ada!')).toBeVisible();

    // What is changed here is saved to the file inside.
    await at.canvas.focus();
    await page.keyboard.press('F2');
    await at.canvas.getByRole('textbox').fill('Much louder');
    await page.keyboard.press('Enter');
    await at.save();
    expect(readFileSync(join(studio.folder, 'workflows/shout.flow.json'), 'utf8')).toContain('Much louder');

    // Out by keys: once to let go of the node, once to go out; the node that was gone in through is selected.
    await at.canvas.focus();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect(at.shown).toHaveText('Greet');
    await expect(at.trail.bar).toBeHidden();
    await expect(at.field('Name of the node')).toHaveValue('Raise the voice');
    await page.keyboard.press('Enter');
    await expect(at.trail.here).toHaveText('Shout');

    // Back and forward over all places, and out by the crumb.
    await page.keyboard.press('Alt+ArrowLeft');
    await expect(at.shown).toHaveText('Greet');
    await page.keyboard.press('Control+Shift+ArrowRight');
    await expect(at.shown).toHaveText('Shout');
    await expect(at.trail.here).toHaveText('Shout');
    await page.reload();
    await at.ready();
    await expect(at.trail.around('Greet')).toBeVisible();
    await at.trail.around('Greet').click();
    await expect(at.shown).toHaveText('Greet');

    // Tabs by keys, and one that was closed comes back.
    await page.keyboard.press('Control+]');
    await expect(at.shown).not.toHaveText('Greet');
    await page.keyboard.press('Alt+PageUp');
    await expect(at.shown).toHaveText('Greet');
    await page.keyboard.press('Alt+w');
    await expect(at.tab('Greet')).toBeHidden();
    await page.keyboard.press('Alt+Shift+W');
    await expect(at.shown).toHaveText('Greet');
  });

  journey('take the ports of the workflow that is picked, and follow its file', async ({ studio }) => {
    workflows(studio);
    const at = subflowPage(await studio.open(WIDE));
    const { page } = at;
    await at.ready();
    await at.newWorkflow('Outer');
    await page.keyboard.press('n');
    await at.pick('Subflow');
    await at.dock('Problems').click();
    // A new one names an example that is not here: picked in the form, by the problem's fix, undone and redone.
    await at.field('Workflow').selectOption({ label: 'Greet (greet)' });
    await expect(at.port('subflow', 'in', 'name')).toBeAttached();
    await at.canvas.focus();
    await at.undo();
    await expect(at.port('subflow', 'in', 'name')).toHaveCount(0);
    await page.getByRole('button', { name: 'Use Shout' }).click();
    await expect(at.port('subflow', 'in', 'text')).toBeAttached();
    await at.canvas.focus();
    await at.undo();
    await expect(at.port('subflow', 'in', 'text')).toHaveCount(0);
    await at.redo();
    await expect(at.port('subflow', 'out', 'loud')).toBeAttached();
    await page.keyboard.press('n');
    await at.pick('Input');
    await at.connect({ node: 'input', side: 'out', port: 'value' }, { node: 'subflow', side: 'in', port: 'text' });
    await expect(at.wires).toHaveCount(1);
    await at.save();

    // The file gets another input: the wire stays, is said to lead nowhere, and is moved by its fix in one step.
    workflows(studio, { input: 'sentence' });
    await expect(at.port('subflow', 'in', 'sentence')).toBeAttached();
    await expect(at.port('subflow', 'in', 'text')).toBeAttached();
    await at
      .problem(/has no input “text”/)
      .getByRole('button', { name: 'Lead it to sentence' })
      .click();
    await expect(at.port('subflow', 'in', 'text')).toHaveCount(0);
    await expect(at.problem(/has no input/)).toHaveCount(0);
  });
});
