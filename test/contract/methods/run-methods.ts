import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ShownEvent, type ShownSignal } from '../../../app/core/contracts/run-signal.ts';
import { SECRET } from '../bench-workspace.ts';
import { eventsOf, finished, heldRun, interruptedRun, noRun, run } from './bench-runs.ts';
import type { MethodsOf } from './method-row.ts';

export const runMethods: MethodsOf<'run'> = {
  'run.start': {
    async works({ client }) {
      const { runId, workflowName } = await client.run.start({ workflow: 'each', inputs: { items: [1, 2, 3] } });
      expect(workflowName).toBe('each');
      expect((await eventsOf(client, runId)).at(-1)?.type).toBe('run.finished');
      expect((await client.run.trace({ run: runId })).outputs).toEqual({ results: { value: [2, 4, 6] } });
      const pinned = await client.run.start({ workflow: 'echo', inputs: { value: 1 }, pins: { in: { value: 'pin' } } });
      await eventsOf(client, pinned.runId);
      expect((await client.run.trace({ run: pinned.runId })).outputs).toEqual({ value: { value: 'pin' } });
      // What an earlier run gave, by reference.
      const again = await client.run.start({
        workflow: 'echo',
        inputs: { value: 2 },
        pinned: { in: { run: pinned.runId, step: 'in' } },
      });
      await eventsOf(client, again.runId);
      expect((await client.run.trace({ run: again.runId })).outputs).toEqual({ value: { value: 'pin' } });
      const gone = { in: { run: pinned.runId, step: 'nowhere' } };
      await expect(client.run.start({ workflow: 'echo', inputs: { value: 2 }, pinned: gone })).rejects.toMatchObject({
        code: 'run.step_not_found',
      });
    },
    shape: { workflow: 'echo', inputs: { value: 1 } },
    refuses: [
      { input: { workflow: 'echo', capture: 'some' }, where: '$.capture' },
      { input: { workflow: 'echo', from: { node: 'in' } }, where: '$.from.run' },
      { input: { workflow: 'echo', fork: { run: 'last', at: 'in', surplus: 1 } }, where: '$.fork' },
      { input: { workflow: 'echo', breakpoints: [{ at: 'in', when: 1 }] }, where: '$.breakpoints[0].when' },
    ],
    fails: { input: { workflow: 'each', inputs: { items: 'no list' } }, code: 'run.input' },
  },
  'run.resume': {
    async works(bench) {
      const { client, provider } = bench;
      const runId = await interruptedRun(bench);
      expect(await client.run.resume({ run: runId })).toEqual({ runId, workflowName: 'ask' });
      await eventsOf(client, runId);
      const { status, outputs, starts } = await client.run.trace({ run: runId });
      expect({ status, outputs, starts }).toEqual({
        status: 'succeeded',
        outputs: { text: { value: 'Because.' } },
        starts: 2,
      });
      // What was paid for is not asked again.
      expect(provider.requests).toHaveLength(1);
    },
    shape: run,
    refuses: [{ input: { run: '' }, where: '$.run' }],
    fails: noRun,
  },
  'run.cancel': {
    async works(bench) {
      const runId = await heldRun(bench);
      expect(await bench.client.run.cancel({ run: runId, reason: 'enough' })).toEqual({ runId });
      expect(await bench.client.run.trace({ run: runId })).toMatchObject({
        status: 'cancelled',
        cancelReason: 'enough',
      });
      await expect(bench.client.run.cancel({ run: runId, reason: 'again' })).rejects.toMatchObject({
        code: 'run.finished',
      });
      // Nobody works on this one.
      const interrupted = await interruptedRun(bench);
      await bench.client.run.cancel({ run: interrupted, reason: 'enough' });
      expect(await bench.client.run.trace({ run: interrupted })).toMatchObject({ status: 'cancelled' });
    },
    shape: { ...run, reason: 'enough' },
    refuses: [{ input: { ...run, reason: '' }, where: '$.reason' }],
    fails: { input: { ...run, reason: 'enough' }, code: 'run.not_found' },
  },
  'run.interrupt': {
    async works(bench) {
      const runId = await interruptedRun(bench);
      expect(await bench.client.run.trace({ run: runId })).toMatchObject({ status: 'running', interrupted: true });
    },
    shape: run,
    refuses: [{ input: { run: 'x'.repeat(101) }, where: '$.run' }],
    fails: noRun,
  },
  'run.evaluate': {
    async works({ client }) {
      const { runId } = await client.run.start({
        workflow: 'each',
        inputs: { items: [1, 2, 3] },
        breakpoints: [{ at: 'out' }],
      });
      await eventsOf(client, runId);
      const expressions = ['inputs.value.size()', 'outputs["in"].value[2]', 'step', 'outputs.gone', '1 +'];
      const { step, results } = await client.run.evaluate({ run: runId, expressions });
      expect({ step, results: results.slice(0, 3) }).toEqual({
        step: 'out',
        results: [{ value: 3 }, { value: 3 }, { value: 'out' }],
      });
      expect(results.slice(3).every((one) => 'fault' in one && one.fault.length > 5)).toBe(true);
    },
    shape: { run: 'last', step: 'out', expressions: ['1'] },
    refuses: [{ input: { run: 'last', expressions: [''] }, where: '$.expressions[0]' }],
    fails: { input: { run: 'run_gone', expressions: [] }, code: 'run.not_found' },
  },
  'run.breakAt': {
    async works(bench) {
      const { client, say } = bench;
      say('No', '.');
      const { runId } = await client.run.start({
        workflow: 'ask',
        inputs: { question: 'Well?' },
        breakpoints: [{ at: 'model', every: 1 }],
      });
      expect((await eventsOf(client, runId)).at(-1)?.type).toBe('run.waiting');
      const [stop] = await client.review.list({ runId });
      const decision = { task: stop?.wait ?? '', payloadHash: stop?.payloadHash ?? '', by: 'tester' };
      // Values are held to the ports' types before anything goes on.
      const inputs = { messages: 'no list' };
      await expect(client.review.decide({ ...decision, action: 'continue', values: { inputs } })).rejects.toMatchObject(
        { code: 'run.decision' },
      );
      await client.review.decide({ ...decision, action: 'step' });
      await client.run.resume({ run: runId });
      expect((await eventsOf(client, runId)).at(-1)?.type).toBe('run.waiting');
      // Nobody works on it: it is told when it goes on.
      await expect(client.run.breakAt({ run: runId, breakpoints: [] })).rejects.toMatchObject({
        code: 'run.not_running',
      });
    },
    shape: { run: 'last', breakpoints: [{ at: 'model', hit: 2, when: 'true' }] },
    refuses: [
      { input: { run: 'last', breakpoints: [{ at: 'model', hit: 0 }] }, where: '$.breakpoints[0].hit' },
      { input: { run: 'last', breakpoints: [{ at: 'model', node: 'model' }] }, where: '$.breakpoints[0]' },
    ],
    fails: { input: { run: 'run_gone', breakpoints: [] }, code: 'run.not_found' },
  },
  'run.replay': {
    async works({ client, say, provider }) {
      say('Yes', '.');
      const runId = await finished(client, 'ask', { question: 'Well?' });
      const report = await client.run.replay({ run: runId });
      expect(report).toMatchObject({ runId, recorded: 'succeeded', differences: [] });
      expect(report.steps).toBeGreaterThan(0);
      expect(provider.requests).toHaveLength(1);
    },
    shape: run,
    refuses: [{ input: { run: null }, where: '$.run' }],
    fails: noRun,
  },
  'run.list': {
    async works({ client }) {
      const first = await finished(client, 'echo', { value: 1 });
      const second = await finished(client, 'echo', { value: 2 });
      const listed = await client.run.list({ workflowId: 'wf_echo', limit: 2 });
      expect(listed.map(({ runId, status }) => `${runId} ${status}`)).toEqual([
        `${second} succeeded`,
        `${first} succeeded`,
      ]);
    },
    shape: { limit: 5 },
    refuses: [
      { input: { limit: 0 }, where: '$.limit' },
      { input: { status: 'odd' }, where: '$.status' },
    ],
  },
  'run.step': {
    async works({ client, say }) {
      say('One ', 'two.');
      const runId = await finished(client, 'ask', { question: 'Count' });
      const { step, inputs } = await client.run.step({ run: runId, step: 'model' });
      expect(step).toMatchObject({ node: 'model', state: 'succeeded', calls: [{ request: { value: {} } }] });
      const fed = await client.run.step({ run: runId, step: inputs[0]?.from.step ?? '' });
      expect(inputs[0]?.value).toEqual(fed.step.outputs[inputs[0]?.from.port ?? '']);
      expect(inputs[0]?.value).toBeDefined();
      expect(JSON.stringify([step, inputs])).not.toContain(SECRET);
      // What each turn of a container gets lies in no step; what lies outside can be reached from within.
      const each = await finished(client, 'each', { items: [1, 2] });
      const { steps } = await client.run.trace({ run: each, payloads: 'none' });
      const turn = steps.find(({ step: path }) => path.includes('[1]'))?.step ?? '';
      const inside = await client.run.step({ run: each, step: turn });
      expect(inside.inputs.some(({ from, value }) => from.perTurn === true && value === undefined)).toBe(true);
      // A large payload stays a reference until it is asked for.
      const value = 'x'.repeat(300_000);
      const large = await finished(client, 'echo', { value });
      const at = { run: large, step: 'in' };
      expect((await client.run.step(at)).step.outputs).toMatchObject({ value: { digest: expect.any(String) } });
      expect((await client.run.step({ ...at, large: true })).step.outputs).toEqual({ value: { value } });
      await expect(client.run.step({ run: large, step: 'gone' })).rejects.toMatchObject({ code: 'run.step_not_found' });
    },
    shape: { ...run, step: 'in' },
    refuses: [
      { input: { ...run, step: '' }, where: '$.step' },
      { input: { ...run, step: 'in', large: 1 }, where: '$.large' },
    ],
    fails: { input: { ...run, step: 'in' }, code: 'run.not_found' },
  },
  'run.watch': {
    async works({ client }) {
      const stopping = new AbortController();
      const stream = await client.run.watch({}, { signal: stopping.signal });
      expect((await stream.next()).value).toEqual({ type: 'watching' });
      await finished(client, 'echo', { value: 1 });
      expect((await stream.next()).value).toEqual({ type: 'changed' });
      stopping.abort();
    },
    shape: {},
    refuses: [],
  },
  'run.log': {
    async works({ client }) {
      const runId = await finished(client, 'echo', { value: 1 });
      const all = await eventsOf(client, runId);
      const read = async (after: number) => {
        const { events, ...rest } = await client.run.log({ run: runId, after });
        expect(rest).toEqual({ runId, last: all.length, more: false });
        return ShownEvent.array().parse(JSON.parse(events));
      };
      expect(await read(0)).toEqual(all);
      expect(await read(2)).toEqual(all.slice(2));
      expect(await read(all.length)).toEqual([]);
      const hidden = await client.run.start({ workflow: 'echo', inputs: { value: 'x' }, capture: 'hashed' });
      const shown = await eventsOf(client, hidden.runId);
      const { events } = await client.run.log({ run: hidden.runId });
      expect(JSON.parse(events)).toEqual(shown);
      expect(events).not.toContain('"value":"x"');
    },
    shape: run,
    refuses: [{ input: { ...run, after: -1 }, where: '$.after' }],
    fails: noRun,
  },
  'run.graph': {
    async works({ client, folder }) {
      const runId = await finished(client, 'echo', { value: 1 });
      const before = await client.run.graph({ run: runId });
      expect(before).toMatchObject({ runId, file: 'workflows/echo.flow.json', workflow: { name: 'echo' } });
      // What the run worked on stays, whatever becomes of the file.
      const file = join(folder, 'workflows/echo.flow.json');
      const text = readFileSync(file, 'utf8');
      rmSync(file);
      expect(await client.run.graph({ run: runId })).toEqual({ ...before, file: null });
      writeFileSync(file, text);
    },
    shape: run,
    refuses: [{ input: { run: '' }, where: '$.run' }],
    fails: noRun,
  },
  'run.search': {
    async works({ client, say }) {
      say('The answer ', 'is here.');
      const runId = await finished(client, 'ask', { question: 'Where is it?' });
      expect(await client.run.search({ run: runId, text: 'ANSWER IS' })).toMatchObject({ tooLarge: 0 });
      expect((await client.run.search({ run: runId, text: 'ANSWER IS' })).steps).toContain('model');
      expect((await client.run.search({ run: runId, text: 'nowhere at all' })).steps).toEqual([]);
      expect((await client.run.search({ run: runId, text: SECRET })).steps).toEqual([]);
      const large = await finished(client, 'echo', { value: 'x'.repeat(300_000) });
      expect(await client.run.search({ run: large, text: 'xxx' })).toMatchObject({ steps: [], tooLarge: 2 });
    },
    shape: { ...run, text: 'x' },
    refuses: [{ input: { ...run, text: ' ' }, where: '$.text' }],
    fails: { input: { ...run, text: 'x' }, code: 'run.not_found' },
  },
  'run.trace': {
    async works({ client, say }) {
      say('One ', 'two.');
      const runId = await finished(client, 'ask', { question: 'Count' });
      const trace = await client.run.trace({ run: runId });
      expect(trace.spent).toMatchObject({ inputTokens: 3, outputTokens: 2, nanoUsd: 7000 });
      const call = trace.steps.find(({ node }) => node === 'model')?.calls[0];
      expect(call).toMatchObject({ kind: 'model.generate', state: 'completed', request: { value: {} } });
      expect(JSON.stringify(trace)).not.toContain(SECRET);
      const bare = await client.run.trace({ run: runId, payloads: 'none' });
      expect(bare.steps.every(({ outputs }) => Object.keys(outputs).length === 0)).toBe(true);
      const one = await client.run.trace({ run: runId, payloads: { step: 'model' } });
      expect(one.steps.filter(({ outputs }) => Object.keys(outputs).length > 0).map(({ node }) => node)).toEqual([
        'model',
      ]);
    },
    shape: run,
    refuses: [{ input: { ...run, payloads: { step: '' } }, where: '$.payloads.step' }],
    fails: noRun,
  },
  'run.events': {
    async works({ client, say }) {
      say('One ', 'two ', 'three.');
      const { runId } = await client.run.start({ workflow: 'ask', inputs: { question: 'Count' } });
      const all = await eventsOf(client, runId);
      expect(all.map(({ seq }) => seq)).toEqual(all.map((_, at) => at + 1));
      expect(all.at(-1)?.type).toBe('run.finished');
      expect(await eventsOf(client, runId, 3)).toEqual(all.slice(3));
      expect(await eventsOf(client, runId, all.length)).toEqual([]);
    },
    shape: run,
    refuses: [
      { input: { ...run, after: -1 }, where: '$.after' },
      { input: { ...run, after: 1.5 }, where: '$.after' },
    ],
    fails: noRun,
  },
  'run.follow': {
    async works({ client, say }) {
      say('One ', 'two ', 'three.');
      const { runId } = await client.run.start({ workflow: 'ask', inputs: { question: 'Count' } });
      const pieces: ShownSignal[][] = [];
      for await (const piece of await client.run.follow({ run: runId })) pieces.push(piece);
      const all = pieces.flat().flatMap((one) => (one.type === 'event' ? [one.event] : []));
      expect(all).toEqual(await eventsOf(client, runId));
      expect(pieces.length).toBeLessThan(all.length);
    },
    shape: run,
    refuses: [{ input: { ...run, after: -1 }, where: '$.after' }],
    fails: noRun,
  },
  'run.count': {
    async works({ client }) {
      await finished(client, 'echo', { value: 1 });
      const { runs } = await client.run.count({ workflowId: 'wf_echo' });
      expect(runs).toBeGreaterThan(0);
      expect(await client.run.count({ workflowId: 'wf_nothing' })).toEqual({ runs: 0 });
    },
    shape: { limit: 1 },
    refuses: [{ input: { sort: 'best' }, where: '$.sort' }],
  },
  'run.pin': {
    async works({ client }) {
      const runId = await finished(client, 'echo', { value: 1 });
      await client.run.pin({ runs: [runId], pinned: true });
      expect((await client.run.list({ pinned: true })).map((one) => one.runId)).toEqual([runId]);
      await client.run.pin({ runs: [runId], pinned: false });
      expect(await client.run.list({ pinned: true })).toEqual([]);
    },
    shape: { runs: ['run_nothing'], pinned: true },
    refuses: [{ input: { runs: [], pinned: true }, where: '$.runs' }],
    fails: { input: { runs: ['run_nothing'], pinned: true }, code: 'run.not_found' },
  },
  'run.weigh': {
    async works({ client }) {
      const runId = await finished(client, 'echo', { value: 1 });
      const { runs, kept, bytes } = await client.run.weigh({ runs: [runId] });
      expect([runs, kept]).toEqual([[runId], []]);
      expect(bytes).toBeGreaterThan(100);
      expect((await client.run.trace({ run: runId })).status).toBe('succeeded');
    },
    shape: { runs: ['run_nothing'] },
    refuses: [{ input: { runs: 'run_nothing' }, where: '$.runs' }],
    fails: { input: { runs: ['run_nothing'] }, code: 'run.not_found' },
  },
  'run.remove': {
    async works({ client }) {
      const [gone, stays] = [
        await finished(client, 'echo', { value: 1 }),
        await finished(client, 'review', { value: 1 }),
      ];
      expect(await client.run.remove({ runs: [gone, stays] })).toMatchObject({
        runs: [gone],
        kept: [{ runId: stays, because: 'open' }],
      });
      await expect(client.run.trace({ run: gone })).rejects.toMatchObject({ code: 'run.not_found' });
      await client.run.cancel({ run: stays, reason: 'over' });
    },
    shape: { runs: ['run_nothing'] },
    refuses: [{ input: { runs: [''] }, where: '$.runs[0]' }],
    fails: { input: { runs: ['run_nothing'] }, code: 'run.not_found' },
  },
  'run.importFile': {
    async works({ client }) {
      const parent = await finished(client, 'echo', { value: 'looked back at' });
      const { text } = await client.run.exported({ run: parent });
      const imported = await client.run.importFile({ text });
      expect(imported).toMatchObject({ parent, workflowName: 'echo' });
      const [row] = await client.run.list({ search: imported.runId });
      expect(row).toMatchObject({ status: 'succeeded', origin: { parent, kind: 'imported' } });
      const events = await eventsOf(client, imported.runId);
      expect(events.at(-1)).toMatchObject({ type: 'run.finished', outputs: { value: { value: 'looked back at' } } });
      await expect(client.run.replay({ run: imported.runId })).rejects.toMatchObject({ code: 'run.not_replayable' });
    },
    shape: { text: '{}' },
    refuses: [{ input: { text: '' }, where: '$.text' }],
    fails: { input: { text: '{"kind":"pipewright-run"}' }, code: 'export.invalid' },
  },
  'run.exported': {
    async works({ client, folder, say }) {
      say(`${SECRET} is the key; write to `, 'ada@example.com.');
      const question = `Who has ${SECRET}? ${'ask ada@example.com '.repeat(300)}`;
      const runId = await finished(client, 'ask', { question });
      const { text } = await client.run.exported({ run: runId });
      const exported = JSON.parse(text);
      expect(exported).toMatchObject({ format: 1, kind: 'pipewright-run', run: { runId, workflowId: 'wf_ask' } });
      expect(exported.events.map(({ type }: { type: string }) => type)).toContain('run.finished');
      expect(exported.snapshot.prompts.plain).toContain('{{ question }}');
      expect(exported.snapshot.profiles.slow).toEqual({ use: 'chat', provider: 'openai-compatible', model: 'slow-1' });
      // The long question lies beside the log, and is shown all the same.
      const values = JSON.stringify(exported.values);
      expect(values).toContain('Who has [secret]?');
      for (const hidden of [SECRET, 'ada@example.com', folder, 'http://', 'SLOW_KEY'])
        expect(text).not.toContain(hidden);
    },
    shape: run,
    refuses: [{ input: { run: '' }, where: '$.run' }],
    fails: noRun,
  },
};
