import { execFileSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, tmpdir, totalmem } from 'node:os';

const TMPFS = 0x01021994;

function git(...args: string[]): string {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

/** Where and when figures were measured. `load` is the mean number of processes that wanted a processor just before. */
export function machine() {
  return {
    date: new Date().toISOString(),
    node: process.version,
    platform: `${process.platform} ${release()} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
    /** A disk that is memory makes every durable commit look free. */
    temporaryFolder: statfsSync(tmpdir()).type === TMPFS ? 'memory (commits cost nothing here)' : 'disk',
    commit: git('rev-parse', '--short', 'HEAD') || 'unknown',
    changed: git('status', '--porcelain') !== '',
  };
}

export function machineText(facts: ReturnType<typeof machine>): string {
  return [
    `${facts.date} · commit ${facts.commit}${facts.changed ? ' with changes' : ''} · Node ${facts.node}`,
    `${facts.cpu}, ${facts.cores} cores, ${facts.memoryGiB} GiB, ${facts.platform}, temporary folder on ${facts.temporaryFolder}`,
    `load before: ${facts.load}${facts.load > facts.cores / 2 ? ' (busy with other work: trust the ratios, not the absolute figures)' : ''}`,
  ].join('\n');
}
