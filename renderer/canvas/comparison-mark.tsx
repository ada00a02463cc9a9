import type { ReactNode } from 'react';
import { t } from '../strings/text.ts';
import { useCanvasDocument } from './canvas-context.ts';
import styles from './comparison-mark.module.css';

/** How a node stands in the comparison that the canvas shows, in words beside the colour of its frame. */
export function ComparisonMark({ node }: { node: string }): ReactNode {
  const { marks, comparison } = useCanvasDocument();
  const mark = marks?.nodes.get(node);
  if (mark === undefined || comparison === undefined) return null;
  return (
    <>
      <div className={styles['frame']} data-mark={mark} aria-hidden />
      <div className={styles['mark']} data-mark={mark}>
        {t(`mark.${comparison}.${mark}`)}
      </div>
    </>
  );
}
