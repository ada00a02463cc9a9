import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import styles from './tabs.module.css';

export interface TabsProps<T extends string> {
  label: string;
  value: T;
  tabs: readonly { id: T; title: string; body: () => ReactNode }[];
  onChange: (id: T) => void;
  /** Stands beside the tabs. */
  aside?: ReactNode;
}

/** Several views of one thing, one at a time; arrows lead from tab to tab. */
export function Tabs<T extends string>({ label, value, tabs, onChange, aside }: TabsProps<T>): ReactNode {
  return (
    <Base.Root className={styles['tabs']} value={value} onValueChange={(id) => onChange(id as T)}>
      <div className={styles['head']}>
        <Base.List className={styles['list']} aria-label={label} activateOnFocus>
          {tabs.map(({ id, title }) => (
            <Base.Tab key={id} value={id} className={styles['tab']}>
              {title}
            </Base.Tab>
          ))}
        </Base.List>
        {aside}
      </div>
      {tabs.map(({ id, body }) => (
        <Base.Panel key={id} value={id} className={styles['body']}>
          {id === value && body()}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
