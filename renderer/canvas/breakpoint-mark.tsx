import { Octagon, OctagonPause } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { markWords } from '../nodes/stop-names.ts';
import { useStudio } from '../shell/studio-context.ts';
import { termsOf } from '../state/debugging.ts';
import type { ItemRef } from '../state/items.ts';
import { openOverlay } from '../state/studio.ts';
import styles from './breakpoint-mark.module.css';
import { useCanvasDocument } from './canvas-context.ts';

/** On a node or wire at which runs stop; it leads to when they do. */
export function BreakpointMark({ at }: { at: ItemRef }): ReactNode {
  const studio = useStudio();
  const mark = useStore(useCanvasDocument().debug.store, ({ marks }) => marks.get(at));
  if (!mark) return null;
  const Picture = mark.enabled ? OctagonPause : Octagon;
  const label = markWords(mark);
  return (
    <button
      type="button"
      className={`${styles['mark']} nodrag nopan`}
      data-breakpoint={at}
      data-enabled={mark.enabled}
      data-has-terms={Object.keys(termsOf(mark)).length > 0}
      aria-label={label}
      title={label}
      onClick={() => openOverlay(studio, 'breakpoint', at)}
    >
      <Picture aria-hidden />
    </button>
  );
}
