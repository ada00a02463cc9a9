/**
 * What a figure must not exceed, or must reach. A value that was asked for on another machine says what the figure's
 * baseline takes there (`baselineThere`, in the same unit): its ratio to that is judged beside the value.
 */
export type Target =
  | { atMost: number; of: 'value' | 'ratio'; baselineThere?: number }
  | { atLeast: number; of: 'value' | 'ratio' };

/** One row of a bench. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** First and third quartile of the samples, in the same unit. */
  spread?: [number, number];
  /** Median processor time, in the same unit. */
  cpu?: number;
  /** Median over the rounds of this figure / the baseline of the same round. */
  ratio?: number;
  /** Name of the figure that `ratio` is against. */
  against?: string;
  target?: Target;
}

export interface BenchReport {
  figures: Figure[];
  /** What a reader must know to understand the figures; misses by name. */
  remarks: string[];
  /** Everything behind the figures, for `--json`. */
  details?: unknown;
}

export interface BenchOptions {
  /** Folder of the real data sets (PIPEWRIGHT_DATA), when there is one. */
  data: string | undefined;
  /** Progress, for people. */
  say: (line: string) => void;
}

export type Bench = (options: BenchOptions) => Promise<BenchReport>;

/** Thrown when a bench cannot be run here through no fault of its own. */
export class BenchSkipped extends Error {
  override readonly name = 'BenchSkipped';
}

/** @throws BenchSkipped */
export function requireData({ data }: BenchOptions): string {
  if (data !== undefined) return data;
  throw new BenchSkipped('PIPEWRIGHT_DATA is not set: this bench needs the real data sets and measured nothing.');
}

/** The target as judged: one of a value, then that of its ratio where the target was set on another machine. */
function targetsOf(target: Target): readonly Target[] {
  if (!('atMost' in target) || target.baselineThere === undefined) return [target];
  return [target, { atMost: target.atMost / target.baselineThere, of: 'ratio' }];
}

function judge({ value, ratio = Number.NaN }: Figure, target: Target): 'ok' | 'over' | 'under' {
  const measured = target.of === 'ratio' ? ratio : value;
  if ('atMost' in target) return measured <= target.atMost ? 'ok' : 'over';
  return measured >= target.atLeast ? 'ok' : 'under';
}

/** `ok`, `over` or `under` for each part of a figure's target; empty where it has none. */
export function verdict(figure: Figure): string {
  if (figure.target === undefined) return '';
  return targetsOf(figure.target)
    .map((target) => judge(figure, target))
    .join(', ');
}

/** Three significant digits, without an exponent. */
export function shown(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const magnitude = Math.abs(value);
  if (Number.isInteger(value) || magnitude >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(magnitude >= 10 ? 1 : magnitude >= 0.1 ? 3 - 1 - Math.floor(Math.log10(magnitude)) : 4);
}

function targetText(target: Target | undefined): string {
  if (target === undefined) return '';
  return targetsOf(target)
    .map(
      (one) =>
        `${'atMost' in one ? `≤ ${shown(one.atMost)}` : `≥ ${shown(one.atLeast)}`}${one.of === 'ratio' ? ' ×' : ''}`,
    )
    .join(', ');
}

/** The figures as a table for people. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    shown(figure.value),
    figure.unit,
    figure.spread ? `${shown(figure.spread[0])} … ${shown(figure.spread[1])}` : '',
    figure.cpu === undefined ? '' : shown(figure.cpu),
    figure.ratio === undefined ? '' : `${shown(figure.ratio)} × ${figure.against ?? ''}`,
    targetText(figure.target),
    verdict(figure),
  ]);
  const head = ['', 'value', 'unit', 'quartiles', 'CPU', 'ratio', 'target', ''];
  const used = head.map((_, i) => rows.some((row) => row[i] !== ''));
  const widths = head.map((title, i) => Math.max(...[head, ...rows].map((row) => [...(row[i] ?? title)].length)));
  const line = (row: string[]) =>
    row
      .map((cell, i) => (i === 1 || i === 4 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .filter((_, i) => used[i])
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)].join('\n');
}
