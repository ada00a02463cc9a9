import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import type { Mark } from '../../state/graph-marks.ts';
import { classes } from '../../ui/classes.ts';
import shared from '../panel-body.module.css';
import styles from './compare.module.css';

export interface ListedChange {
  key: string;
  name: string;
  /** What became of it, in words. */
  text: string;
  mark: Mark;
  title?: string;
}

export interface ChangeListProps {
  label: string;
  rows: readonly ListedChange[];
  looked: string | undefined;
  onLook: (key: string) => void;
}

const ROW_PX = 28;

/** What differs, one a line, walked through by the arrow keys. Only what can be seen is drawn. */
export function ChangeList({ label, rows, looked, onLook }: ChangeListProps): ReactNode {
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => list.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
  });
  const at = rows.findIndex(({ key }) => key === looked);
  const items = virtual.getVirtualItems();
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another choice scrolls, not another list
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at);
  }, [looked]);

  function press(event: KeyboardEvent): void {
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: rows.length - 1,
    };
    const next = moves[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const row = rows[Math.max(0, Math.min(rows.length - 1, next))];
    if (row) onLook(row.key);
  }

  return (
    <div
      ref={list}
      className={styles['scroll']}
      role="listbox"
      data-inline
      tabIndex={0}
      aria-label={label}
      aria-activedescendant={items.some(({ index }) => index === at) ? `${id}-${at}` : undefined}
      onKeyDown={press}
      onClick={({ target }) => {
        const row = target instanceof Element ? target.closest('[data-key]') : null;
        const key = row?.getAttribute('data-key');
        if (key != null) onLook(key);
      }}
    >
      <div role="presentation" className={styles['rows']} style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = rows[index];
          if (!row) return null;
          return (
            <div
              key={row.key}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              data-key={row.key}
              aria-selected={row.key === looked}
              aria-posinset={index + 1}
              aria-setsize={rows.length}
              title={row.title}
              className={classes(shared['placed'], styles['row'])}
              style={{ transform: `translateY(${start}px)` }}
            >
              <span className={styles['sign']} data-mark={row.mark} aria-hidden />
              <span className={classes(shared['cut'], styles['name'])}>{row.name}</span>
              <span className={classes(shared['cut'], styles['change'])}>{row.text}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
