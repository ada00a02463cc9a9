import { describe, expect, it } from 'vitest';
import { Workflow } from '../../app/core/graph/workflow.ts';
import { docOf } from '../state/document.ts';
import { createFlowGraph } from './flow-graph.ts';
import { boxAround, itemAt, itemBoxes } from './item-boxes.ts';

const doc = docOf(
  Workflow.parse({
    format: 1,
    id: 'wf_boxes',
    name: 'Boxes',
    nodes: [
      { id: 'each', type: 'map', version: 1 },
      { id: 'inner', type: 'transform', version: 1, parent: 'each', config: { expression: 'value' } },
      { id: 'out', type: 'output', version: 1, config: { name: 'a' } },
    ],
    edges: [],
    layout: { positions: { each: { x: 100, y: 50 }, inner: { x: 96, y: 120 }, out: { x: 900, y: 60 } } },
  }),
);
const { nodes } = createFlowGraph()(doc, new Set(), new Map());
const boxes = itemBoxes(nodes);

describe('boxes on the canvas', () => {
  it('are counted from the corner of the canvas, also inside containers', () => {
    expect(boxes.get('inner')).toMatchObject({ x: 196, y: 170 });
    expect(boxAround(boxes.values())).toMatchObject({ x: 100, y: 50, width: 1008 });
    expect(boxAround([])).toBeUndefined();
  });

  it('are found by place, the innermost first', () => {
    expect(itemAt(boxes, { x: 200, y: 180 })?.id).toBe('inner');
    expect(itemAt(boxes, { x: 110, y: 60 })?.id).toBe('each');
    expect(itemAt(boxes, { x: 0, y: 0 })).toBeUndefined();
  });
});
