import { describe, expect, it } from 'vitest';
import { createPromptDesk, fillableText, filledValues, type TrialQuestion } from './prompt-desk.ts';

const question: TrialQuestion = { text: '# user\nHi', version: undefined, profile: 'fast', values: {} };
const answer = { type: 'answer', text: 'Hello.', finish: 'stop', model: 'm', provider: 'p', ms: 1, isKept: false };

/** A host whose answers come when the test says; `end` gives what comes of the stream. */
function host() {
  const calls: { text: string; say: (signal: object) => void; end: (thrown?: unknown) => void }[] = [];
  const ask = async ({ text }: { text: string }, { signal }: { signal: AbortSignal }) => {
    const waiting: (object | undefined)[] = [];
    let failed: unknown;
    let wake = () => {};
    const push = (one: object | undefined) => {
      waiting.push(one);
      wake();
    };
    signal.addEventListener('abort', () => {
      failed = new Error('aborted');
      push(undefined);
    });
    calls.push({
      text,
      say: push,
      end(thrown) {
        failed = thrown;
        push(undefined);
      },
    });
    return (async function* () {
      for (;;) {
        while (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        const next = waiting.shift();
        if (next) yield next;
        else if (failed) throw failed;
        else return;
      }
    })();
  };
  return { calls, desk: createPromptDesk({ prompt: { ask } } as never) };
}
const settle = () => new Promise((resolve) => setTimeout(resolve));

describe('prompt desk', () => {
  it('shows answers as they come, each beside the other', async () => {
    const { calls, desk } = host();
    const trials = () =>
      desk.store
        .getState()
        .of.get('a')
        ?.trials.map(({ state, said }) => [state, said]);
    const asked = desk.ask('a', [question, { ...question, text: 'old', version: 'v1' }]);
    await settle();
    calls[0]?.say({ type: 'piece', text: 'Hel' });
    calls[1]?.say({ type: 'piece', text: 'Void' });
    calls[1]?.say({ type: 'restart' });
    await settle();
    expect(trials()).toEqual([
      ['asking', 'Hel'],
      ['asking', ''],
    ]);
    calls[0]?.say(answer);
    calls[0]?.end();
    calls[1]?.end(new Error('no'));
    await asked;
    expect(trials()).toEqual([
      ['done', 'Hello.'],
      ['failed', ''],
    ]);
  });

  it('stops on a word, and lets no late answer into the place of another question', async () => {
    const { calls, desk } = host();
    const state = () => desk.store.getState().of.get('a')?.trials[0]?.state;
    const first = desk.ask('a', [question]);
    await settle();
    desk.stop('a');
    await first;
    expect(state()).toBe('stopped');
    const second = desk.ask('a', [question]);
    await settle();
    const third = desk.ask('a', [{ ...question, text: 'third' }]);
    await second;
    await settle();
    expect(desk.store.getState().of.get('a')?.trials[0]).toMatchObject({ text: 'third', state: 'asking' });
    calls[2]?.say(answer);
    calls[2]?.end();
    await third;
    expect(state()).toBe('done');
  });

  it('keeps drafts, and knows what would be lost', () => {
    const { desk } = host();
    expect(desk.isAtRisk()).toBe(false);
    desk.write('a', { text: 'x', base: 'h' });
    desk.fill('a', { question: 'Why?' });
    expect(desk.isAtRisk()).toBe(true);
    desk.write('a', undefined);
    expect([desk.isAtRisk(), desk.store.getState().of.get('a')?.values]).toEqual([false, { question: 'Why?' }]);
  });

  it('fills variables with what was written, else with what the run had', () => {
    const sample = { question: 'Why?', rows: [1, 2], unused: true };
    expect(filledValues(['question', 'rows', 'other'], sample, {})).toEqual({ question: 'Why?', rows: [1, 2] });
    expect(filledValues(['question', 'rows'], sample, { question: '42', rows: '[3]' })).toEqual({
      question: '42',
      rows: [3],
    });
    expect(filledValues(['other', 'rows'], sample, { other: '7', rows: 'three' })).toEqual({
      other: '7',
      rows: 'three',
    });
    expect([fillableText('a'), fillableText([1]), fillableText(undefined)]).toEqual(['a', '[\n  1\n]', '']);
  });
});
