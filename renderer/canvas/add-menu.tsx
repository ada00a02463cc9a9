import { type ReactNode, useMemo } from 'react';
import { useStore } from 'zustand';
import type { PortRef } from '../nodes/connection.ts';
import { fittingTypes, placeableTypes } from '../nodes/fitting-types.ts';
import { NodeList } from '../palette/node-list.tsx';
import { useStudio } from '../shell/studio-context.ts';
import type { Point } from '../state/graph-queries.ts';
import { t } from '../strings/text.ts';
import styles from './add-menu.module.css';
import { useCanvasDocument } from './canvas-context.ts';
import { placeNode } from './place-node.ts';

export interface AddMenuRequest {
  /** Where it opens, in the window. */
  at: Point;
  /** Where the node goes, on the canvas. */
  place: Point;
  /** A port that a wire was drawn from: only what fits it is offered. */
  connect?: PortRef | undefined;
  /** A wire that the node goes into. */
  edge?: string | undefined;
}

const WIDTH = 300;
const HEIGHT = 420;
const EDGE = 8;

/** The list of node types at the pointer. */
export function AddMenu({ request, onClose }: { request: AddMenuRequest; onClose: () => void }): ReactNode {
  const studio = useStudio();
  const open = useCanvasDocument();
  const recent = useStore(studio.view, (view) => view.recent);
  const { at, place, connect, edge } = request;
  const types = useMemo(
    () => (connect ? fittingTypes(open.document.store.getState().doc, connect) : placeableTypes()),
    [connect, open],
  );
  const style = {
    left: Math.max(EDGE, Math.min(at.x, window.innerWidth - WIDTH - EDGE)),
    top: Math.max(EDGE, Math.min(at.y, window.innerHeight - HEIGHT - EDGE)),
  };
  return (
    <>
      <div className={styles['shade']} onPointerDown={onClose} aria-hidden />
      <div
        className={styles['menu']}
        style={style}
        role="dialog"
        aria-label={t('palette.add')}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          onClose();
        }}
      >
        <NodeList
          types={types}
          recent={recent}
          focused
          onPick={(type) => {
            onClose();
            placeNode(studio, open, { type, at: place, connect, edge });
          }}
        />
      </div>
    </>
  );
}
