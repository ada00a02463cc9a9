import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/errors/app-error.ts';
import type { Json } from '../../core/graph/json.ts';
import type { ReviewTask } from '../../core/run/review-task.ts';
import type { DecideRequest } from '../../services/review/review-service.ts';
import { promptAtStops } from './stop-prompt.ts';
import type { Terminal } from './terminal.ts';

const stopAt = (step: string, reason = `breakpoint ${step}`): ReviewTask => ({
  ...{ runId: 'run_1', workflowName: 'Test', wait: `wait_${step}`, step, kind: 'breakpoint', state: 'open' },
  ...{
    title: `Stopped before ${step}`,
    about: null,
    payloadHash: `hash of ${step}`,
    actions: ['continue', 'step', 'cancel'],
  },
  ...{ form: null, dueAt: null, reason, openedAt: 1, closedAt: null, decision: null },
});

/** A person who types these lines, one after the other, and then Ctrl-D. */
async function session(typed: readonly string[], stops = [stopAt('model')]) {
  const shown: string[] = [];
  const decided: ({ task: string } & DecideRequest)[] = [];
  const lines = [...typed];
  const terminal: Terminal = {
    ...{ width: 80, live: true, out: () => undefined, status: () => undefined, flush: async () => undefined },
    err: (line = '') => void shown.push(line),
    style: (_style, text) => text,
  };
  const goOn = await promptAtStops(
    {
      terminal,
      ask: async () => lines.shift(),
      reviews: {
        show: async (wait) => ({
          ...(stops.find((stop) => stop.wait === wait) as ReviewTask),
          payload: { question: 'Why?\u001b[2J', many: Array.from({ length: 30 }, (_, i) => `item ${i}`) },
        }),
        async decide(task, request) {
          decided.push({ task, ...request });
          return { runId: 'run_1', applied: true };
        },
      },
      runs: {
        async readEdits(_run, step, texts) {
          if ('gone' in texts) throw new AppError('run.decision', { message: `“${step}” has no input “gone”.` });
          return texts as { [port: string]: Json };
        },
        evaluate: async (_run, { step = null, expressions }) => ({
          step,
          results: expressions.map((text) =>
            text === '1 +' ? { fault: 'It cannot be read.' } : { value: `<${text}>` },
          ),
        }),
      },
    },
    stops,
  );
  return { goOn, decided, text: shown.join('\n') };
}

describe('the prompt at a stop', () => {
  it('shows what the step gets, harmless for a terminal, and goes on', async () => {
    const { goOn, decided, text } = await session(['c']);
    expect(goOn).toEqual({});
    expect(decided).toMatchObject([
      { task: 'wait_model', action: 'continue', values: {}, payloadHash: 'hash of model' },
    ]);
    expect(text).toContain('Stopped before model\nbreakpoint model\n  question\n    Why?\\u001b[2J');
    expect(text).toContain('i shows more');
    expect(text).not.toContain('item 29');
  });

  it('edits, with a slip that ends nothing, and sends the edits with the step', async () => {
    const { decided, text } = await session(['e gone=1', 'e', 'question=How?', 'e no equals sign', 's']);
    expect(text).toContain('has no input “gone”');
    expect(text).toContain('question (edited)\n    How?');
    expect(text).toContain('not of the form');
    expect(decided).toMatchObject([{ action: 'step', values: { inputs: { question: 'How?' } } }]);
  });

  it('prints expressions, explains itself and shows more when asked', async () => {
    const { text } = await session(['p inputs.question', 'p 1 +', '?', '', 'i', 'q']);
    expect(text).toContain('<inputs.question>');
    expect(text).toContain('It cannot be read.');
    expect(text).toContain('cancel the run');
    expect(text).toContain('item 29');
  });

  it.each([[['q']], [[]], [['u', 'q']]])('leaves the run stopped: %j', async (typed) => {
    expect(await session(typed)).toMatchObject({ goOn: undefined, decided: [] });
  });

  it('goes on everywhere, steps one stop at a time, and cancels without edits', async () => {
    const stops = [stopAt('a'), stopAt('map[3]/b', 'step')];
    const all = await session(['u out'], stops);
    expect(all).toMatchObject({ goOn: { until: 'out' }, decided: [{ task: 'wait_a' }, { task: 'wait_map[3]/b' }] });
    expect(all.text).toContain('Stopped as well: map[3]/b');
    expect((await session(['n', 's'], stops)).decided).toMatchObject([{ task: 'wait_map[3]/b', action: 'step' }]);
    expect((await session(['e question=x', 'x'])).decided).toMatchObject([{ action: 'cancel', values: {} }]);
  });
});
