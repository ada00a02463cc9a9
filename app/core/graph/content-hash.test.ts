import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graph } from '../../../test/kit/graph.ts';
import { shuffled, shuffledKeys } from '../../../test/kit/json-arbitrary.ts';
import { contentHash, orderWorkflow, withoutLayout, workflowFileText } from './content-hash.ts';
import type { Json } from './json.ts';
import { Workflow } from './workflow.ts';

const base = (): Workflow =>
  graph(
    [
      { id: 'in', type: 'input', config: { name: 'question' } },
      { id: 'each', type: 'map', config: { concurrency: 2 } },
      { id: 'item', type: 'transform', parent: 'each', config: { expression: 'value', variables: ['a'] } },
      {
        id: 'out',
        type: 'output',
        config: { name: 'answer' },
        policy: { timeoutMs: 1000, retry: { attempts: 2, baseMs: 1, maxMs: 2 } },
      },
    ],
    ['in.value > each.items', 'each.item > item.value', 'item.value > each.result', 'each.results > out.value'],
    { resources: { prompts: { a: { file: 'prompts/a.md' } } } },
  );

const randomness = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }));

describe('the content hash', () => {
  it('stays when boxes move, and when nodes, wires and keys stand in another order', () => {
    const coordinate = fc.integer({ min: -1000, max: 1000 });
    fc.assert(
      fc.property(randomness, coordinate, coordinate, (stream, x, y) => {
        const random = () => stream.next().value as number;
        const workflow = base();
        const moved = Workflow.parse(
          shuffledKeys(
            {
              ...workflow,
              $schema: 'https://example.org/schema.json',
              nodes: shuffled(workflow.nodes, random),
              edges: shuffled(workflow.edges, random),
              layout: {
                positions: { in: { x, y } },
                notes: [{ id: 'n', text: 'hello', x, y }],
                colors: { out: 'red' },
              },
            } as unknown as Json,
            random,
          ),
        );
        expect(contentHash(moved)).toBe(contentHash(workflow));
        expect(workflowFileText({ ...moved, layout: undefined } as never)).toContain('"format": 1');
      }),
      { numRuns: 100 },
    );
  });

  it('changes with every single value of the logic', () => {
    const leaves: (string | number)[][] = [];
    const walk = (value: unknown, path: (string | number)[]) => {
      if (typeof value !== 'object' || value === null) leaves.push(path);
      else for (const [key, member] of Object.entries(value)) walk(member, [...path, key]);
    };
    walk(withoutLayout(base()), []);
    expect(leaves.length).toBeGreaterThan(40);
    const hashes = new Set([contentHash(base())]);
    for (const path of leaves) {
      const changed = structuredClone(base()) as unknown as { [key: string]: never };
      const last = path.at(-1) as string;
      const holder = path
        .slice(0, -1)
        .reduce<{ [key: string]: unknown }>((at, key) => at[key] as never, changed as never);
      const value = holder[last];
      holder[last] = typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${value}x`;
      hashes.add(contentHash(changed as never));
    }
    expect(hashes.size).toBe(leaves.length + 1);
  });

  it('changes when a node, a wire, a policy, a flag or an input comes or goes', () => {
    const changes: ((workflow: Workflow) => unknown)[] = [
      (w) => w.nodes.pop(),
      (w) => w.edges.shift(),
      (w) => Object.assign(w.nodes[0] as object, { disabled: true }),
      (w) => Object.assign(w.nodes[0] as object, { personal: true }),
      (w) => Object.assign(w.nodes[0] as object, { policy: { cache: { ttlMs: 1 } } }),
      (w) => Object.assign(w.inputs, { more: { type: 'text', required: true } }),
      (w) => Object.assign(w.resources, { profiles: { a: { name: 'b' } } }),
      (w) => Object.assign(w, { description: 'x' }),
    ];
    const hashes = changes.map((change) => {
      const workflow = base();
      change(workflow);
      return contentHash(workflow);
    });
    expect(new Set([...hashes, contentHash(base())]).size).toBe(changes.length + 1);
  });
});

it('writes files that read back as the same workflow and do not change again', () => {
  fc.assert(
    fc.property(randomness, (stream) => {
      const random = () => stream.next().value as number;
      const workflow = base();
      const text = workflowFileText({ ...workflow, nodes: shuffled(workflow.nodes, random) });
      expect(text).toBe(workflowFileText(workflow));
      expect(Workflow.parse(JSON.parse(text))).toEqual(orderWorkflow(workflow));
    }),
    { numRuns: 50 },
  );
});
