import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes the workflow `Slow`: it waits longer than any test, asks nobody, and has a port for errors. */
export function writeSlow(folder: string): void {
  const value = (node: string) => ({ node, port: 'value' });
  const workflow = {
    format: 1,
    id: 'wf_slow',
    name: 'Slow',
    inputs: { text: { type: 'text' } },
    outputs: { out: { type: 'any' } },
    nodes: [
      { id: 'in', type: 'input', version: 1, config: { name: 'text' } },
      { id: 'wait', type: 'wait', version: 1, config: { for: '10m' }, policy: { onError: { action: 'port' } } },
      { id: 'out', type: 'output', version: 1, config: { name: 'out' } },
    ],
    edges: [
      { id: 'a', from: value('in'), to: value('wait') },
      { id: 'b', from: value('wait'), to: value('out') },
    ],
  };
  writeFileSync(join(folder, 'workflows/slow.flow.json'), JSON.stringify(workflow));
}
