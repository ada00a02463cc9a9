import type { WorkflowChange } from '../../../core/graph/diff-workflows.ts';
import type { Json } from '../../../core/graph/json.ts';
import { type CommandContext, type CommandResult, type CommonOptions, printJson } from '../command-context.ts';
import { plural } from '../figures.ts';
import { safeText } from '../terminal.ts';
import { workflowService } from './validate.ts';

export async function diff(
  context: CommandContext,
  before: string,
  after: string,
  options: CommonOptions,
): Promise<CommandResult> {
  const { terminal } = context;
  const found = await (await workflowService(context, options, after)).diff(before, after);
  const { logic, layout } = found;
  if (options.json) printJson(context, { same: logic.length === 0, ...found });
  else {
    for (const change of logic) show(change);
    if (logic.length === 0) terminal.err('Both do the same.');
    if (layout.length > 0) terminal.err(`${plural(layout.length, 'difference')} in the layout only.`);
  }
  return logic.length === 0 ? 'ok' : 'differences';

  function show({ kind, path, before: old, after: now }: WorkflowChange): void {
    if (kind === 'added') terminal.out(terminal.style('green', `+ ${path}: ${shown(now)}`));
    else if (kind === 'removed') terminal.out(terminal.style('red', `- ${path}: ${shown(old)}`));
    else {
      terminal.out(`~ ${path}`);
      terminal.out(terminal.style('red', `    - ${shown(old)}`));
      terminal.out(terminal.style('green', `    + ${shown(now)}`));
    }
  }

  function shown(value: Json | undefined): string {
    const text = safeText(JSON.stringify(value ?? null));
    const most = terminal.width - 8;
    return text.length > most ? `${text.slice(0, most - 1)}…` : text;
  }
}
