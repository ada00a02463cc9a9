import type { DiskPart } from '../../../core/workspace/disk-parts.ts';
import { type CommandContext, type CommonOptions, printJson, withHost } from '../command-context.ts';
import { plural, shownSize } from '../figures.ts';

interface CleanCommandOptions extends CommonOptions {
  part: DiskPart;
  dryRun?: boolean;
}

export async function clean(context: CommandContext, options: CleanCommandOptions): Promise<void> {
  const { terminal } = context;
  if (options.dryRun) {
    const removal = await withHost(context, options, ({ disk, config }) => disk.preview(config.keepRuns));
    if (options.json) printJson(context, removal);
    else terminal.out(`${plural(removal.runs.length, 'run')} would go and free ${shownSize(removal.bytes)}.`);
    return;
  }
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once('SIGINT', stop);
  try {
    const cleaned = await withHost(context, options, ({ disk }) =>
      disk.clean(options.part, { signal: stopping.signal }),
    );
    if (options.json) return printJson(context, cleaned);
    const what = options.part === 'runs' ? plural(cleaned.removed, 'run') : plural(cleaned.removed, 'entry', 'entries');
    terminal.out(`${what} removed, ${shownSize(cleaned.bytes)} freed.${cleaned.stopped ? ' It was stopped.' : ''}`);
  } finally {
    process.off('SIGINT', stop);
  }
}
