import { expect, it } from 'vitest';
import { testRegistry } from '../../test/kit/engine-nodes.ts';
import { snapshotOf, testPorts } from '../../test/kit/engine-ports.ts';
import { graph } from '../../test/kit/graph.ts';
import { createMemoryJournal } from '../../test/kit/memory-journal.ts';
import { validateWorkflow } from '../core/graph/validate-workflow.ts';
import { createEngine } from './engine.ts';

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
