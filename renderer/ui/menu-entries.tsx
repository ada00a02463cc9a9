import { Menu as Base } from '@base-ui/react/menu';
import { Check, type LucideIcon } from 'lucide-react';
import { Fragment, type ReactNode } from 'react';
import { Kbd } from './kbd.tsx';
import styles from './popup.module.css';

export interface MenuEntry {
  id: string;
  label: string;
  icon?: LucideIcon | undefined;
  keys?: string | undefined;
  /** Why it cannot be chosen now; said beside it. */
  reason?: string | undefined;
  /** Given: the entry is a choice that is on or off. */
  checked?: boolean;
  danger?: boolean;
  run: () => void;
}

/** Groups of entries, with a line between them. */
export function MenuEntries({ groups }: { groups: readonly (readonly MenuEntry[])[] }): ReactNode {
  const filled = groups.filter((group) => group.length > 0);
  // Beside entries with a picture the words of one without begin where theirs do.
  const isIndented = filled.flat().some(({ icon }) => icon !== undefined);
  return filled.map((group, at) => (
    <Fragment key={group[0]?.id}>
      {at > 0 && <Base.Separator className={styles['separator']} />}
      {group.map((entry) => (
        <Entry key={entry.id} entry={entry} isIndented={isIndented} />
      ))}
    </Fragment>
  ));
}

function Entry({ entry, isIndented }: { entry: MenuEntry; isIndented: boolean }): ReactNode {
  const { label, icon: Icon, keys, reason, checked, danger = false, run } = entry;
  const content = (
    <>
      <span className={styles['grow']}>{label}</span>
      {reason !== undefined && <span className={styles['reason']}>{reason}</span>}
      {keys !== undefined && <Kbd keys={keys} />}
    </>
  );
  if (checked !== undefined)
    return (
      <Base.CheckboxItem className={styles['item']} checked={checked} onCheckedChange={run} closeOnClick>
        <span className={styles['indicator']}>{checked && <Check aria-hidden />}</span>
        {content}
      </Base.CheckboxItem>
    );
  return (
    <Base.Item className={styles['item']} disabled={reason !== undefined} data-danger={danger} onClick={run}>
      {Icon ? <Icon aria-hidden /> : isIndented && <span className={styles['indicator']} />}
      {content}
    </Base.Item>
  );
}
