import { expect, it } from 'vitest';
import { testRegistry } from '../../test/kit/engine-nodes.ts';
import { snapshotOf, testPorts } from '../../test/kit/engine-ports.ts';
import { graph } from '../../test/kit/graph.ts';
import { createMemoryJournal } from '../../test/kit/memory-journal.ts';
import { validateWorkflow } from '../core/graph/validate-workflow.ts';
import { createEngine } from './engine.ts';
import type { StoredValue } from './journal.ts';

async function logLine(personal: boolean) {
  const journal = createMemoryJournal();
  const nodes = [
    { id: 'in', type: 't-input', config: { name: 'question' } },
    { id: 'note', type: 't-log', personal },
    { id: 'out', type: 't-output', config: { name: 'answer' } },
  ];
  const workflow = graph(nodes, ['in > note.value', 'note > out.value']);
  expect(validateWorkflow(workflow, testRegistry)).toEqual([]);
  const { runId, result } = await createEngine(testPorts(journal)).start(snapshotOf(workflow), { question: 'Ada' });
  await result;
  return (await journal.events(runId)).find((event) => event.type === 'log.written');
}

it('keeps nothing in the log lines of a node marked personal but that they were written', async () => {
  expect(await logLine(false)).toMatchObject({ message: 'saw Ada', data: { value: 'Ada' } });
  expect(await logLine(true)).toMatchObject({ step: 'note', level: 'info', message: '(personal)' });
  expect(JSON.stringify(await logLine(true))).not.toContain('Ada');
});

it('keeps of an error of a node marked personal its code and class, not its words', async () => {
  const failing = async (personal: boolean) => {
    const journal = createMemoryJournal();
    const nodes = [
      { id: 'in', type: 't-input', config: { name: 'question' } },
      { id: 'bad', type: 't-fail', personal },
      { id: 'out', type: 't-output', config: { name: 'answer' } },
    ];
    const engine = createEngine(testPorts(journal));
    const workflow = graph(nodes, ['in > bad', 'bad > out.value']);
    const { error, runId } = await (await engine.start(snapshotOf(workflow), { question: 'Ada' })).result;
    const ends = (await journal.events(runId)).filter(({ type }) => type === 'step.failed' || type === 'run.failed');
    return { error, log: JSON.stringify(ends) };
  };
  expect((await failing(false)).log).toContain('refused Ada');
  const { error, log } = await failing(true);
  expect(error).toMatchObject({ code: 'output.schema', class: 'output.schema' });
  expect(error?.message).not.toContain('Ada');
  expect(log).not.toContain('Ada');
});

it('keeps values that a person puts in place of those of a node marked personal only encrypted', async () => {
  const given = async (personal: boolean) => {
    const journal = createMemoryJournal();
    const { create } = journal;
    const stored: StoredValue[] = [];
    journal.create = (batch) => {
      stored.push(...batch.values);
      return create(batch);
    };
    const nodes = [
      { id: 'in', type: 't-input', config: { name: 'question' } },
      { id: 'each', type: 't-map' },
      { id: 'inner', type: 't-text', config: { id: 'inner' }, parent: 'each', personal },
      { id: 'pinned', type: 't-text', config: { id: 'pinned' }, personal },
      { id: 'edited', type: 't-text', config: { id: 'edited' }, personal },
      { id: 'out', type: 't-output', config: { name: 'answer' } },
    ];
    const wires = [
      'in > pinned.values',
      'in > edited.values',
      'pinned > out.value',
      'in > each.items',
      'each.item > inner.values',
      'inner > each.results',
    ];
    const workflow = graph(nodes, wires);
    const edits = {
      'each[0]/inner': { outputs: { value: 'Ada in a body' } },
      pinned: { outputs: { value: 'Ada as an output' } },
      edited: { inputs: { values: ['Ada as an input'] } },
    };
    const engine = createEngine(testPorts(journal));
    const { runId, result } = await engine.start(snapshotOf(workflow), { question: ['x'] }, { edits });
    const { outputs, error } = await result;
    expect(error).toBeUndefined();
    return { outputs, log: JSON.stringify(await journal.events(runId)), stored };
  };
  const open = await given(false);
  expect(open.log).toContain('Ada as an output');
  expect(open.stored).toEqual([]);

  const sealed = await given(true);
  expect(sealed.outputs).toEqual({ answer: 'Ada as an output' });
  const created = sealed.log.slice(0, sealed.log.indexOf('run.started'));
  expect(created).not.toContain('Ada');
  expect(sealed.stored.map(({ text }) => text).sort()).toEqual(
    ['["Ada as an input"]', '"Ada as an output"', '"Ada in a body"'].sort(),
  );
  expect(sealed.stored.every(({ personal }) => personal)).toBe(true);
});
