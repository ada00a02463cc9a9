import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import { MenuEntries, type MenuEntry } from './menu-entries.tsx';
import styles from './popup.module.css';

export interface MenuProps {
  trigger: ReactElement<Record<string, unknown>>;
  groups: readonly (readonly MenuEntry[])[];
  align?: 'start' | 'end';
}

/** A menu that a button opens. */
export function Menu({ trigger, groups, align = 'start' }: MenuProps): ReactNode {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={styles['positioner']} align={align} sideOffset={4}>
          <Base.Popup className={styles['popup']}>
            <MenuEntries groups={groups} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
