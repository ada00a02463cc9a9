import { AppError, isAppError } from '../../../core/errors/app-error.ts';
import { type CommandContext, type CommandResult, withHost } from '../command-context.ts';
import type { ExitName } from '../exit-codes.ts';
import { followRun, type RunShowing } from '../follow-run.ts';
import { breakpointsOf } from '../run-arguments.ts';
import { showError } from '../show-error.ts';

interface ResumeOptions extends RunShowing {
  break?: string[];
  due?: boolean;
}

export async function resume(
  context: CommandContext,
  run: string | undefined,
  options: ResumeOptions,
): Promise<CommandResult> {
  if ((run === undefined) !== (options.due ?? false)) {
    throw new AppError('cli.usage', {
      message: run === undefined ? 'No run was named.' : 'A run and --due cannot be given together.',
      where: 'resume',
      remedy: 'Give the id of a run, or --due for all whose time has come.',
    });
  }
  return withHost(context, options, async (host) => {
    const service = await host.runs();
    const { hold } = options;
    const one = (runId: string) =>
      followRun(context, host, options, (observe) =>
        service.resume(runId, {
          breakpoints: breakpointsOf(options.break),
          ...(hold !== undefined && { holdMs: hold }),
          observe,
        }),
      );
    if (run !== undefined) return one(run);
    const due = host.hasHistory() ? service.list({ dueBefore: Date.now(), limit: 10_000 }) : [];
    if (due.length === 0) context.terminal.err('No run waits for a time that has come.');
    let worst: ExitName = 'ok';
    for (const { runId } of due.reverse()) {
      try {
        const exit = await one(runId);
        if (exit === 'interrupted') return exit;
        if (exit === 'failed') worst = exit;
      } catch (thrown) {
        // Another process may have taken it up meanwhile; the others are due all the same.
        if (!isAppError(thrown)) throw thrown;
        showError(context.terminal, thrown.toWire());
        if (thrown.code !== 'run.owned' && thrown.code !== 'run.finished') worst = 'failed';
      }
    }
    return worst;
  });
}
