import { AppError } from '../../../core/errors/app-error.ts';
import type { Capture } from '../../../core/run/events.ts';
import type { Missing } from '../../../services/export/missing.ts';
import { type CommandContext, type CommandResult, printJson, withHost } from '../command-context.ts';
import { plural } from '../figures.ts';
import { followRun, type RunShowing } from '../follow-run.ts';
import { breakpointsOf, portValuesOf, readInputs } from '../run-arguments.ts';
import { wrapped } from '../table.ts';
import { safeText } from '../terminal.ts';

interface RunOptions extends RunShowing {
  input?: string[];
  inputs?: string;
  to?: string[];
  from?: string;
  of?: string;
  pin?: string[];
  fork?: string;
  at?: string;
  edit?: string[];
  break?: string[];
  capture?: Capture;
  tag?: string[];
  estimate?: boolean;
}

export async function run(
  context: CommandContext,
  workflow: string | undefined,
  options: RunOptions,
): Promise<CommandResult> {
  together(options, 'from', 'of');
  together(options, 'fork', 'at');
  if (options.from !== undefined && options.fork !== undefined)
    throw usage('--from and --fork cannot be used together.', '--from');
  if (options.edit && options.fork === undefined)
    throw usage('--edit belongs to --fork; use --pin for a plain run.', '--edit');
  const inputs = await readInputs(context, options);
  if (options.estimate) {
    const { estimate } = await import('./estimate.ts');
    return estimate(context, workflow, inputs, options);
  }
  return withHost(
    context,
    options,
    async (host) => {
      const missing = await host.exporting.missing();
      if (missing.length > 0) return showMissing(context, host.exporting.opened?.file ?? '', missing, options);
      const service = await host.runs();
      const { from, of, fork, at, capture } = options;
      return followRun(context, host, options, (observe) =>
        service.start({
          ...(workflow !== undefined && { workflow }),
          inputs,
          ...(capture && { capture }),
          ...(options.tag && { tags: options.tag }),
          ...(options.to && { to: options.to }),
          ...(from !== undefined && of !== undefined && { from: { node: from, run: of } }),
          ...(fork !== undefined && at !== undefined && { fork: { run: fork, at } }),
          pins: portValuesOf(options.pin, '--pin'),
          edits: portValuesOf(options.edit, '--edit'),
          breakpoints: breakpointsOf(options.break),
          ...(options.hold !== undefined && { holdMs: options.hold }),
          observe,
        }),
      );
    },
    workflow,
  );
}

/** Says what an exported workflow lacks, and how each thing is supplied. */
function showMissing(
  context: CommandContext,
  file: string,
  missing: readonly Missing[],
  { json }: RunOptions,
): CommandResult {
  const { terminal } = context;
  if (json) printJson(context, { file, missing });
  else {
    terminal.err(`${safeText(file)} cannot run yet: ${plural(missing.length, 'thing')} missing.`);
    for (const { kind, name, message, remedy, command, profile } of missing) {
      terminal.err();
      terminal.err(terminal.style('bold', safeText(`${kind} ${name}`), 'err'));
      for (const line of wrapped(message, terminal.width, '  ')) terminal.err(line);
      for (const line of wrapped(remedy, terminal.width, '  ')) terminal.err(terminal.style('dim', line, 'err'));
      if (command !== undefined) terminal.err(`  $ ${safeText(command)}`);
      if (profile === undefined) continue;
      const text = JSON.stringify({ profiles: { [name]: profile } }, null, 2);
      for (const line of text.split('\n')) terminal.err(`    ${safeText(line)}`);
    }
  }
  return 'requires';
}

function usage(message: string, where: string): AppError {
  return new AppError('cli.usage', { message, where, remedy: 'See `pipewright run --help`.' });
}

function together(options: RunOptions, one: 'from' | 'fork', other: 'of' | 'at'): void {
  if ((options[one] === undefined) === (options[other] === undefined)) return;
  throw usage(`--${one} and --${other} are used together.`, `--${one}`);
}
