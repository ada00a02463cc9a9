import { hash } from 'node:crypto';
import type { RehearsalPorts } from '../../app/engine/rehearsal.ts';
import { testRegistry } from './engine-nodes.ts';

/** For rehearsals of graphs of test nodes: nothing there waits for time. */
export const rehearsalPorts: RehearsalPorts = {
  registry: testRegistry,
  hash: (text) => hash('sha256', text),
  isBuiltIn: () => false,
  clock: { sleep: () => new Promise(() => undefined), yield: () => new Promise((resolve) => setImmediate(resolve)) },
  pure: { tokenizer: { count: () => 0 } },
};
