import { AppError } from '../../../core/errors/app-error.ts';
import type { Capture } from '../../../core/run/events.ts';
import { type CommandContext, type CommandResult, withHost } from '../command-context.ts';
import { followRun, type RunShowing } from '../follow-run.ts';
import { breakpointsOf, portValuesOf, readInputs } from '../run-arguments.ts';

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

function usage(message: string, where: string): AppError {
  return new AppError('cli.usage', { message, where, remedy: 'See `pipewright run --help`.' });
}

function together(options: RunOptions, one: 'from' | 'fork', other: 'of' | 'at'): void {
  if ((options[one] === undefined) === (options[other] === undefined)) return;
  throw usage(`--${one} and --${other} are used together.`, `--${one}`);
}
