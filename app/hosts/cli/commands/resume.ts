import { type CommandContext, type CommandResult, withHost } from '../command-context.ts';
import { followRun, type RunShowing } from '../follow-run.ts';
import { breakpointsOf } from '../run-arguments.ts';

export async function resume(
  context: CommandContext,
  run: string,
  options: RunShowing & { break?: string[] },
): Promise<CommandResult> {
  return withHost(context, options, async (host) => {
    const service = await host.runs();
    return followRun(context, host, options, (observe) =>
      service.resume(run, { breakpoints: breakpointsOf(options.break), observe }),
    );
  });
}
