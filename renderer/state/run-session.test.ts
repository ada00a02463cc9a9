import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ShownEvent, ShownSignal } from '../../app/core/contracts/run-signal.ts';
import { AppError } from '../../app/core/errors/app-error.ts';
import { createRunSession, type RunLooks, type RunSession } from './run-session.ts';

/** A host whose run says what the test has it say. */
class Host {
  readonly asked: unknown[] = [];
  refuses: AppError | undefined;
  /** What is written already, in the pieces in which it is sent. */
  written: ShownEvent[][] = [];
  private queue: ShownSignal[] = [];
  private over = false;
  private wake: () => void = () => undefined;

  say(...signals: ShownSignal[]): void {
    this.queue.push(...signals);
    this.wake();
  }

  stopWorking(): void {
    this.over = true;
    this.wake();
  }

  readonly client = {
    run: {
      start: async (request: unknown) => {
        this.asked.push(request);
        if (this.refuses) throw this.refuses;
        return { runId: 'run_1', workflowName: 'W' };
      },
      log: async ({ after }: { after: number }) => {
        const events = this.written.find((piece) => (piece[0]?.seq ?? 0) > after) ?? [];
        const last = events.at(-1)?.seq ?? after;
        return { runId: 'run_1', events: JSON.stringify(events), last, more: events !== this.written.at(-1) };
      },
      follow: async (request: unknown) => {
        this.asked.push(request);
        this.over = false;
        return this.signals();
      },
      resume: async () => ({ runId: 'run_1', workflowName: 'W' }),
    },
  } as unknown as Parameters<typeof createRunSession>[0];

  private async *signals(): AsyncGenerator<ShownSignal[]> {
    for (;;) {
      const signals = this.queue.splice(0);
      if (signals.length > 0) yield signals;
      else if (this.over) return;
      else
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
    }
  }
}

let seq = 0;
const event = (body: Record<string, unknown>, at: number): ShownSignal => {
  seq += 1;
  return { type: 'event', event: { seq, at, ...body } as unknown as ShownEvent };
};
const created = () =>
  event({ type: 'run.created', workflowId: 'wf_x', workflowName: 'W', inputs: {}, capture: 'full' }, 100);
const finished = (step: string, at: number, more = {}) =>
  event({ type: 'step.finished', step, node: step, attempt: 1, startedAt: at - 10, outputs: {}, ...more }, at);

let host: Host;
let session: RunSession;
let breakpoints: RunLooks['breakpoints'] = [];
let pins: RunLooks['pins'] = {};
const state = () => session.store.getState();
const drawn = () => vi.advanceTimersByTimeAsync(50);

beforeEach(() => {
  vi.useFakeTimers();
  breakpoints = [];
  pins = {};
  seq = 0;
  host = new Host();
  session = createRunSession(
    host.client,
    () => undefined,
    async () => ({ breakpoints, pins }),
  );
});
afterEach(() => {
  session.dispose();
  vi.useRealTimers();
});

describe('a run in the studio', () => {
  it('stops at the breakpoints in every run that is started here, and takes pins but not into a fork', async () => {
    breakpoints = [{ at: 'ask', hit: 2 }];
    pins = { pinned: { in: { run: 'run_0', step: 'in' } } };
    await session.start('workflows/w.flow.json', { inputs: {} });
    await session.fork({ run: 'run_0', step: 'ask', values: {} });
    const starts = host.asked.filter((one) => !Object.hasOwn(one as object, 'after'));
    expect(starts).toEqual([
      { workflow: 'workflows/w.flow.json', inputs: {}, ...pins, breakpoints },
      { fork: { run: 'run_0', at: 'ask' }, edits: { ask: {} }, breakpoints },
    ]);
  });

  it('forks another run at a step, with the values that were changed', async () => {
    const forked = session.fork({ run: 'run_0', step: 'map[1]/ask', values: { question: 'Why?' } });
    host.say(created());
    await forked;
    await drawn();
    expect(host.asked[0]).toEqual({
      fork: { run: 'run_0', at: 'map[1]/ask' },
      edits: { 'map[1]/ask': { question: 'Why?' } },
    });
    expect(state()).toMatchObject({ status: 'running', view: { runId: 'run_1' } });
  });

  it('shows steps as they work, what they stream and spend, and how it ends', async () => {
    await session.start('workflows/w.flow.json', { inputs: { q: 'x' } });
    expect(host.asked[0]).toEqual({ workflow: 'workflows/w.flow.json', inputs: { q: 'x' } });
    host.say(created(), { type: 'step.running', step: 'ask', node: 'ask' });
    // A try that broke off is begun anew: its text is void.
    host.say({ type: 'delta', step: 'ask', text: 'Good mor' }, { type: 'delta.reset', step: 'ask' });
    host.say({ type: 'delta', step: 'ask', text: 'Hel' }, { type: 'delta', step: 'ask', text: 'lo' });
    await drawn();
    expect(state().status).toBe('running');
    expect(state().nodes.get('ask')).toMatchObject({ state: 'running', text: 'Hello' });

    const usage = { inputTokens: 5, outputTokens: 2, estimated: false };
    const cost = { nanoUsd: 7, known: true, priceVersion: '1' };
    host.say(
      event({ type: 'call.completed', step: 'ask', call: 0, kind: 'model', startedAt: 101, usage, cost }, 110),
      finished('ask', 111),
    );
    await drawn();
    // Done before the run is.
    expect(state().nodes.get('ask')?.state).toBe('succeeded');
    host.say(event({ type: 'run.finished', outputs: { a: { value: 'Hello' } } }, 112));
    host.stopWorking();
    await drawn();
    expect(state().status).toBe('succeeded');
    expect(state().nodes.get('ask')).toMatchObject({ state: 'succeeded', ms: 10, spent: { nanoUsd: 7 } });
    expect(state().view?.outputs).toEqual({ a: { value: 'Hello' } });
  });

  it('draws less often where drawing takes long, so that the page has time for who uses it', async () => {
    let clock = 0;
    const now = vi.spyOn(performance, 'now').mockImplementation(() => clock);
    const drawings = vi.fn(() => {
      clock += 100;
    });
    await session.start('f', { inputs: {} });
    session.store.subscribe(drawings);
    for (let ms = 0; ms < 1200; ms += 10) {
      host.say({ type: 'delta', step: 'b', text: '.' });
      await vi.advanceTimersByTimeAsync(10);
    }
    now.mockRestore();
    expect(drawings.mock.calls.length).toBeGreaterThan(3);
    expect(drawings.mock.calls.length).toBeLessThan(9);
  });

  it('draws many events at once, and leaves what did not change the same', async () => {
    const drawings = vi.fn();
    session.store.subscribe(drawings);
    await session.start('f', { inputs: {} });
    host.say(created(), finished('a', 120));
    await drawn();
    const before = state().nodes.get('a');
    drawings.mockClear();
    for (let n = 0; n < 500; n += 1) host.say({ type: 'delta', step: 'b', text: '.' });
    await drawn();
    expect(drawings.mock.calls.length).toBeLessThan(4);
    expect(state().nodes.get('a')).toBe(before);
    expect(state().nodes.get('b')?.text).toHaveLength(500);
  });

  it('draws a log that comes in several pieces once, with all that is in it', async () => {
    const drawings = vi.fn();
    session.store.subscribe(drawings);
    const written = [
      created(),
      finished('a', 120),
      finished('b', 130),
      event({ type: 'run.finished', outputs: {} }, 140),
    ];
    const events = written.flatMap((one) => (one.type === 'event' ? one.event : []));
    host.written = [events.slice(0, 2), events.slice(2, 3), events.slice(3)];
    await session.show('run_1');
    expect(state()).toMatchObject({ status: 'succeeded', view: { lastSeq: 4 } });
    expect(state().view?.steps.map(({ step }) => step)).toEqual(['a', 'b']);
    await vi.advanceTimersByTimeAsync(1000);
    expect(drawings).toHaveBeenCalledTimes(1);
  });

  it('counts the steps of a node inside a container together', async () => {
    await session.start('f', { inputs: {} });
    host.say(created());
    for (const frame of [0, 1, 2]) host.say(finished(`map[${frame}]/ask`, 130 + frame, { node: 'ask' }));
    host.say({ type: 'step.running', step: 'map[3]/ask', node: 'ask' });
    await drawn();
    expect(state().nodes.get('ask')).toMatchObject({ state: 'running', steps: 3, ended: 3, ms: 30 });
  });

  it('shows a step that waits as waiting, also when its run is taken up again and waits on', async () => {
    await session.start('f', { inputs: {} });
    const working: ShownSignal = { type: 'step.running', step: 'pause', node: 'pause' };
    const waits = { step: 'pause', wait: 'w1', kind: 'timer', title: 'Wait', payload: { value: 1 }, actions: [] };
    host.say(created(), working, event({ type: 'step.waiting', ...waits }, 110), working);
    await drawn();
    expect(state().nodes.get('pause')).toMatchObject({ state: 'waiting', steps: 1 });
    host.say(event({ type: 'wait.expired', step: 'pause', wait: 'w1' }, 120));
    await drawn();
    expect(state().nodes.get('pause')?.state).toBe('running');
  });

  it('that stops without an end is interrupted, and goes on from where it was read', async () => {
    await session.start('f', { inputs: {} });
    host.say(created(), { type: 'step.running', step: 'a', node: 'a' });
    await drawn();
    host.stopWorking();
    await drawn();
    expect(state().status).toBe('interrupted');
    void session.resume();
    await drawn();
    expect(host.asked.at(-1)).toEqual({ run: 'run_1', after: 1 });
    host.say(event({ type: 'run.finished', outputs: {} }, 200));
    host.stopWorking();
    await drawn();
    expect(state().status).toBe('succeeded');
  });

  it('that cannot start says why and how to mend it', async () => {
    host.refuses = new AppError('workflow.invalid' as never, { message: 'No.', remedy: 'Mend it.' });
    await session.start('f', { inputs: {} });
    expect(state()).toMatchObject({ status: 'refused', fault: { message: 'No.', remedy: 'Mend it.' } });
  });
});
