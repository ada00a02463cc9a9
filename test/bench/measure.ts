import type { Figure, Target } from './report.ts';

/** Sorted by size: the value below which `share` of the samples lie, between two of them where needed. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

export interface Contestant {
  name: string;
  /** What is timed. A number that it gives is taken in place of its wall time, milliseconds. */
  run(): Promise<number | undefined> | number | undefined;
}

/** Samples of one contestant, one a round. */
export interface Series {
  name: string;
  /** The very first run in this process. */
  firstMs: number;
  ms: number[];
  /** Processor time of this process, all threads: what is left when disk, timers and other work are taken away. */
  cpuMs: number[];
}

/**
 * Times contestants in turns, A B C, B C A, …, so that what else happens on the machine meets them all alike.
 * The warm-up rounds are not among the samples.
 */
export async function takeTurns(
  contestants: readonly Contestant[],
  { rounds, warmUp }: { rounds: number; warmUp: number },
): Promise<Map<string, Series>> {
  const series = new Map(
    contestants.map(({ name }): [string, Series] => [name, { name, firstMs: Number.NaN, ms: [], cpuMs: [] }]),
  );
  for (let round = -warmUp; round < rounds; round += 1) {
    for (let turn = 0; turn < contestants.length; turn += 1) {
      const contestant = contestants[(((round + turn) % contestants.length) + contestants.length) % contestants.length];
      const own = contestant && series.get(contestant.name);
      if (!contestant || !own) continue;
      const cpu = process.cpuUsage();
      const began = performance.now();
      const given = await contestant.run();
      const ms = given ?? performance.now() - began;
      const { user, system } = process.cpuUsage(cpu);
      if (Number.isNaN(own.firstMs)) own.firstMs = ms;
      if (round < 0) continue;
      own.ms.push(ms);
      own.cpuMs.push((user + system) / 1000);
    }
  }
  return series;
}

/** Median of this / that, round by round. */
export function medianRatio(series: Series, baseline: Series): number {
  return median(series.ms.map((ms, i) => ms / (baseline.ms[i] ?? Number.NaN)));
}

/** A row of a table out of samples in milliseconds. `scale` turns milliseconds into the unit. */
export function figureOf(
  series: Series | undefined,
  about: { unit: string; scale?: number; baseline?: Series | undefined; target?: Target; cpu?: boolean },
): Figure {
  if (!series) throw new TypeError('no such series');
  const { unit, scale = 1, baseline, target, cpu = false } = about;
  return {
    name: series.name,
    value: median(series.ms) * scale,
    unit,
    spread: [quantile(series.ms, 0.25) * scale, quantile(series.ms, 0.75) * scale],
    ...(cpu && { cpu: median(series.cpuMs) * scale }),
    ...(baseline && { ratio: medianRatio(series, baseline), against: baseline.name }),
    ...(target && { target }),
  };
}
