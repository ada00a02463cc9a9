import type { WorkflowChange, WorkflowDiff } from '../../app/core/graph/diff-workflows.ts';
import type { Mark } from './graph-marks.ts';

/** Something of a workflow that two versions have otherwise, with all that differs in it. */
export interface ChangedPart {
  kind: 'workflow' | 'node' | 'edge' | 'layout';
  /** Of the node or wire; empty for the workflow and its layout. */
  id: string;
  mark: Mark;
  changes: WorkflowChange[];
}

const kinds: Readonly<Record<string, 'node' | 'edge'>> = { nodes: 'node', edges: 'edge' };
const markOf = { added: 'after', removed: 'before', changed: 'changed' } as const;

/** The differences of two versions by what they are about: the workflow itself, nodes, wires, and last how it is drawn. */
export function changedParts({ logic, layout }: WorkflowDiff): ChangedPart[] {
  const byPart = Map.groupBy(logic, ({ path }) => {
    const [table = '', id = ''] = path.split('.');
    return table in kinds ? `${table}.${id}` : '';
  });
  const parts = [...byPart].map(([key, changes]): ChangedPart => {
    const [table = '', id = ''] = key.split('.');
    const [first] = changes;
    const isWhole = first?.path === key;
    return { kind: kinds[table] ?? 'workflow', id, mark: first && isWhole ? markOf[first.kind] : 'changed', changes };
  });
  const order = ['workflow', 'node', 'edge'];
  parts.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  return layout.length === 0 ? parts : [...parts, { kind: 'layout', id: '', mark: 'moved', changes: layout }];
}

/** Where in its part a change lies: `config.k`; empty for the whole part. */
export function placeIn({ kind, id }: ChangedPart, { path }: WorkflowChange): string {
  if (kind === 'workflow' || kind === 'layout') return path;
  return path.slice(`${kind}s.${id}`.length).replace(/^\./, '');
}
