import type { IngestProgress } from '../../services/knowledge/ingest.ts';

const WIDTH = 24;

/** One line: name, bar, share, phase, file. */
export function progressBar(name: string, { phase, done, total, file }: IngestProgress): string {
  const share = total === 0 ? 0 : Math.min(1, done / total);
  const full = Math.round(share * WIDTH);
  const bar = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}`;
  return `${name}  ${bar} ${String(Math.round(share * 100)).padStart(3)} %  ${phase} ${done}/${total}${file === undefined ? '' : `  ${file}`}`;
}
