import { AppError } from '../../../core/errors/app-error.ts';
import type { IngestProgress, IngestReport } from '../../../services/knowledge/ingest.ts';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  printJson,
  withHost,
} from '../command-context.ts';
import { exitCodes } from '../exit-codes.ts';
import { plural, shownCost } from '../figures.ts';
import { progressBar } from '../progress-bar.ts';
import { wrapped } from '../table.ts';
import { safeText, type Terminal } from '../terminal.ts';

interface IngestOptions extends CommonOptions {
  rebuild?: boolean;
  strict?: boolean;
  quiet?: boolean;
}

export async function ingest(context: CommandContext, names: string[], options: IngestOptions): Promise<CommandResult> {
  const { terminal } = context;
  return withHost(context, options, async (host) => {
    const wanted = names.length > 0 ? names : Object.keys(host.config.collections);
    if (wanted.length === 0) {
      throw new AppError('collection.missing', {
        message: 'The workspace has no collections.',
        where: 'collections in pipewright.json',
        remedy: 'Add one: "collections": { "docs": { "documents": ["documents/**/*"], "embedder": "local-embedder" } }',
      });
    }
    const abort = abortOnSignal(terminal);
    const reports: IngestReport[] = [];
    try {
      for (const name of wanted) {
        const onProgress = options.quiet ? undefined : shownProgress(terminal, name);
        const report = await host.knowledge.ingest(name, {
          ...(options.rebuild && { rebuild: true }),
          ...(onProgress && { onProgress }),
          signal: abort.signal,
        });
        terminal.status('');
        reports.push(report);
        if (!options.json) show(terminal, report);
      }
    } finally {
      abort.release();
      terminal.status('');
    }
    if (options.json) printJson(context, reports);
    return options.strict && reports.some(({ failures }) => failures.length > 0) ? 'failed' : 'ok';
  });
}

/** What is written stays: the first Ctrl-C stops after the batch in hand, the second at once. */
function abortOnSignal(terminal: Terminal): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(exitCodes.killed.code);
    terminal.err('Stopping after the batch in hand.');
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    release: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}

const REDRAW_MS = 60;

/** A bar that moves on a terminal; elsewhere a line at the beginning of each phase. */
function shownProgress(terminal: Terminal, name: string): (progress: IngestProgress) => void {
  let drawnAt = 0;
  let phase = '';
  return (progress) => {
    if (terminal.live) {
      const now = performance.now();
      if (now - drawnAt < REDRAW_MS && progress.phase === phase && progress.done < progress.total) return;
      drawnAt = now;
      terminal.status(progressBar(name, progress));
    } else if (progress.phase !== phase && progress.phase === 'load')
      terminal.err(`${name}: reading ${plural(progress.total, 'file')}`);
    phase = progress.phase;
  };
}

function show(terminal: Terminal, report: IngestReport): void {
  const { collection, files, added, updated, unchanged, removed, chunks, failures, cost } = report;
  const facts = [
    plural(files, 'file'),
    ...(added > 0 ? [`${added} new`] : []),
    ...(updated > 0 ? [`${updated} changed`] : []),
    ...(unchanged > 0 ? [`${unchanged} unchanged`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
    `${plural(chunks, 'chunk')} written`,
    ...(cost.nanoUsd > 0 || !cost.known ? [shownCost(cost.nanoUsd, cost.known ? 0 : 1)] : []),
  ];
  terminal.out(`${terminal.style('bold', collection)}: ${facts.join(', ')}`);
  if (failures.length > 0) terminal.err(`${plural(failures.length, 'file')} could not be read:`);
  for (const { file, code, message, remedy, kept } of failures) {
    terminal.err(`  ${terminal.style('yellow', safeText(file), 'err')}  ${code}`);
    for (const line of wrapped(message, terminal.width, '    ')) terminal.err(line);
    if (remedy)
      for (const line of wrapped(remedy, terminal.width, '    ')) terminal.err(terminal.style('dim', line, 'err'));
    if (kept) terminal.err('    What was read from it before is still searched.');
  }
}
