import { isJsonObject } from '../../../core/graph/json.ts';
import { type CommandContext, type CommonOptions, printJson, withHost } from '../command-context.ts';
import { shownDate } from '../figures.ts';
import { shownValueLines } from '../shown-values.ts';
import { wrapped } from '../table.ts';

export async function reviewShow(context: CommandContext, id: string, options: CommonOptions): Promise<void> {
  const { terminal } = context;
  const task = await withHost(context, options, async (host) => (await host.reviews()).show(id));
  if (options.json) {
    printJson(context, task);
    return;
  }
  const fact = (label: string, text: string) => {
    const [first = '', ...rest] = wrapped(text, terminal.width - 10);
    terminal.out(`${terminal.style('dim', label.padEnd(10))}${first}`);
    for (const line of rest) terminal.out(`${' '.repeat(10)}${line}`);
  };
  terminal.out(terminal.style('bold', task.title));
  fact('task', `${task.wait} (${task.state})`);
  fact('run', `${task.runId} of ${task.workflowName}, step ${task.step}`);
  fact('opened', shownDate(task.openedAt));
  if (task.dueAt !== null) fact('due', shownDate(task.dueAt));
  if (task.reason !== null) fact('reason', task.reason);
  if (task.decision)
    fact(
      'decided',
      `${task.decision.action} by ${task.decision.by}${task.decision.comment ? `: ${task.decision.comment}` : ''}`,
    );
  terminal.out();
  for (const line of shownValueLines(task.payload, terminal)) terminal.out(line);
  if (task.form) {
    terminal.out();
    terminal.out(terminal.style('dim', 'form'));
    for (const line of JSON.stringify(task.form, null, 2).split('\n')) terminal.out(`  ${line}`);
  }
  if (task.state !== 'open') return;
  terminal.err();
  terminal.err('Decide:');
  for (const action of task.actions) terminal.err(`  pipewright review decide ${task.wait.slice(0, 13)} ${action}`);
  const fields = isJsonObject(task.form?.['properties']) ? Object.keys(task.form['properties']) : [];
  if (fields.length > 0) terminal.err(`Fill in the form: ${fields.map((name) => `--value ${name}=…`).join(' ')}`);
}
