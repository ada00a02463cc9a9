import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../app/core/graph/hash.ts';
import { canonicalJson, type Json } from '../../../app/core/graph/json.ts';
import type { Decision } from '../../../app/core/graph/values.ts';
import type { RunEvent, RunEventBody } from '../../../app/core/run/events.ts';
import type { Journal, StoredValue } from '../../../app/engine/journal.ts';

/** A journal under test, and what a test must be able to do behind its back. */
export interface JournalUnderTest {
  journal: Journal;
  /** Another process over the same store; its owner lives as long as this one. */
  second(): Promise<Journal>;
  /** The process dies and another opens what was durable. */
  crash(): Promise<Journal>;
  /** No holder has renewed its lease in time. */
  expireLeases(): void;
  /** A person decides an open wait. */
  decide(runId: string, wait: string, decision: Decision): Promise<void>;
  /** Retention drops the payloads of a finished run. */
  purge(runId: string, digest: string): Promise<void>;
  close(): Promise<void>;
}

const AT = 1_790_000_000_000;

/** Events with sequence numbers and times put to them. */
function log(bodies: readonly RunEventBody[], first = 1): RunEvent[] {
  return bodies.map((body, index) => ({ seq: first + index, at: AT + first + index, ...body }));
}

const created: RunEventBody = {
  type: 'run.created',
  workflowId: 'wf_1',
  workflowName: 'Support — Antwort ✓',
  workflowHash: 'aa',
  snapshot: 'bb',
  inputs: { question: { value: 'Wie viel 🧃 kostet "das"?\u2028\u0000' } },
  engine: '0.1.0',
  capture: 'full',
};

function finished(step: string, more: Partial<Extract<RunEventBody, { type: 'step.finished' }>> = {}): RunEventBody {
  return { type: 'step.finished', step, node: step, attempt: 1, startedAt: AT, outputs: {}, ...more };
}

function stored(value: Json, personal = false): StoredValue {
  const text = canonicalJson(value);
  return { digest: sha256Hex(text), text, personal };
}

const waiting: RunEventBody = {
  type: 'step.waiting',
  step: 'review',
  wait: 'wasubject1',
  kind: 'review',
  title: 'Check the answer',
  payload: { value: { answer: 'yes' } },
  payloadHash: 'cc',
  actions: ['accept', 'reject'],
};
const decision: Decision = { action: 'accept', values: { text: 'fine' }, by: 'ada', at: AT };

/** What every journal promises. */
export function describeJournal(name: string, open: () => Promise<JournalUnderTest>): void {
  describe(`journal: ${name}`, () => {
    let subject: JournalUnderTest;
    let journal: Journal;
    beforeEach(async () => {
      subject = await open();
      journal = subject.journal;
    });
    afterEach(() => subject.close());

    const begin = (runId = 'run_1', more: readonly RunEventBody[] = []) =>
      journal.create({ runId, owner: 'one', events: log([created, ...more]), values: [] });

    it('gives back the log as it was written, in order and without gaps', async () => {
      const { fence } = await begin();
      const events = log([finished('a'), finished('b', { outputs: { out: { value: [1, null, { ü: 'ß' }] } } })], 2);
      await journal.append({ runId: 'run_1', fence, events, values: [] });
      await journal.append({ runId: 'run_1', fence, events: log([finished('c')], 4), values: [] });
      expect(await journal.events('run_1')).toEqual([...log([created]), ...events, ...log([finished('c')], 4)]);
      expect(await journal.events('run_1', 3)).toEqual(log([finished('c')], 4));
      expect(await journal.events('run_1', 4)).toEqual([]);
      const texts = async (after: number) =>
        (await journal.eventTexts('run_1', after, 2)).map((text) => JSON.parse(text));
      expect(await texts(1)).toEqual(events);
      expect(await texts(3)).toEqual(log([finished('c')], 4));
      expect(await texts(4)).toEqual([]);
    });

    it('begins with fence 1 and refuses to begin a run twice', async () => {
      expect(await begin()).toEqual({ fence: 1 });
      await expect(begin()).rejects.toMatchObject({ name: 'AppError' });
      expect(await journal.events('run_1')).toHaveLength(1);
    });

    it('keeps no object of its caller and hands out none of its own', async () => {
      const events = log([created, finished('a', { outputs: { out: { value: { n: 1 } } } })]);
      const given = journal.create({ runId: 'run_1', owner: 'one', events, values: [] });
      Object.assign(events[1] as RunEvent, { outputs: { out: { value: 'changed' } } });
      await given;
      const read = await journal.events('run_1');
      expect(read[1]).toMatchObject({ outputs: { out: { value: { n: 1 } } } });
      Object.assign(read[1] as RunEvent, { step: 'changed' });
      expect((await journal.events('run_1'))[1]).toMatchObject({ step: 'a' });
    });

    it('refuses events that leave a gap or come twice, and keeps none of their batch', async () => {
      const { fence } = await begin();
      const gap = { runId: 'run_1', fence, events: log([finished('a'), finished('b')], 3), values: [] };
      await expect(journal.append(gap)).rejects.toMatchObject({ name: 'AppError' });
      const twice = {
        runId: 'run_1',
        fence,
        events: log([finished('a')], 1),
        values: [stored('of the refused batch')],
      };
      await expect(journal.append(twice)).rejects.toMatchObject({ name: 'AppError' });
      const torn = [...log([finished('a')], 2), ...log([finished('b')], 4)];
      await expect(journal.append({ runId: 'run_1', fence, events: torn, values: [] })).rejects.toThrow();
      expect(await journal.events('run_1')).toHaveLength(1);
      await expect(journal.value(stored('of the refused batch').digest, 'run_1')).rejects.toMatchObject({
        code: 'storage.corrupt',
      });
    });

    it('commits batches of many runs given in one turn, each all or nothing', async () => {
      const runs = Array.from({ length: 8 }, (_, i) => `run_${i}`);
      const fences = await Promise.all(runs.map((runId) => begin(runId)));
      const results = await Promise.allSettled(
        runs.flatMap((runId, i) =>
          [0, 1].map((k) =>
            journal.append({
              runId,
              fence: (fences[i]?.fence ?? 0) + (i % 4 === 3 ? 7 : 0),
              events: log([finished(`s${k}`)], 2 + k),
              values: [],
            }),
          ),
        ),
      );
      for (const [i, runId] of runs.entries()) {
        const refused = i % 4 === 3;
        expect(results[2 * i]?.status).toBe(refused ? 'rejected' : 'fulfilled');
        expect(await journal.events(runId)).toHaveLength(refused ? 1 : 3);
      }
    });

    it('knows when there is no such run', async () => {
      await expect(journal.events('run_no')).rejects.toMatchObject({ code: 'run.not_found' });
      await expect(journal.eventTexts('run_no', 0, 1)).rejects.toMatchObject({ code: 'run.not_found' });
      await expect(journal.claim('run_no', 'one')).rejects.toMatchObject({ code: 'run.not_found' });
      const batch = { runId: 'run_no', fence: 1, events: log([finished('a')], 2), values: [] };
      await expect(journal.append(batch)).rejects.toMatchObject({ code: 'run.not_found' });
    });

    it('refuses a second owner while the first holds the run', async () => {
      await begin();
      await expect(journal.claim('run_1', 'two')).rejects.toMatchObject({ code: 'run.owned' });
      const other = await subject.second();
      await expect(other.claim('run_1', 'two')).rejects.toMatchObject({ code: 'run.owned' });
    });

    it('gives a released run to the next owner, with its log', async () => {
      const { fence } = await begin();
      await journal.release('run_1', fence);
      const claim = await journal.claim('run_1', 'two');
      expect(claim.fence).toBe(2);
      expect(claim.events).toEqual(log([created]));
      await journal.release('run_1', fence);
      await expect(journal.claim('run_1', 'three')).rejects.toMatchObject({ code: 'run.owned' });
    });

    it('lets go of a run with its last event', async () => {
      const { fence } = await begin();
      const events = log([{ type: 'run.finished', outputs: {} }], 2);
      await journal.append({ runId: 'run_1', fence, events, values: [] });
      expect((await journal.claim('run_1', 'two')).events).toHaveLength(2);
    });

    it('fences the stale owner out after a takeover', async () => {
      const { fence } = await begin();
      subject.expireLeases();
      const claim = await journal.claim('run_1', 'two');
      expect(claim.fence).toBeGreaterThan(fence);
      const late = { runId: 'run_1', fence, events: log([finished('late')], 2), values: [stored('late value')] };
      await expect(journal.append(late)).rejects.toMatchObject({ code: 'run.fenced', class: 'lease.lost' });
      await journal.append({ runId: 'run_1', fence: claim.fence, events: log([finished('mine')], 2), values: [] });
      expect((await journal.events('run_1')).at(-1)).toMatchObject({ step: 'mine' });
      await expect(journal.value(stored('late value').digest, 'run_1')).rejects.toMatchObject({
        code: 'storage.corrupt',
      });
    });

    it('keeps after a crash what was acknowledged, and gives the run to the next process at once', async () => {
      const { fence } = await begin();
      const value = stored({ kept: 'x'.repeat(5000) });
      const ref = { digest: value.digest, bytes: value.text.length };
      const events = log([finished('a', { outputs: { out: ref } })], 2);
      await journal.append({ runId: 'run_1', fence, events, values: [value] });
      await journal.putSnapshot('h1', 'snapshot text');
      const next = await subject.crash();
      const claim = await next.claim('run_1', 'two');
      expect(claim.fence).toBe(2);
      expect(claim.events).toEqual([...log([created]), ...events]);
      expect(await next.value(value.digest, 'run_1')).toEqual({ kept: 'x'.repeat(5000) });
      expect(await next.snapshot('h1')).toBe('snapshot text');
      await next.append({ runId: 'run_1', fence: 2, events: log([finished('b')], 3), values: [] });
    });

    it.each([
      ['short', 'hello'],
      ['unicode', { 'ключ 🔑': ['\ud83d\ude00', '\u0000', '\u2028', 'e\u0301'] }],
      ['lone surrogates', 'a\ud800b'],
      ['numbers', [0, -0.5, 1e300, 2 ** 53, 1e-7]],
      ['compressible', 'word '.repeat(50_000)],
      ['over a megabyte', Array.from({ length: 150_000 }, (_, i) => `${i * 7919}`)],
    ] as [string, Json][])('gives a stored value back: %s', async (_, value) => {
      for (const personal of [false, true]) {
        const runId = `run_${personal}`;
        const one = stored({ personal, value }, personal);
        const { fence } = await begin(runId);
        const ref = { digest: one.digest, bytes: one.text.length };
        const events = log([finished('a', { outputs: { out: ref } })], 2);
        await journal.append({ runId, fence, events, values: [one] });
        expect(await journal.value(one.digest, runId)).toEqual({ personal, value });
        expect(await (await subject.second()).value(one.digest, runId)).toEqual({ personal, value });
      }
    });

    it('stores a value once, whoever gives it', async () => {
      const value = stored('shared '.repeat(1000));
      const a = await begin('run_a');
      const b = await begin('run_b');
      for (const [runId, fence] of [
        ['run_a', a.fence],
        ['run_b', b.fence],
      ] as const) {
        await journal.append({ runId, fence, events: log([finished('a')], 2), values: [value, value] });
      }
      expect(await journal.value(value.digest, 'run_a')).toBe('shared '.repeat(1000));
    });

    it('tells a missing value from a purged one', async () => {
      const absent = stored('absent');
      await expect(journal.value(absent.digest, 'run_1')).rejects.toMatchObject({ code: 'storage.corrupt' });
      const value = stored('purged '.repeat(1000));
      const ref = { digest: value.digest, bytes: value.text.length };
      const { fence } = await begin();
      const events = log([finished('a', { outputs: { out: ref } }), { type: 'run.finished', outputs: {} }], 2);
      await journal.append({ runId: 'run_1', fence, events, values: [value] });
      await subject.purge('run_1', value.digest);
      await expect(journal.value(value.digest, 'run_1')).rejects.toMatchObject({ code: 'run.not_replayable' });
      const again = await begin('run_2');
      await journal.append({ runId: 'run_2', fence: again.fence, events: log([finished('a')], 2), values: [value] });
      expect(await journal.value(value.digest, 'run_2')).toBe('purged '.repeat(1000));
    });

    it('keeps snapshots by hash, the first text winning', async () => {
      const text = `{"workflow":"${'ü'.repeat(3000)}"}`;
      await journal.putSnapshot('h1', text);
      await journal.putSnapshot('h1', 'another');
      expect(await journal.snapshot('h1')).toBe(text);
      await expect(journal.snapshot('h2')).rejects.toMatchObject({ code: 'storage.corrupt' });
    });

    it('finds the newest shared step by its memo key', async () => {
      const a = await begin('run_a');
      const b = await begin('run_b');
      const one = finished('x', { memo: 'k', shared: true, outputs: { out: { value: 1 } } });
      const two = finished('y', { memo: 'k', shared: true, outputs: { out: { value: 2 } } });
      await journal.append({ runId: 'run_a', fence: a.fence, events: log([one], 2), values: [] });
      await journal.append({
        runId: 'run_b',
        fence: b.fence,
        events: log([{ type: 'step.started', step: 'y', node: 'y', attempt: 1 }, two], 2),
        values: [],
      });
      const unshared = log([finished('z', { memo: 'k' }), finished('w', { memo: 'other', shared: true })], 4);
      await journal.append({ runId: 'run_b', fence: b.fence, events: unshared, values: [] });
      const found = { runId: 'run_b', step: 'y', at: AT + 3, outputs: { out: { value: 2 } } };
      expect(await journal.findMemo('k', 0)).toEqual(found);
      expect(await journal.findMemo('k', AT + 3)).toEqual(found);
      expect(await journal.findMemo('k', AT + 4)).toBeUndefined();
      expect(await journal.findMemo('unknown', 0)).toBeUndefined();
    });

    it('hands decisions out until their event is in the log, also after a crash', async () => {
      const { fence } = await begin('run_1', [waiting]);
      expect(await journal.pendingDecisions('run_1')).toEqual([]);
      await subject.decide('run_1', 'wasubject1', decision);
      expect(await journal.pendingDecisions('run_1')).toEqual([{ wait: 'wasubject1', decision }]);
      expect(await journal.pendingDecisions('run_1')).toEqual([{ wait: 'wasubject1', decision }]);
      const decided = log([{ type: 'wait.decided', step: 'review', wait: 'wasubject1', decision }], 3);
      const stale = { runId: 'run_1', fence: fence + 1, events: decided, values: [] };
      await expect(journal.append(stale)).rejects.toMatchObject({ code: 'run.fenced' });
      const next = await subject.crash();
      const claim = await next.claim('run_1', 'two');
      expect(await next.pendingDecisions('run_1')).toEqual([{ wait: 'wasubject1', decision }]);
      await next.append({ runId: 'run_1', fence: claim.fence, events: decided, values: [] });
      expect(await next.pendingDecisions('run_1')).toEqual([]);
    });
  });
}
