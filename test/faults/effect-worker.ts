import { openWorkspaceStore } from '../../app/adapters/sqlite/workspace-store.ts';
import { createEngine } from '../../app/engine/engine.ts';
import { snapshotOf, testHost, testPorts } from '../kit/engine-ports.ts';
import { graph } from '../kit/graph.ts';

/**
 * Starts or resumes a run with a step that must not happen twice: it posts to a server outside. Arguments: folder of
 * the store, key file, address of the server, run to resume. Prints the result as JSON.
 */
const [folder = '', keyFile = '', url = '', runId] = process.argv.slice(2);
const store = openWorkspaceStore({ folder, keyFile, now: Date.now });
const host = testHost({
  put: async (key, value) => void (await fetch(`${url}/effect`, { method: 'POST', body: `${key} ${value}` })),
});
const engine = createEngine(testPorts(store.journal, { host }));
const workflow = graph(
  [
    { id: 'in', type: 't-input', config: { name: 'text' } },
    { id: 'send', type: 't-send', config: { id: 'letter' } },
    { id: 'out', type: 't-output', config: { name: 'receipt' } },
  ],
  ['in > send', 'send > out.value'],
);
const run = await (runId ? engine.resume(runId) : engine.start(snapshotOf(workflow), { text: 'hello' }));
console.log(JSON.stringify(await run.result));
store.close();
process.exit(0);
