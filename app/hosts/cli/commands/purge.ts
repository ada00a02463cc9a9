import { AppError } from '../../../core/errors/app-error.ts';
import { type CommandContext, type CommonOptions, printJson, withHost } from '../command-context.ts';
import { plural } from '../figures.ts';

export async function purge(context: CommandContext, options: CommonOptions & { olderThan?: number }): Promise<void> {
  await withHost(context, options, async (host) => {
    const days = options.olderThan ?? (host.config.retentionDays || undefined);
    if (days === undefined) {
      throw new AppError('cli.usage', {
        message: 'The workspace keeps payloads for ever (retentionDays is 0).',
        where: 'retentionDays in pipewright.json',
        remedy: 'Say how old they must be: --older-than DAYS, or set retentionDays.',
      });
    }
    const purged = await host.purge(days);
    if (options.json) printJson(context, { olderThanDays: days, purged });
    else context.terminal.out(`Payloads of ${plural(purged.length, 'run')} were removed.`);
  });
}
