import { type CommandContext, type CommonOptions, printJson, withHost } from '../command-context.ts';

export async function cancel(
  context: CommandContext,
  run: string,
  { reason, ...options }: CommonOptions & { reason: string },
): Promise<void> {
  const runId = await withHost(context, options, async (host) => (await host.runs()).cancel(run, reason));
  if (options.json) printJson(context, { runId });
  else context.terminal.out(`${runId} was cancelled.`);
}
