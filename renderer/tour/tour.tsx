import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useStudio } from '../shell/studio-context.ts';
import { endTour } from '../state/tour.ts';
import { t } from '../strings/text.ts';
import { Button } from '../ui/button.tsx';
import styles from './tour.module.css';
import { type TourStep, tourSteps } from './tour-steps.ts';

/** A few words about each part of the page, beside it. It covers nothing that it tells of, and everything goes on working. */
export function Tour(): ReactNode {
  const { tour } = useStudio();
  const at = useStore(tour, ({ step }) => step);
  const step = at === undefined ? undefined : tourSteps[at];
  return at === undefined || !step ? null : <Stop key={at} at={at} step={step} />;
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const CARD = { width: 300, gap: 12, edge: 8 };

function Stop({ at, step }: { at: number; step: TourStep }): ReactNode {
  const studio = useStudio();
  const about = useId();
  const card = useRef<HTMLDivElement>(null);
  const next = useRef<HTMLButtonElement>(null);
  const [box, setBox] = useState<Box>();
  const [height, setHeight] = useState(0);
  const takesFocus = useStore(studio.tour, (state) => state.takesFocus);

  useEffect(() => {
    step.prepare?.(studio);
    // Panels open, close and are resized at any time: the card goes with what it tells of.
    let frame = 0;
    const look = () => {
      const found = document.querySelector(step.target)?.getBoundingClientRect();
      setBox((old) => (found && old && isSame(old, found) ? old : found && boxOf(found)));
      frame = requestAnimationFrame(look);
    };
    look();
    return () => cancelAnimationFrame(frame);
  }, [step, studio]);

  useLayoutEffect(() => setHeight(card.current?.offsetHeight ?? 0), []);

  // Begun by itself it leaves the focus where it is; asked for, and from step to step, it has it.
  useEffect(() => {
    if (takesFocus) next.current?.focus();
  }, [takesFocus]);

  const go = (to: number) => studio.tour.setState({ step: to, takesFocus: true });
  const isLast = at === tourSteps.length - 1;
  const place = box ? besideBox(box, height) : { left: window.innerWidth / 2 - CARD.width / 2, top: 80 };
  return (
    <>
      {box && <div className={styles['ring']} style={box} aria-hidden />}
      <div
        ref={card}
        className={styles['card']}
        style={{ ...place, width: CARD.width }}
        role="dialog"
        aria-label={t('tour.title')}
        aria-describedby={about}
        onKeyDown={(event) => {
          if (event.key === 'Escape') endTour(studio);
          if (event.key === 'ArrowRight' && !isLast) go(at + 1);
          if (event.key === 'ArrowLeft' && at > 0) go(at - 1);
        }}
      >
        <div role="status">
          <p className={styles['count']}>{t('tour.step', { step: at + 1, count: tourSteps.length })}</p>
          <h2>{t(step.title)}</h2>
          <p id={about}>{t(step.text)}</p>
        </div>
        <div className={styles['buttons']}>
          {!isLast && <Button onClick={() => endTour(studio)}>{t('tour.skip')}</Button>}
          <span className={styles['grow']} />
          {at > 0 && <Button onClick={() => go(at - 1)}>{t('tour.back')}</Button>}
          <Button ref={next} look="primary" onClick={() => (isLast ? endTour(studio) : go(at + 1))}>
            {t(isLast ? 'tour.done' : 'tour.next')}
          </Button>
        </div>
      </div>
    </>
  );
}

const boxOf = ({ left, top, width, height }: DOMRect): Box => ({ left, top, width, height });
const isSame = (one: Box, other: Box) =>
  one.left === other.left && one.top === other.top && one.width === other.width && one.height === other.height;

/** Beside a part where there is room: right, left, below, above; in the corner of one that fills the page. */
function besideBox(box: Box, height: number): { left: number; top: number } {
  const { innerWidth, innerHeight } = window;
  const { gap, edge, width } = CARD;
  const right = box.left + box.width + gap;
  const top = Math.max(edge, Math.min(box.top + edge, innerHeight - height - edge));
  const left = Math.max(edge, Math.min(box.left, innerWidth - width - edge));
  const isLarge = box.width > innerWidth / 3 && box.height > innerHeight / 3;
  if (isLarge) return { left: Math.max(edge, box.left + box.width - width - gap * 2), top: box.top + gap * 2 };
  if (box.height > 100 && right + width + edge <= innerWidth) return { left: right, top };
  if (box.height > 100 && box.left - gap - width >= edge) return { left: box.left - gap - width, top };
  const below = box.top + box.height + gap;
  return { left, top: below + height + edge <= innerHeight ? below : box.top - gap - height };
}
