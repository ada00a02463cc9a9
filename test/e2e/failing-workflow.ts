import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes the workflow `Failing`: its node `Too deep` looks for what the input does not hold. */
export function writeFailing(folder: string): void {
  const value = (node: string) => ({ node, port: 'value' });
  const workflow = {
    format: 1,
    id: 'wf_failing',
    name: 'Failing',
    inputs: { text: { type: 'text' } },
    outputs: { out: { type: 'any' } },
    nodes: [
      { id: 'in', type: 'input', version: 1, config: { name: 'text' } },
      { id: 'deep', type: 'transform', version: 1, name: 'Too deep', config: { expression: '[value][1]' } },
      { id: 'out', type: 'output', version: 1, config: { name: 'out' } },
    ],
    edges: [
      { id: 'a', from: value('in'), to: value('deep') },
      { id: 'b', from: value('deep'), to: value('out') },
    ],
  };
  writeFileSync(join(folder, 'workflows/failing.flow.json'), JSON.stringify(workflow));
}
