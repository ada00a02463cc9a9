import { type PointerEvent, type RefObject, useState } from 'react';
import { moveWires, wiresAt } from '../commands/move-wires.ts';
import { isStart, type PortRef } from '../nodes/connection.ts';
import { useStudio } from '../shell/studio-context.ts';
import type { Point } from '../state/graph-queries.ts';
import { useCanvasDocument } from './canvas-context.ts';
import { portOfHandle } from './flow-graph.ts';
import { followPointer } from './follow-pointer.ts';

/** Wires on their way from one port to another: where their other ends are, and the pointer, in the window. */
export interface WireBundle {
  ends: readonly Point[];
  at: Point;
}

/** Moves all wires of a port at once: Shift and a drag from the port to another. */
export function useWireBundle(root: RefObject<HTMLDivElement | null>): {
  bundle: WireBundle | undefined;
  /** Begins where the press is meant so; true when it did. */
  begin: (event: PointerEvent) => boolean;
} {
  const { notices } = useStudio();
  const { document } = useCanvasDocument();
  const [bundle, setBundle] = useState<WireBundle>();

  return {
    bundle,
    begin(event) {
      if (!event.shiftKey || event.button !== 0 || !(event.target instanceof Element)) return false;
      const from = portOf(event.target.closest('.react-flow__handle'));
      const { doc } = document.store.getState();
      const wires = from ? wiresAt(doc, from) : [];
      if (!from || wires.length === 0 || !root.current) return false;
      const ends = wires.flatMap((id) => {
        const edge = doc.edges.get(id);
        const end = edge?.[isStart(from) ? 'to' : 'from'];
        return (end && middleOf(root.current, end)) ?? [];
      });
      followPointer(event, {
        move: (at) => setBundle({ ends, at }),
        end(at) {
          setBundle(undefined);
          const to = at && portUnder(at);
          const refused = to && document.run(moveWires, { from, to });
          if (refused) notices.tell(refused, { tone: 'warning' });
        },
      });
      return true;
    },
  };
}

function portOf(handle: Element | null): PortRef | undefined {
  return handle ? portOfHandle(handle.getAttribute('data-nodeid'), handle.getAttribute('data-handleid')) : undefined;
}

function portUnder({ x, y }: Point): PortRef | undefined {
  for (const element of globalThis.document.elementsFromPoint(x, y)) {
    const port = portOf(element.closest('.react-flow__handle'));
    if (port) return port;
  }
  return undefined;
}

/** Where a port is on the page, whichever side of its node it is on. */
function middleOf(root: HTMLElement | null, { node, port }: { node: string; port: string }): Point | undefined {
  for (const handle of root?.querySelectorAll('.react-flow__handle') ?? []) {
    if (handle.getAttribute('data-node') !== node || handle.getAttribute('data-port') !== port) continue;
    const { left, top, width, height } = handle.getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2 };
  }
  return undefined;
}
