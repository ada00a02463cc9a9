import { type PointerEvent, type RefObject, useState } from 'react';
import { removeItems } from '../commands/remove-items.ts';
import type { Point } from '../state/graph-queries.ts';
import { useCanvasDocument } from './canvas-context.ts';
import { followPointer } from './follow-pointer.ts';
import { crosses } from './wire-path.ts';

/** A wire is looked at as straight pieces of this length in pixels of the screen. */
const PIECE = 8;

interface DrawnWire {
  ref: string;
  element: Element;
  points: Point[];
}

/** Cuts wires with a line that is drawn over them: Alt and a drag that begins on the empty canvas. */
export function useSlicing(root: RefObject<HTMLDivElement | null>): {
  /** The line that is drawn, in the window. */
  line: readonly Point[];
  /** Begins one where the press is meant so; true when it did. */
  begin: (event: PointerEvent) => boolean;
} {
  const { document } = useCanvasDocument();
  const [line, setLine] = useState<readonly Point[]>([]);

  function begin(event: PointerEvent): boolean {
    const isPane = event.target instanceof Element && event.target.matches('.react-flow__pane');
    if (!isPane || !event.altKey || event.button !== 0 || !root.current) return false;
    const wires = drawnWires(root.current);
    const points: Point[] = [{ x: event.clientX, y: event.clientY }];
    const cut = () => wires.filter((wire) => crosses(points, wire.points));
    const mark = (chosen: readonly DrawnWire[]) => {
      for (const { element } of wires) delete (element as SVGElement).dataset['cut'];
      for (const { element } of chosen) (element as SVGElement).dataset['cut'] = 'true';
    };
    followPointer(event, {
      move(at) {
        points.push(at);
        setLine([...points]);
        mark(cut());
      },
      end(at) {
        mark([]);
        setLine([]);
        const items = at ? cut().map(({ ref }) => ref) : [];
        if (items.length > 0) document.run(removeItems, { items });
      },
    });
    return true;
  }

  return { line, begin };
}

/** The wires that are on the page, as the window has them. */
function drawnWires(root: HTMLElement): DrawnWire[] {
  return [...root.querySelectorAll('.react-flow__edge')].flatMap((edge) => {
    const path = edge.querySelector<SVGPathElement>('.react-flow__edge-path');
    const group = path?.parentElement;
    const matrix = path?.getScreenCTM();
    if (!path || !group || !matrix) return [];
    const length = path.getTotalLength();
    const count = Math.max(2, Math.ceil((length * matrix.a) / PIECE));
    const points = Array.from({ length: count + 1 }, (_, at) => {
      const { x, y } = path.getPointAtLength((length * at) / count).matrixTransform(matrix);
      return { x, y };
    });
    return [{ ref: edge.getAttribute('data-id') ?? '', element: group, points }];
  });
}
