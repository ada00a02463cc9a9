import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import { MenuEntries, type MenuEntry } from './menu-entries.tsx';
import styles from './popup.module.css';

type Groups = readonly (readonly MenuEntry[])[];

export interface MenuProps {
  trigger: ReactElement<Record<string, unknown>>;
  /** A function is asked each time the menu opens: for entries that depend on more than what draws the button. */
  groups: Groups | (() => Groups);
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
            <Entries groups={groups} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Drawn only while the menu is open. */
function Entries({ groups }: Pick<MenuProps, 'groups'>): ReactNode {
  return <MenuEntries groups={typeof groups === 'function' ? groups() : groups} />;
}
