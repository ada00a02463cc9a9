import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFiles } from '../../app/adapters/files/find-files.ts';
import { createLoaders, type Loaders } from '../../app/adapters/loaders/loaders.ts';
import { isAppError } from '../../app/core/errors/app-error.ts';
import { median, quantile } from './measure.ts';
import { type BenchOptions, type BenchReport, type Figure, requireData } from './report.ts';

const sets = [
  { name: 'pdf-pdfjs', pattern: '*.pdf' },
  { name: 'pdf-layouts', pattern: '*.pdf' },
  { name: 'pdf-reports', pattern: '*.pdf' },
  { name: 'office-mail-web', pattern: '**/*' },
  { name: 'docs-pydantic-ai', pattern: '**/*.md' },
];
const AT_ONCE = 2;
const WALL_LIMIT_S = 20;
const MEMORY_LIMIT_MIB = 512;

interface Outcome {
  file: string;
  ms: number;
  characters: number;
  /** Why it could not be read. */
  code?: string;
  message?: string;
}

/** Resident memory of a process at its height so far, MiB; 0 where the system does not tell. */
function peakMiB(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

async function loadOne(loaders: Loaders, root: string, file: string): Promise<Outcome> {
  const began = performance.now();
  try {
    const { text } = await loaders.loadFile(file, { root });
    return { file, ms: performance.now() - began, characters: text.length };
  } catch (thrown) {
    if (!isAppError(thrown)) throw thrown;
    return { file, ms: performance.now() - began, characters: 0, code: thrown.code, message: thrown.message };
  }
}

async function loadSet(root: string, pattern: string) {
  const loaders = createLoaders();
  let highest = 0;
  const watch = setInterval(() => {
    for (const pid of loaders.pids) highest = Math.max(highest, peakMiB(pid));
  }, 10);
  const outcomes: Outcome[] = [];
  const began = performance.now();
  try {
    const files = await findFiles(root, [pattern]);
    let next = 0;
    const worker = async () => {
      for (let file = files[next++]; file !== undefined; file = files[next++]) {
        outcomes.push(await loadOne(loaders, root, file));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  } finally {
    clearInterval(watch);
    await loaders.close();
  }
  return { outcomes, highest, seconds: (performance.now() - began) / 1000 };
}

/** Real documents through the loaders as ingestion uses them: nothing may crash, hang or grow without limit. */
export async function documents(options: BenchOptions): Promise<BenchReport> {
  const data = requireData(options);
  const figures: Figure[] = [];
  const remarks: string[] = [''];
  const details: { [set: string]: Outcome[] } = {};
  for (const { name, pattern } of sets) {
    const root = join(data, 'B', name);
    if (!existsSync(root)) {
      remarks.push(`${name}: not there.`);
      continue;
    }
    options.say(`${name} …`);
    const { outcomes, highest, seconds } = await loadSet(root, pattern);
    details[name] = outcomes;
    const failed = outcomes.filter(({ code }) => code !== undefined);
    const broken = failed.filter(({ code }) => /\.(crashed|timeout|memory)$/.test(code ?? ''));
    const times = outcomes.map(({ ms }) => ms);
    const slowest = outcomes.reduce((a, b) => (b.ms > a.ms ? b : a));
    figures.push(
      { name: `${name}: files read`, value: outcomes.length - failed.length, unit: `of ${outcomes.length}` },
      {
        name: `${name}: crashed, hung or out of memory`,
        value: broken.length,
        unit: 'files',
        target: { atMost: 0, of: 'value' },
      },
      {
        name: `${name}: a file`,
        value: median(times),
        unit: 'ms',
        spread: [quantile(times, 0.25), quantile(times, 0.75)],
      },
      {
        name: `${name}: the slowest file`,
        value: slowest.ms / 1000,
        unit: 's',
        target: { atMost: WALL_LIMIT_S, of: 'value' },
      },
      // Text is read in this process; and only Linux tells of others.
      ...(highest > 0
        ? [
            {
              name: `${name}: memory of a reading process`,
              value: highest,
              unit: 'MiB',
              target: { atMost: MEMORY_LIMIT_MIB, of: 'value' as const },
            },
          ]
        : []),
      { name: `${name}: all, ${AT_ONCE} at once`, value: seconds, unit: 's' },
    );
    remarks.push(`${name}: slowest ${slowest.file}. Not read:`);
    for (const [code, some] of Map.groupBy(failed, ({ code = '' }) => code)) {
      if (code === 'document.unsupported') remarks.push(`  ${code}: ${some.length} files: ${endings(some)}`);
      else for (const { file, message } of some) remarks.push(`  ${code}: ${file}: ${message}`);
    }
    if (failed.length === 0) remarks.push('  none');
  }
  return { figures, remarks, details };
}

function endings(outcomes: readonly Outcome[]): string {
  const counts = Map.groupBy(outcomes, ({ file }) => /\.[^./]+$/.exec(file)?.[0] ?? 'none');
  return [...counts].map(([ending, files]) => `${ending} ${files.length}`).join(', ');
}
