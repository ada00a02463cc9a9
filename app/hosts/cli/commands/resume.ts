import { AppError, isAppError } from '../../../core/errors/app-error.ts';
import type { Host } from '../../compose.ts';
import { type CommandContext, type CommandResult, nameAndValue, withHost } from '../command-context.ts';
import type { ExitName } from '../exit-codes.ts';
import { followRun, openStops, type RunShowing } from '../follow-run.ts';
import { breakpointsOf } from '../run-arguments.ts';
import { showError } from '../show-error.ts';
import { userName } from '../user-name.ts';

interface ResumeOptions extends RunShowing {
  break?: string[];
  continue?: boolean;
  step?: boolean;
  until?: string;
  set?: string[];
  at?: string;
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
    const { hold, until } = options;
    const breakpoints = options.break && breakpointsOf(options.break);
    const one = (runId: string) =>
      followRun(context, host, options, (observe) =>
        service.resume(runId, {
          ...(breakpoints && { breakpoints }),
          ...(until !== undefined && { until }),
          ...(hold !== undefined && { holdMs: hold }),
          observe,
        }),
      );
    if (run !== undefined) {
      await decideStops(host, service.find(run), options);
      return one(run);
    }
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

/** Decides at the stops of a run as the options say; without such an option it stays as it is. */
async function decideStops(host: Host, runId: string, options: ResumeOptions): Promise<void> {
  const { step = false, set, at } = options;
  if (!step && !options.continue && set === undefined && options.until === undefined) return;
  const reviews = await host.reviews();
  const all = openStops(reviews.list({ runId }));
  const stops = at === undefined ? all : all.filter((stop) => stop.step === at);
  const [first] = stops;
  if (!first) {
    throw new AppError('run.decision', {
      message: at === undefined ? 'The run is stopped at no breakpoint.' : `The run is not stopped before “${at}”.`,
      where: runId,
      remedy:
        all.length > 0
          ? `It is stopped before: ${all.map((stop) => stop.step).join(', ')}.`
          : 'Resume it without --step, --continue, --until and --set.',
    });
  }
  if (set && stops.length > 1) {
    throw new AppError('cli.usage', {
      message: `The run is stopped before ${stops.length} steps; --set is for one of them.`,
      where: '--set',
      remedy: `Say which with --at: ${stops.map((stop) => stop.step).join(', ')}.`,
    });
  }
  const texts = Object.fromEntries((set ?? []).map((text) => nameAndValue(text, '--set')));
  const values = set ? { inputs: await (await host.runs()).readEdits(runId, first.step, texts) } : {};
  for (const { wait } of stops)
    await reviews.decide(wait, { action: step ? 'step' : 'continue', values, by: userName() });
}
