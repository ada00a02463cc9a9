import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  printJson,
  withHost,
} from '../command-context.ts';
import { plural } from '../figures.ts';
import { wrapped } from '../table.ts';

export async function replay(context: CommandContext, run: string, options: CommonOptions): Promise<CommandResult> {
  const { terminal } = context;
  const report = await withHost(context, options, async (host) => (await host.runs()).replay(run));
  if (options.json) printJson(context, report);
  else {
    for (const { step, kind, port, recorded, replayed } of report.differences) {
      terminal.out(`${terminal.style('yellow', kind.padEnd(8))} ${step}${port === undefined ? '' : `.${port}`}`);
      for (const line of wrapped(`recorded: ${recorded ?? '–'}`, terminal.width, '    ')) terminal.out(line);
      for (const line of wrapped(`replayed: ${replayed ?? '–'}`, terminal.width, '    ')) terminal.out(line);
    }
    terminal.err(
      `${report.runId}: ${plural(report.steps, 'step')} replayed, ${plural(report.differences.length, 'difference')}; the recorded run ${report.recorded === 'open' ? 'has not ended' : report.recorded}.`,
    );
  }
  return report.differences.length === 0 ? 'ok' : 'differences';
}
