import { BaseEdge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { Plus, Spline, X } from 'lucide-react';
import { memo, type PointerEvent, type ReactNode, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { WaitView } from '../../app/core/run/run-view.ts';
import { nodeOf } from '../../app/core/run/step-path.ts';
import { removeItems } from '../commands/remove-items.ts';
import { BEND_BY, setBends } from '../commands/set-bends.ts';
import { useStudio } from '../shell/studio-context.ts';
import type { Point } from '../state/graph-queries.ts';
import { itemOf, itemRef } from '../state/items.ts';
import { t } from '../strings/text.ts';
import { BreakpointMark } from './breakpoint-mark.tsx';
import { useCanvasDocument, useCanvasStop } from './canvas-context.ts';
import type { WireItem } from './flow-graph.ts';
import { followPointer } from './follow-pointer.ts';
import { StopValue } from './stop-value.tsx';
import styles from './wire.module.css';
import { WireBends } from './wire-bends.tsx';
import { bendPlace, type WireEnds, type WirePath, wirePath } from './wire-path.ts';

/** Wider than what is seen, so that a pointer hits it. */
const HIT_WIDTH = 18;
/** Long enough to get from the wire to its buttons. */
const STAYS_MS = 300;
const none: readonly Point[] = [];
/** Nobody sees less. */
const LEAST = 0.01;

/**
 * Whether a wire would be drawn as it is. Once its nodes are mounted the library measures their ports, which differ from
 * what was worked out by no more than the rest of a division.
 */
function isSame(before: EdgeProps<WireItem>, now: EdgeProps<WireItem>): boolean {
  const names = Object.keys(now) as (keyof EdgeProps<WireItem>)[];
  if (names.length !== Object.keys(before).length) return false;
  return names.every((name) => {
    const [old, next] = [before[name], now[name]];
    return typeof old === 'number' && typeof next === 'number' ? Math.abs(next - old) < LEAST : Object.is(old, next);
  });
}

export const Wire = memo(function Wire(props: EdgeProps<WireItem>): ReactNode {
  const { id, source, target, data, selected = false } = props;
  const { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = props;
  const { view, canvas, notices } = useStudio();
  const { document, checking, debug, kind, marks } = useCanvasDocument();
  const edge = itemOf(id).id;
  const shape = useStore(view, ({ wires }) => wires);
  const severity = useStore(checking.store, ({ edges }) => edges.get(edge));
  const isLit = useStore(canvas, ({ lit }) => lit !== undefined && (lit === source || lit === target));
  const isChosen = useStore(document.store, ({ selection }) => selection.has(source) || selection.has(target));
  /** Buttons on each of many would hide what they stand on. */
  const isAlone = useStore(document.store, ({ selection }) => selection.size === 1);
  const isMarked = useStore(debug.store, (state) => state.marks.has(id));
  const stop = useCanvasStop();
  const isStoppedAt = stop !== undefined && leadsTo(stop, target);
  const [isNear, setNear] = useState(false);
  const hasTools = (isNear || (selected && isAlone)) && kind === 'document';
  /** Its bends while one of them is dragged. */
  const [draft, setDraft] = useState<readonly Point[]>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const ends: WireEnds = { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition };
  const bends = draft ?? data?.bends ?? none;
  const way = wirePath(shape, ends, bends);
  const enter = () => {
    clearTimeout(timer.current);
    setNear(true);
  };
  const leave = () => {
    timer.current = setTimeout(() => setNear(false), STAYS_MS);
  };

  function bend(next: readonly Point[], nudge = false): void {
    const { x, y } = data?.corner ?? { x: 0, y: 0 };
    const refused = document.run(setBends, { edge, bends: next.map((at) => ({ x: at.x - x, y: at.y - y })), nudge });
    if (refused) notices.tell(refused, { tone: 'warning' });
  }

  /** Drags one bend; a new one is made once the pointer has really moved. */
  function drag(event: PointerEvent, before: readonly Point[], place: number): void {
    const toCanvas = canvas.getState().handle?.toCanvas;
    if (!toCanvas) return;
    followPointer(event, {
      move: (at) => setDraft(before.toSpliced(place, before === bends ? 1 : 0, toCanvas(at))),
      end(at) {
        setDraft(undefined);
        if (at) bend(before.toSpliced(place, before === bends ? 1 : 0, toCanvas(at)));
      },
    });
  }

  return (
    <g
      data-port-type={data?.portType}
      data-shown={selected || isNear || isLit || isChosen}
      data-lit={isLit}
      className={styles['group']}
      onPointerEnter={enter}
      onPointerLeave={leave}
      onPointerDown={(event) => {
        const at = canvas.getState().handle?.toCanvas({ x: event.clientX, y: event.clientY });
        const isPath = event.target instanceof Element && event.target.matches('.react-flow__edge-interaction');
        if (!at || !isPath || kind === 'frozen' || event.button !== 0 || event.altKey || event.shiftKey) return;
        drag(event, [...bends], bendPlace(ends, bends, at));
      }}
    >
      <BaseEdge
        path={way.path}
        className={styles['wire'] ?? ''}
        interactionWidth={HIT_WIDTH}
        data-selected={selected}
        data-severity={severity}
        data-mark={marks?.edges.get(edge)}
        data-stopped={stop?.edge === edge}
      />
      {(hasTools || isMarked || isStoppedAt) && (
        <EdgeLabelRenderer>
          <div
            className={`${styles['label']} nodrag nopan`}
            style={{ transform: `translate(-50%, -50%) translate(${way.x}px, ${way.y}px)` }}
            onPointerEnter={enter}
            onPointerLeave={leave}
          >
            <div className={styles['tools']} data-bare={!(hasTools || isMarked)}>
              <BreakpointMark at={id} />
              {hasTools && <WireTools edge={edge} at={way} onBend={() => bend(bentIn(way, bends))} />}
            </div>
            {stop && isStoppedAt && <StopValue stop={stop} edge={edge} />}
          </div>
          {hasTools && (
            <WireBends
              edge={edge}
              bends={bends}
              onEnter={enter}
              onLeave={leave}
              onDrag={(event, place) => drag(event, bends, place)}
              onChange={bend}
            />
          )}
        </EdgeLabelRenderer>
      )}
    </g>
  );
}, isSame);

/** Whether a stop is before the node at the end of a wire. */
function leadsTo({ step }: WaitView, target: string): boolean {
  const node = nodeOf(step);
  return node === target || node.startsWith(`${target}/`);
}

/** With one more bend, below its middle so that the wire is seen to have it. */
function bentIn({ x, y }: WirePath, bends: readonly Point[]): readonly Point[] {
  return bends.toSpliced(Math.floor(bends.length / 2), 0, { x, y: y + BEND_BY });
}

interface WireToolsProps {
  edge: string;
  at: Point;
  onBend: () => void;
}

function WireTools({ edge, at: { x, y }, onBend }: WireToolsProps): ReactNode {
  const { canvas } = useStudio();
  const { document } = useCanvasDocument();
  return (
    <>
      <button
        type="button"
        aria-label={t('wire.insert')}
        title={t('wire.insert')}
        onClick={(event) =>
          canvas.getState().handle?.openAddMenu({ x: event.clientX, y: event.clientY }, { place: { x, y }, edge })
        }
      >
        <Plus aria-hidden />
      </button>
      <button type="button" aria-label={t('wire.bendHere')} title={t('wire.bendHere')} onClick={onBend}>
        <Spline aria-hidden />
      </button>
      <button
        type="button"
        aria-label={t('wire.remove')}
        title={t('wire.remove')}
        onClick={() => document.run(removeItems, { items: [itemRef('edge', edge)] })}
      >
        <X aria-hidden />
      </button>
    </>
  );
}
