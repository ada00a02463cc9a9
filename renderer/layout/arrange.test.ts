import { describe, expect, it } from 'vitest';
import { Workflow } from '../../app/core/graph/workflow.ts';
import { createFlowGraph } from '../canvas/flow-graph.ts';
import { arrangeNodes } from '../commands/arrange-nodes.ts';
import { isRefusal } from '../commands/command.ts';
import { type Doc, docOf } from '../state/document.ts';
import { applyPatch } from '../state/patch.ts';
import { arrange, missingPlaces } from './arrange.ts';

const files = import.meta.glob<unknown>('../../workflows/**/*.flow.json', { eager: true, import: 'default' });
const SAMPLE = '../../workflows/samples/support/workflows/support-assistant.flow.json';
const docOfFile = (name: string): Doc => docOf(Workflow.parse(files[name]));

function arranged(doc: Doc): Doc {
  const edit = arrangeNodes.run(doc, { positions: arrange(doc) });
  if (!edit || isRefusal(edit)) throw new Error('nothing was arranged');
  return applyPatch(doc, edit.patch)?.doc ?? doc;
}

describe.each(Object.keys(files))('the layout of %s', (name) => {
  const doc = arranged(docOfFile(name));
  const { nodes } = createFlowGraph()(doc, new Set(), new Map());
  const boxes = nodes.filter(({ type }) => type === 'node');

  it('hides no node behind another', () => {
    for (const [at, one] of boxes.entries())
      for (const other of boxes.slice(at + 1)) {
        if (one.parentId !== other.parentId) continue;
        const apart =
          one.position.x + (one.width ?? 0) <= other.position.x ||
          other.position.x + (other.width ?? 0) <= one.position.x ||
          one.position.y + (one.height ?? 0) <= other.position.y ||
          other.position.y + (other.height ?? 0) <= one.position.y;
        expect([one.id, other.id, apart]).toEqual([one.id, other.id, true]);
      }
  });

  it('leads wires from left to right, and keeps bodies in their containers', () => {
    const at = new Map(boxes.map((box) => [box.id, box]));
    for (const { from, to } of doc.edges.values()) {
      const [source, target] = [at.get(from.node), at.get(to.node)];
      if (source?.parentId === target?.parentId)
        expect((source?.position.x ?? 0) + (source?.width ?? 0)).toBeLessThan(target?.position.x ?? 0);
    }
    for (const box of boxes) {
      const container = at.get(box.parentId ?? '');
      if (!container) continue;
      expect(box.position.x + (box.width ?? 0)).toBeLessThanOrEqual(container.width ?? 0);
      expect(box.position.y + (box.height ?? 0)).toBeLessThanOrEqual(container.height ?? 0);
      expect(box.position.y).toBeGreaterThan(40);
    }
  });
});

describe('places of nodes that have none', () => {
  it('lie below those that have one, which stay', () => {
    const doc = docOfFile(SAMPLE);
    const positions = new Map(doc.positions);
    positions.delete('answer');
    const places = missingPlaces({ ...doc, positions });
    expect([...places.keys()]).toEqual(['answer']);
    const lowest = Math.max(...[...positions.values()].map(({ y }) => y));
    expect(places.get('answer')?.y).toBeGreaterThan(lowest);
  });

  it('are none where all have one', () => {
    expect(missingPlaces(docOfFile(SAMPLE)).size).toBe(0);
  });
});
