import { expect, it } from 'vitest';
import { modelResponse, snapshotOf, testHost, testPorts } from '../../test/kit/engine-ports.ts';
import { graph } from '../../test/kit/graph.ts';
import { createMemoryJournal } from '../../test/kit/memory-journal.ts';
import { AppError } from '../core/errors/app-error.ts';
import { foldHistory } from '../core/run/history.ts';
import { runView } from '../core/run/run-view.ts';
import { createEngine } from './engine.ts';
import { FrameCosts } from './frame-costs.ts';

const accounts = {
  usage: { inputTokens: 7, outputTokens: 2, estimated: true },
  cost: { nanoUsd: 90, known: true, priceVersion: 'test' },
  model: 'm',
  provider: 'p',
};

it('logs what a failed call cost all the same, and counts it in the run like any other', async () => {
  const journal = createMemoryJournal();
  let asked = 0;
  const generate = async () => {
    asked += 1;
    if (asked > 1) return modelResponse('yes');
    throw new AppError('provider.stream', { message: 'The answer broke off.', accounts });
  };
  const engine = createEngine(testPorts(journal, { host: testHost({ generate }) }));
  const workflow = graph(
    [
      { id: 'in', type: 't-input', config: { name: 'question' } },
      { id: 'ask', type: 't-call', config: { id: 'ask' }, policy: { retry: { attempts: 2, baseMs: 1, maxMs: 1 } } },
      { id: 'out', type: 't-output', config: { name: 'answer' } },
    ],
    ['in > ask', 'ask > out.value'],
  );
  const run = await engine.start(snapshotOf(workflow), { question: 'why' }, { tags: ['north'] });
  expect((await run.result).status).toBe('succeeded');
  const events = await journal.events(run.runId);
  expect(events[0]).toMatchObject({ type: 'run.created', tags: ['north'] });
  expect(events.find(({ type }) => type === 'call.failed')).toMatchObject(accounts);
  expect(JSON.stringify(events)).not.toContain('accounts');
  const { spent, steps } = runView(run.runId, events);
  expect(spent).toEqual({ inputTokens: 8, outputTokens: 3, nanoUsd: 100, unpriced: 0 });
  expect(steps.find(({ step }) => step === 'ask')?.calls.map(({ state, cost }) => [state, cost?.nanoUsd])).toEqual([
    ['failed', 90],
    ['completed', 10],
  ]);
  // A loop that is bound by cost comes to the same sum when the run is resumed.
  const history = foldHistory(events);
  const past = history.steps.get('ask');
  if (!past) throw new Error('the step is missing');
  const inside = { ...history, steps: new Map([['loop[0]/ask', past]]) };
  expect(new FrameCosts(inside).of('loop[0]/')).toEqual({ nanoUsd: 100, unpriced: 0 });
});
