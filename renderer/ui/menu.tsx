import { Menu as Base } from '@base-ui/react/menu';
import { Check, type LucideIcon } from 'lucide-react';
import { Fragment, type ReactElement, type ReactNode } from 'react';
import { Kbd } from './kbd.tsx';
import styles from './popup.module.css';

export interface MenuEntry {
  id: string;
  label: string;
  icon?: LucideIcon | undefined;
  keys?: string | undefined;
  /** Given: the entry is a choice that is on or off. */
  checked?: boolean;
  disabled?: boolean;
  danger?: boolean;
  run: () => void;
}

export interface MenuProps {
  trigger: ReactElement<Record<string, unknown>>;
  /** Groups of entries, with a line between them. */
  groups: readonly (readonly MenuEntry[])[];
  align?: 'start' | 'end';
  side?: 'top' | 'right' | 'bottom' | 'left';
}

export function Menu({ trigger, groups, align = 'start', side = 'bottom' }: MenuProps): ReactNode {
  const filled = groups.filter((group) => group.length > 0);
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={styles['positioner']} align={align} side={side} sideOffset={4}>
          <Base.Popup className={styles['popup']}>
            {filled.map((group, at) => (
              <Fragment key={group[0]?.id}>
                {at > 0 && <Base.Separator className={styles['separator']} />}
                {group.map((entry) => (
                  <Entry key={entry.id} entry={entry} />
                ))}
              </Fragment>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function Entry({ entry }: { entry: MenuEntry }): ReactNode {
  const { label, icon: Icon, keys, checked, disabled = false, danger = false, run } = entry;
  const content = (
    <>
      <span className={styles['grow']}>{label}</span>
      {keys !== undefined && <Kbd keys={keys} />}
    </>
  );
  if (checked !== undefined)
    return (
      <Base.CheckboxItem
        className={styles['item']}
        checked={checked}
        disabled={disabled}
        onCheckedChange={run}
        closeOnClick
      >
        <span className={styles['indicator']}>{checked && <Check aria-hidden />}</span>
        {content}
      </Base.CheckboxItem>
    );
  return (
    <Base.Item className={styles['item']} disabled={disabled} data-danger={danger} onClick={run}>
      {Icon && <Icon aria-hidden />}
      {content}
    </Base.Item>
  );
}
