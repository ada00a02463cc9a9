import type { Workflow } from '../../app/core/graph/workflow.ts';
import { type GraphNode, graph } from '../kit/graph.ts';

interface Source {
  /** `node.port` */
  end: string;
  list: boolean;
}

/**
 * A random valid workflow over the test node types: branches, merges, races, nested maps with values from around
 * them, failures with every policy, people, disabled and bypassed nodes. The same numbers give the same graph.
 */
export function randomGraph(random: () => number): Workflow {
  const nodes: GraphNode[] = [{ id: 'in', type: 't-input', config: { name: 'q' } }];
  const wires: string[] = [];
  const below = (n: number) => Math.floor(random() * n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  let count = 0;
  const wire = (from: string, to: string) => wires.push(`${from} > ${to}`);

  function policy(): Partial<GraphNode> {
    const roll = random();
    if (roll < 0.35) return { policy: { onError: { action: 'default', outputs: { value: 'd' } } } };
    if (roll < 0.75) return { policy: { onError: { action: 'port' } } };
    return {};
  }

  function frame(parent: string | undefined, around: readonly Source[], size: number, depth: number): Source[] {
    const seen: Source[] = [...around];
    const own: Source[] = [];
    const add = (node: GraphNode, ports: readonly Source[]) => {
      nodes.push({ ...node, ...(parent !== undefined && { parent }) });
      seen.push(...ports);
      own.push(...ports);
    };
    /** What a node may be wired to: all that stood before it. */
    let before: Source[] = [];
    const some = (id: string, port: string, most: number) => {
      for (let i = below(most) + 1; i > 0; i -= 1) wire(pick(before).end, `${id}.${port}`);
    };
    for (let i = 0; i < size; i += 1) {
      before = [...seen];
      count += 1;
      const id = `n${count}`;
      const value: Source = { end: `${id}.value`, list: false };
      const roll = random();
      const disabled = random() < 0.04 ? { disabled: true } : {};
      if (roll < 0.25) {
        add({ id, type: 't-text', config: { id }, ...disabled }, [value]);
        some(id, 'values', 3);
      } else if (roll < 0.45) {
        add(
          {
            id,
            type: 't-call',
            config: { id, calls: 1 + below(2) },
            policy: { retry: { attempts: 10, baseMs: 10, maxMs: 100 }, ...policy().policy },
          },
          [value],
        );
        if (nodes.at(-1)?.policy?.onError?.action === 'port') own.push({ end: `${id}.error`, list: false });
        some(id, 'values', 3);
      } else if (roll < 0.57) {
        const bypassed = random() < 0.2 ? { bypassed: true } : {};
        add({ id, type: 't-branch', config: { to: pick(['a', 'b', 'both', 'none']) }, ...bypassed }, [
          { end: `${id}.a`, list: false },
          { end: `${id}.b`, list: false },
        ]);
        wire(pick(before).end, `${id}.value`);
      } else if (roll < 0.67) {
        add({ id, type: 't-any', config: {}, ...disabled }, [value]);
        some(id, 'values', 4);
      } else if (roll < 0.73) {
        add({ id, type: 't-race', config: {} }, [value]);
        some(id, 'values', 3);
      } else if (roll < 0.81) {
        const node: GraphNode = { id, type: 't-fail', config: { when: pick(['', '1:', '0:', 'never']) }, ...policy() };
        add(node, [value]);
        if (node.policy?.onError?.action === 'port') own.push({ end: `${id}.error`, list: false });
        some(id, 'values', 2);
      } else if (roll < 0.85) {
        add({ id, type: 't-ask', config: { id, ...(random() < 0.4 && { timeoutMs: 1000 + below(5000) }) } }, [
          value,
          { end: `${id}.expired`, list: false },
        ]);
        some(id, 'values', 2);
      } else if (roll < 0.88 || depth === 0) {
        add({ id, type: 't-list', config: { count: below(4) } }, [{ end: `${id}.items`, list: true }]);
        some(id, 'values', 2);
      } else {
        map(id, before, add, depth);
      }
    }
    return own;
  }

  function map(
    id: string,
    seen: readonly Source[],
    add: (node: GraphNode, ports: readonly Source[]) => void,
    depth: number,
  ): void {
    const lists = seen.filter((source) => source.list);
    const from = lists.length > 0 ? pick(lists).end : undefined;
    if (from === undefined) {
      add({ id: `${id}l`, type: 't-list', config: { count: 1 + below(3) } }, [{ end: `${id}l.items`, list: true }]);
      wire('in.value', `${id}l.values`);
    }
    const inner: Source[] = [...seen, { end: `${id}.item`, list: false }, { end: `${id}.index`, list: false }];
    add({ id, type: 't-map', config: { width: 1 + below(4), collect: random() < 0.4 }, ...policy0(random) }, [
      { end: `${id}.results`, list: true },
      { end: `${id}.errors`, list: true },
    ]);
    wire(from ?? `${id}l.items`, `${id}.items`);
    const own = frame(id, inner, 1 + below(4), depth - 1);
    count += 1;
    const last = `n${count}`;
    nodes.push({ id: last, type: random() < 0.7 ? 't-text' : 't-any', config: {}, parent: id });
    const node = nodes.at(-1) as GraphNode;
    if (node.type === 't-text') node.config = { id: last };
    for (const source of own.length > 0 ? own.slice(-2) : [{ end: `${id}.item` }]) wire(source.end, `${last}.values`);
    wire(`${last}.value`, `${id}.result`);
  }

  const own = frame(undefined, [{ end: 'in.value', list: false }], 3 + below(9), 2);
  nodes.push(
    { id: 'sum', type: 't-text', config: { id: 'sum' } },
    { id: 'out', type: 't-output', config: { name: 'a' } },
  );
  wire('in.value', 'sum.values');
  for (const source of own) if (random() < 0.8) wire(source.end, 'sum.values');
  wire('sum.value', 'out.value');
  return graph(nodes, [...new Set(wires)]);
}

/** A map whose failure must not end every other run. */
function policy0(random: () => number): Partial<GraphNode> {
  return random() < 0.5 ? { policy: { onError: { action: 'default', outputs: { results: ['m'] } } } } : {};
}
