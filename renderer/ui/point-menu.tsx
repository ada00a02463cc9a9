import { Menu as Base } from '@base-ui/react/menu';
import type { ReactNode } from 'react';
import type { Point } from '../state/graph-queries.ts';
import { MenuEntries, type MenuEntry } from './menu-entries.tsx';
import styles from './popup.module.css';

export interface PointMenuProps {
  /** A place of the window. */
  at: Point;
  groups: readonly (readonly MenuEntry[])[];
  onClose: () => void;
}

/** A menu at the pointer. */
export function PointMenu({ at, groups, onClose }: PointMenuProps): ReactNode {
  const anchor = { getBoundingClientRect: () => new DOMRect(at.x, at.y, 0, 0) };
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Positioner className={styles['positioner']} anchor={anchor} align="start" side="bottom">
          <Base.Popup className={styles['popup']}>
            <MenuEntries groups={groups} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
