import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import styles from './scroll-strip.module.css';

export interface ScrollStripProps {
  /** The tabs, in one line. */
  children: ReactNode;
  /** Marks the one that is to be seen, as a selector, and with `shown` what makes it another one. */
  current: string;
  shown: string | number | undefined;
  /** Stands beside the line while not all of it can be seen: a menu of all. */
  overflow: ReactNode;
}

/** Tabs in one line, however many: what does not fit is scrolled to by wheel, keys and by being chosen. */
export function ScrollStrip({ children, current, shown, overflow }: ScrollStripProps): ReactNode {
  const strip = useRef<HTMLDivElement>(null);
  const [cut, setCut] = useState({ before: false, after: false });

  useLayoutEffect(() => {
    const element = strip.current;
    if (!element) return;
    const look = () => {
      const { scrollLeft, scrollWidth, clientWidth } = element;
      const next = { before: scrollLeft > 1, after: scrollLeft + clientWidth < scrollWidth - 1 };
      setCut((now) => (now.before === next.before && now.after === next.after ? now : next));
    };
    // A wheel that turns one way moves the line, for there is no other way to go.
    const turn = (event: WheelEvent) => {
      if (event.deltaX !== 0 || element.scrollWidth <= element.clientWidth) return;
      event.preventDefault();
      element.scrollLeft += event.deltaY;
    };
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    for (const child of element.children) sizes.observe(child);
    const grows = new MutationObserver(look);
    grows.observe(element, { childList: true, subtree: true, characterData: true });
    element.addEventListener('scroll', look, { passive: true });
    element.addEventListener('wheel', turn, { passive: false });
    return () => {
      sizes.disconnect();
      grows.disconnect();
      element.removeEventListener('scroll', look);
      element.removeEventListener('wheel', turn);
    };
  }, []);

  // The one that was chosen comes into sight, also when the menu comes or goes and leaves less or more room.
  const isCut = cut.before || cut.after;
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked for again when another one is marked
  useLayoutEffect(() => {
    strip.current?.querySelector(current)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current, shown, isCut]);

  return (
    <>
      <div ref={strip} className={styles['strip']} data-before={cut.before} data-after={cut.after}>
        {children}
      </div>
      {isCut && overflow}
    </>
  );
}
