import { describe, expect, it } from 'vitest';
import { EventLine } from '../contracts/run-signal.ts';
import type { Capture, RunEvent, RunSignal } from './events.ts';
import { shownEvent, shownSignal } from './shown-event.ts';

const text = 'jo@example.com';
const redactText = (one: string) => one.replaceAll(text, '[email]');
const showing = (capture: Capture, personal: string[] = []) => ({ capture, personal: new Set(personal), redactText });
const error = { code: 'internal', class: 'internal', message: `about ${text}`, data: { text } } as const;

/** One event of every type that can carry a payload, each with the text in every place that can hold it. */
const events: RunEvent[] = (
  [
    {
      type: 'run.created',
      workflowId: 'w',
      workflowName: 'W',
      workflowHash: 'h',
      snapshot: 's',
      inputs: { q: { value: text } },
      engine: '1',
      edits: { a: { inputs: { p: { value: [text] } }, outputs: { p: { value: { text } } } } },
      capture: 'full',
    },
    {
      type: 'call.completed',
      step: 'a',
      call: 0,
      kind: 'k',
      digest: 'd',
      request: { value: text },
      response: { value: { deep: [text] } },
      startedAt: 0,
    },
    { type: 'call.failed', step: 'a', call: 0, kind: 'k', digest: 'd', error, startedAt: 0 },
    { type: 'value.recorded', step: 'a', call: 0, kind: 'ids', value: text },
    { type: 'step.retried', step: 'a', attempt: 1, error, waitMs: 1, keepsCalls: true },
    {
      type: 'step.finished',
      step: 'a',
      node: 'a',
      attempt: 1,
      startedAt: 0,
      outputs: { o: { value: text } },
      detail: { query: text, hits: 3 },
    },
    {
      type: 'step.failed',
      step: 'a',
      node: 'a',
      attempt: 1,
      startedAt: 0,
      error,
      handled: 'port',
      outputs: { error: { value: { text } } },
    },
    {
      type: 'step.waiting',
      step: 'a',
      wait: 'w',
      kind: 'review',
      title: 'Look',
      payload: { value: text },
      payloadHash: 'h',
      actions: ['approve'],
    },
    {
      type: 'wait.decided',
      step: 'a',
      wait: 'w',
      decision: { action: 'edit', values: { payload: text }, by: 'jo', at: 1 },
    },
    { type: 'log.written', step: 'a', level: 'info', message: `saw ${text}`, data: { text, n: 1 } },
    { type: 'run.finished', outputs: { o: { value: text } } },
    // A port may have the name by which a reference holds its value.
    { type: 'run.finished', outputs: { value: { value: text } } },
    {
      type: 'step.failed',
      step: 'a',
      node: 'a',
      attempt: 1,
      startedAt: 0,
      error,
      handled: 'port',
      outputs: { value: { value: text } },
    },
    { type: 'run.failed', error, step: 'a' },
  ] as const
).map((body, i) => ({ seq: i + 1, at: 1, ...body }) as unknown as RunEvent);

describe('shownEvent', () => {
  it('shows all with full', () => {
    for (const event of events) expect(shownEvent(event, showing('full'))).toBe(event);
  });

  for (const capture of ['redacted', 'hashed', 'off'] as const) {
    it.each(events.map((event) => [event.type, event] as const))(
      `hides the payload of %s with ${capture}`,
      (_, event) => {
        const shown = shownEvent(event, showing(capture));
        expect(JSON.stringify(shown)).not.toContain(text);
        expect(shown).toMatchObject({ seq: event.seq, at: event.at, type: event.type });
        expect(EventLine.safeParse(shown).error).toBeUndefined();
      },
    );
  }

  it('hides personal steps, whatever the setting', () => {
    for (const event of events.filter((one) => 'step' in one && one.type !== 'run.failed')) {
      const shown = shownEvent(event, showing('full', ['a']));
      expect(JSON.stringify(shown)).not.toContain(text);
      expect(EventLine.safeParse(shown).error).toBeUndefined();
    }
  });

  it('keeps numbers and flags of facts', () => {
    const finished = events.find(({ type }) => type === 'step.finished') as RunEvent;
    expect(shownEvent(finished, showing('hashed'))).toMatchObject({ detail: { hits: 3 } });
  });

  it('shows no streamed text unless all may show', () => {
    const delta: RunSignal = { type: 'delta', step: 'a', text };
    expect(shownSignal(delta, showing('full'))).toBe(delta);
    expect(shownSignal(delta, showing('redacted'))).toBeUndefined();
    expect(shownSignal(delta, showing('full', ['a']))).toBeUndefined();
  });
});
