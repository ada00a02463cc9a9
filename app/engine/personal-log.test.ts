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
