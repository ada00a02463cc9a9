import { type ReactNode, useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { shownCost, shownDay, shownUsd } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import styles from './costs.module.css';
import { DAY_S, type SpendByDay } from './spend-by-day.ts';

const HEIGHT = 150;
/** Room for a day's name below the bars, and for an amount beside them, in pixels. */
const LABEL = { day: 76, dayHeight: 28, usd: 64 };

const usdText = (usd: number) => shownCost({ nanoUsd: usd * 1e9, unpriced: 0 }) ?? '$0';

/** What was spent on each day as bars; which day and how much is told of the one that is pointed at. The table says all. */
export function SpendChart({ spend }: { spend: SpendByDay }): ReactNode {
  const frame = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number>();

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const chart = new uPlot(optionsOf(element, spend, setPointed), [spend.days, spend.usd], element);
    const sizes = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
    sizes.observe(element);
    // The colours are read when it is drawn.
    const redraw = () => chart.redraw();
    const themes = new MutationObserver(redraw);
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', redraw);
    return () => {
      sizes.disconnect();
      themes.disconnect();
      dark.removeEventListener('change', redraw);
      chart.destroy();
    };
  }, [spend]);

  const day = pointed === undefined ? undefined : spend.days[pointed];
  return (
    <figure className={styles['chart']}>
      <div ref={frame} className={styles['bars']} role="img" aria-label={t('costs.chart')} />
      <figcaption aria-hidden>
        {day === undefined || pointed === undefined
          ? t('costs.chart')
          : t('costs.onDay', { day: shownDay(day * 1000), cost: usdText(spend.usd[pointed] ?? 0) })}
      </figcaption>
    </figure>
  );
}

function optionsOf(
  element: HTMLElement,
  { days, usd }: SpendByDay,
  onPoint: (index: number | undefined) => void,
): uPlot.Options {
  const [first = 0, last = first] = [days[0], days.at(-1)];
  const style = () => getComputedStyle(element);
  const axis: uPlot.Axis = { stroke: () => style().color, font: style().font, ticks: { show: false } };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    scales: {
      // Half a day on each side: a bar stands in the middle of its day.
      x: { range: [first - DAY_S / 2, last + DAY_S / 2] },
      y: { range: [0, Math.max(...usd) * 1.05 || 1] },
    },
    axes: [
      {
        ...axis,
        size: LABEL.dayHeight,
        grid: { show: false },
        splits: (chart) => {
          const step = Math.max(1, Math.ceil((days.length * LABEL.day) / Math.max(chart.width - LABEL.usd, 1)));
          return days.filter((_, i) => i % step === 0);
        },
        values: (_, at) => at.map((seconds) => shownDay(seconds * 1000)),
      },
      {
        ...axis,
        size: LABEL.usd,
        grid: { stroke: () => style().borderTopColor, width: 1 },
        values: (_, amounts) => amounts.map(shownUsd),
      },
    ],
    series: [
      {},
      {
        fill: () => style().outlineColor,
        width: 0,
        points: { show: false },
        ...(uPlot.paths.bars && { paths: uPlot.paths.bars({ size: [0.7, 48] }) }),
      },
    ],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)] },
  };
}
