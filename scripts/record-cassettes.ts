// Records the cassettes of the sample workspace anew, in a copy of it, after a change of the workflow that is meant:
//   node scripts/record-cassettes.ts
// What each was made of (inputs, decisions to wait for) stays; read the difference before you commit it.

import { cpSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHost } from '../app/hosts/compose.ts';
import { programValues } from '../app/services/run/program-values.ts';

const sample = join(import.meta.dirname, '../workflows/samples/support');
const copy = mkdtempSync(join(tmpdir(), 'pipewright-record-'));
try {
  cpSync(sample, copy, { recursive: true, filter: (path) => !path.includes('.pipewright') });
  const host = await openHost({ folder: copy, cwd: copy, env: {}, profileDir: join(copy, '.home') });
  for (const name of Object.keys(host.config.collections)) await host.knowledge.ingest(name);
  const [runs, cassettes] = [await host.runs(), host.cassettes()];
  for (const file of globSync('tests/**/*.cassette.json', { cwd: copy }).sort()) {
    const { workflow, inputs, invented = false } = await cassettes.read(file);
    const { runId, result } = await runs.start({ workflow: workflow.file, ...programValues({ inputs }) });
    await result;
    const report = await cassettes.record({ runId, file, invented, replace: true });
    cpSync(join(copy, file), join(sample, file));
    console.log(`${file}: ${report.status}, ${report.calls} calls`);
  }
  await host.close();
} finally {
  rmSync(copy, { recursive: true, force: true });
}
