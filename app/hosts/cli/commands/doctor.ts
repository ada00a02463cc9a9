import type { Finding } from '../../../services/workspace/examine-workspace.ts';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  printJson,
  withHost,
} from '../command-context.ts';
import { plural, shownSize } from '../figures.ts';
import { wrapped } from '../table.ts';

const marks = { ok: ['green', 'ok'], warning: ['yellow', 'warning'], error: ['red', 'error'] } as const;

export async function doctor(
  context: CommandContext,
  options: CommonOptions & { rebuild?: boolean; backup?: string; restore?: string | true },
): Promise<CommandResult> {
  return withHost(context, options, async (host) => {
    if (options.restore !== undefined) {
      const restored = await host.restoreUpgradeCopy(options.restore === true ? undefined : options.restore);
      if (options.json) printJson(context, { restored });
      else {
        const { copy, replaced } = restored;
        context.terminal.out(
          `${copy.database} is again as it was on ${copy.at.slice(0, 16).replace('T', ' ')} UTC (schema ${copy.schema}).`,
        );
        context.terminal.out(
          `What stood there lies in ${replaced}. Use a release that knows schema ${copy.schema}: a newer one changes it again.`,
        );
      }
      return 'ok';
    }
    // First of all: so it holds what a mending would change.
    const backup = options.backup === undefined ? undefined : await host.backUp(options.backup);
    const rebuilt = options.rebuild ? await host.rebuild() : undefined;
    const findings = [...(rebuilt?.damaged ?? []), ...(await host.examine())];
    const copies = await host.upgradeCopies();
    const healthy = findings.every(({ severity }) => severity !== 'error');
    if (options.json)
      printJson(context, { healthy, ...(backup && { backup }), ...(rebuilt && { rebuilt }), findings, copies });
    else {
      if (backup) {
        const files = backup.blobs === 0 ? '' : ` with ${plural(backup.blobs, 'large value')}`;
        context.terminal.out(`The database was copied to ${backup.folder}${files}.`);
      }
      if (rebuilt) {
        const { runs, swept } = rebuilt;
        context.terminal.out(
          `The tables of ${plural(runs, 'run')} were made anew; ${plural(swept.length, 'leftover file')} removed.`,
        );
      }
      for (const finding of findings) show(context, finding);
      for (const { name, bytes } of copies)
        show(context, {
          check: 'upgrades',
          severity: 'ok',
          message: `A copy from before a change of the schema is kept (${shownSize(bytes)}).`,
          where: name,
          remedy: 'To go back to the release before: pipewright doctor --restore NAME',
        });
    }
    if (healthy) return 'ok';
    return findings.some(({ check, severity }) => severity === 'error' && storageChecks.has(check))
      ? 'storage'
      : 'failed';
  });
}

const storageChecks = new Set(['database', 'events', 'values', 'projections', 'files']);

function show({ terminal }: CommandContext, { check, severity, message, where, remedy }: Finding): void {
  const [style, mark] = marks[severity];
  const [first = '', ...rest] = wrapped(message, terminal.width - 23);
  terminal.out(`${terminal.style(style, mark.padEnd(9))}${check.padEnd(13)} ${first}`);
  for (const text of [
    ...rest,
    ...(where ? wrapped(where, terminal.width - 23) : []),
    ...(remedy ? wrapped(remedy, terminal.width - 23) : []),
  ])
    terminal.out(`${' '.repeat(23)}${terminal.style('dim', text)}`);
}
