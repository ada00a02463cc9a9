import { type ReactNode, useMemo } from 'react';
import type { Workflow } from '../../app/core/graph/workflow.ts';
import { missingPlaces } from '../layout/arrange.ts';
import { docOf } from '../state/document.ts';
import { placeOf } from '../state/graph-queries.ts';
import { createFlowGraph } from './flow-graph.ts';
import styles from './workflow-drawing.module.css';

const EDGE = 40;

/** A small drawing of a workflow, as the canvas will show it; empty without one. */
export function WorkflowDrawing({ workflow }: { workflow: Workflow | undefined }): ReactNode {
  const drawing = useMemo(() => {
    if (!workflow) return undefined;
    const plain = docOf(workflow);
    const doc = { ...plain, positions: new Map([...plain.positions, ...missingPlaces(plain)]) };
    const { nodes, edges } = createFlowGraph()(doc, new Set(), new Map());
    const boxes = nodes.flatMap((node) => {
      if (node.type !== 'node') return [];
      const { x, y } = placeOf(doc, node.id);
      const { width = 0, height = 0 } = node;
      return [{ id: node.id, x, y, width, height, family: node.data.resolved.manifest?.family }];
    });
    const at = new Map(boxes.map((box) => [box.id, box]));
    const wires = edges.flatMap(({ id: edge, source, target, data: about }) => {
      const [from, to] = [at.get(source), at.get(target)];
      if (!from || !to) return [];
      const [x1, y1, x2, y2] = [from.x + from.width, from.y + from.height / 2, to.x, to.y + to.height / 2];
      const bend = Math.max(40, (x2 - x1) / 2);
      return [
        { id: edge, type: about?.portType, path: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}` },
      ];
    });
    const left = Math.min(...boxes.map(({ x }) => x)) - EDGE;
    const top = Math.min(...boxes.map(({ y }) => y)) - EDGE;
    const right = Math.max(...boxes.map(({ x, width }) => x + width)) + EDGE;
    const bottom = Math.max(...boxes.map(({ y, height }) => y + height)) + EDGE;
    return { boxes, wires, frame: `${left} ${top} ${right - left} ${bottom - top}` };
  }, [workflow]);
  return (
    <svg className={styles['drawing']} viewBox={drawing?.frame ?? '0 0 1 1'} aria-hidden>
      {drawing?.wires.map(({ id: key, type, path }) => (
        <path key={key} d={path} data-port-type={type} />
      ))}
      {drawing?.boxes.map(({ id: key, family, ...box }) => (
        <rect key={key} {...box} rx={20} data-family={family} />
      ))}
    </svg>
  );
}
