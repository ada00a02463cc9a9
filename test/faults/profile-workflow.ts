import { Workflow } from '../../app/core/graph/workflow.ts';

/** Who changes the profile at once. */
export const writers = ['a', 'b'] as const;

/** A workflow that asks so many hosts for each of them. */
export function asking(count: number): Workflow {
  const hosts = writers.flatMap((writer) => Array.from({ length: count }, (_, i) => `${writer}${i}.example`));
  return Workflow.parse({
    format: 1,
    id: 'wf_asking',
    name: 'asking',
    nodes: hosts.map((host, i) => ({
      id: `n${i}`,
      type: 'http-request',
      version: 1,
      config: { url: `https://${host}/` },
    })),
    edges: [],
  });
}
