import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { programValues } from '../../app/services/run/program-values.ts';
import type { ProviderServer } from '../kit/providers/provider-server.ts';
import { chromiumPath } from './chromium.ts';
import { keysPage } from './pages/keys-page.ts';
import { runReadingPage } from './pages/run-reading-page.ts';
import { expect } from './patient-expect.ts';
import { openai, profileOf, withProvider } from './provider-test.ts';
import type { Studio } from './studio-test.ts';

const paid = withProvider((provider) => ({
  profiles: {
    steady: profileOf(provider, 'steady'),
    flaky: { ...profileOf(provider, 'flaky'), retry: { baseMs: 10, maxMs: 20 } },
    dead: { ...profileOf(provider, 'dead'), retry: { attempts: 1 }, fallbacks: [{ profile: 'steady' }] },
  },
})).skipIf(chromiumPath === undefined);

const LONG = 'A line of a long letter. '.repeat(20_000);

/** Three models are asked side by side; what they say is noted, and a person looks at it. */
function writeCalls({ folder }: Studio): void {
  const value = (node: string, port = 'value') => ({ node, port });
  const node = (id: string, type: string, name: string, config: object) => ({ id, type, version: 1, name, config });
  const models = ['steady', 'flaky', 'dead'];
  const message = { role: 'user', template: '{{ question }}' };
  const workflow = {
    ...{ format: 1, id: 'wf_calls', name: 'Calls' },
    inputs: { question: { type: 'text' }, letter: { type: 'text' } },
    outputs: { out: { type: 'any' } },
    nodes: [
      node('in', 'input', 'Question', { name: 'question' }),
      node('letter', 'input', 'Letter', { name: 'letter' }),
      node('prompt', 'prompt', 'Ask', { messages: [message], variables: ['question'] }),
      ...models.map((id) => node(id, 'model', id, { profile: id, citations: 'none', streaming: false })),
      node('join', 'transform', 'Join', { expression: "steady + ' ' + flaky + ' ' + dead", variables: models }),
      node('note', 'log', 'Note', { message: 'joined: {{ value }}', level: 'warning', data: false }),
      node('check', 'human-review', 'Check', { title: 'Send this?' }),
      node('out', 'output', 'Out', { name: 'out' }),
    ],
    edges: [
      { id: 'a', from: value('in'), to: value('prompt', 'question') },
      ...models.flatMap((id) => [
        { id: `to-${id}`, from: value('prompt', 'messages'), to: value(id, 'messages') },
        { id: `of-${id}`, from: value(id, 'text'), to: value('join', id) },
      ]),
      { id: 'b', from: value('join'), to: value('note') },
      { id: 'c', from: value('note'), to: value('check', 'payload') },
      { id: 'd', from: value('check', 'approved'), to: value('out') },
    ],
  };
  writeFileSync(join(folder, 'workflows/calls.flow.json'), JSON.stringify(workflow));
}

/** What the provider says: one model at once, one after a fault, one never. */
function answers(provider: ProviderServer): void {
  let faults = 1;
  provider.answerBy(({ body: { model } }) => {
    if (model === 'dead') return openai.error(503, 'overloaded');
    // The wait that it asks for: the one that is drawn by lot is none now and then.
    if (model === 'flaky' && faults-- > 0)
      return { ...openai.error(500, 'server'), headers: { 'retry-after-ms': '15' } };
    return { ...openai.answer({ pieces: [`${model} says so`], usage: { input: 100, output: 50 } }), delayMs: 200 };
  });
}

async function runCalls({ host }: Studio): Promise<void> {
  const inputs = programValues({ inputs: { question: 'Who says so?', letter: LONG } });
  const { runId, result } = await (await host.runs()).start({ workflow: 'calls', ...inputs });
  await result;
  await (await host.reviews()).decide('last', { action: 'approve', by: 'ada', comment: 'Well said.' });
  await (await (await host.runs()).resume(runId)).result;
}

describe('the calls of a run', () => {
  paid('are read with their ways, costs, waits and logs, by mouse', async ({ studio, provider }) => {
    answers(provider);
    writeCalls(studio);
    await runCalls(studio);
    const at = runReadingPage(await studio.open({ width: 1600, height: 1000 }));
    await at.ready();
    await at.openWorkflow('Calls');
    await at.dock('Runs').click();
    await at.runs.first().click();
    await at.dock('Trace').click();

    // Lanes: the three bars begin together, and what needs them begins after the last of them.
    const bar = async (name: string) => {
      const box = await at
        .row(new RegExp(`\\b${name}\\b`))
        .locator('[data-state]')
        .last()
        .boundingBox();
      return { from: box?.x ?? 0, to: (box?.x ?? 0) + (box?.width ?? 0) };
    };
    const lanes = await Promise.all(['steady', 'flaky', 'dead'].map(bar));
    const end = Math.max(...lanes.map(({ to }) => to));
    for (const { from } of lanes) expect(from).toBeLessThan(Math.min(...lanes.map(({ to }) => to)));
    expect((await bar('Join')).from).toBeGreaterThanOrEqual(end - 2);

    // The one that failed once: its tries, and what the run had cost by then.
    await at.row(/\bflaky\b/).click();
    await expect(at.details).toContainText('so far');
    const call = at.part('Calls').getByRole('group').first();
    await call.getByText('model.generate').click();
    await expect(call.getByRole('listitem').first()).toContainText(/flaky: provider\.http_500 after .* waited/);
    await expect(call.getByRole('listitem').nth(1)).toContainText(/flaky: answered in/);
    await expect(call).toContainText('100 in, 50 out');
    await expect(call).toContainText('$0.000200');
    await expect(call).toContainText('Who says so?');
    await expect(call).toContainText('flaky says so');
    // The one that another stood in for.
    await at.row(/\bdead\b/).click();
    await at.part('Calls').getByText('model.generate').click();
    await expect(at.part('Calls')).toContainText('steady, since http.503');
    await expect(at.part('Calls')).toContainText('steady says so');

    // What was logged, and who decided with which words.
    await at.row(/\bNote\b/).click();
    await expect(at.part('Log')).toContainText('warning joined: steady says so flaky says so steady says so');
    await at.row(/\bCheck\b/).click();
    await expect(at.part('Waits')).toContainText('Send this? · decided · approve by ada · Well said.');

    // A large value is read when it is asked for.
    await at.row(/\bLetter\b/).click();
    await expect(at.part('Outputs')).not.toContainText('A line of');
    await at
      .part('Outputs')
      .getByRole('button', { name: /^500,?\d* characters\. Open it/ })
      .click();
    await expect(at.part('Outputs')).toContainText('A line of a long letter.');
  });

  paid('are found and read without a pointer; a step is replayed and forked', async ({ studio, provider }) => {
    answers(provider);
    writeCalls(studio);
    await runCalls(studio);
    const at = keysPage(await studio.open({ width: 1280, height: 800, theme: 'dark' }));
    const { page } = at;
    const reading = runReadingPage(page);
    const press = (keys: string) => page.keyboard.press(keys);
    await at.ready();
    await at.choose('Calls', '#Calls');
    await at.show('Runs');
    await at.tabTo(reading.runs.first());
    await press('Enter');
    await expect(at.run.status).toHaveText('Succeeded');
    await at.show('Trace');
    const findStep = async (name: string) => {
      await at.walkTo('canvas');
      await at.walkTo('dock');
      await at.tabTo(page.getByLabel('Search steps'));
      await press('Control+a');
      await page.keyboard.insertText(name);
      await expect(reading.row(/./)).toHaveCount(1);
      await at.tabTo(reading.tree);
      await press('Home');
    };

    // Worked again from the log, without the provider.
    const asked = provider.requests.length;
    await at.tabTo(page.getByRole('button', { name: 'Replay', exact: true }));
    await press('Enter');
    await expect(reading.replay).toContainText(/\d+ steps worked again, 0 differences/);
    await at.tabTo(reading.replay.getByRole('button', { name: 'Close the report' }));
    await press('Enter');
    await expect(reading.replay).toBeHidden();
    expect(provider.requests).toHaveLength(asked);

    await findStep('flaky');
    await at.tabTo(reading.part('Calls').locator('summary').first());
    await press('Enter');
    await expect(reading.part('Calls')).toContainText('flaky: answered in');

    // Forked at the step that joins, with another word of one model: nobody is asked again.
    await findStep('Join');
    await at.tabTo(reading.details.getByRole('button', { name: 'Fork here …' }));
    await press('Enter');
    const form = reading.details.getByRole('form', { name: 'Fork at this step' });
    await at.tabTo(form.getByLabel('flaky'));
    await press('Control+a');
    await page.keyboard.insertText('nobody says so');
    await at.tabTo(form.getByRole('button', { name: 'Start the fork' }));
    await press('Enter');
    await expect(page.getByRole('tab', { name: /^Reviews/ })).toHaveText('Reviews1');
    expect(provider.requests).toHaveLength(asked);
    await press('Alt+r');
    const proposal = page.getByRole('region', { name: 'What it is about' });
    await expect(proposal).toHaveText('steady says so nobody says so steady says so');
  });
});
