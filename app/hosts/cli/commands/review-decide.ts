import type { Json } from '../../../core/graph/json.ts';
import { valueOfText } from '../../../services/run/run-edits.ts';
import { type CommandContext, type CommandResult, nameAndValue, printJson, withHost } from '../command-context.ts';
import { followRun, type RunShowing } from '../follow-run.ts';
import { userName } from '../user-name.ts';

interface DecideOptions extends RunShowing {
  value?: string[];
  comment?: string;
  by?: string;
  payloadHash?: string;
  resume: boolean;
}

export async function reviewDecide(
  context: CommandContext,
  task: string,
  action: string,
  options: DecideOptions,
): Promise<CommandResult> {
  const { terminal } = context;
  return withHost(context, options, async (host) => {
    const { comment, by, payloadHash } = options;
    const { runId, applied } = await (await host.reviews()).decide(task, {
      action,
      values: valuesOf(options.value),
      by: by ?? userName(),
      ...(comment !== undefined && { comment }),
      ...(payloadHash !== undefined && { payloadHash }),
    });
    if (!applied) terminal.err('It was already decided in the same way.');
    const { status, owner } = (await host.runs()).list({ search: runId, limit: 1 })[0] ?? {
      status: 'running',
      owner: null,
    };
    const held = owner !== null;
    if (!options.resume || held || !(status === 'waiting' || status === 'running')) {
      if (options.json) printJson(context, { runId, applied });
      else if (held) terminal.err('The process that works on the run will take it up.');
      else if (!options.resume) terminal.err(`Kept. Go on with: pipewright resume ${runId}`);
      return 'ok';
    }
    const service = await host.runs();
    return followRun(context, host, options, (observe) =>
      service.resume(runId, { ...(options.hold !== undefined && { holdMs: options.hold }), observe }),
    );
  });
}

/** JSON where it is valid JSON, else text: a form checks which of them fits. */
function valuesOf(given: readonly string[] = []): { [field: string]: Json } {
  return Object.fromEntries(
    given.map((text) => {
      const [name, value] = nameAndValue(text, '--value');
      return [name, valueOfText(value, 'any', name)];
    }),
  );
}
