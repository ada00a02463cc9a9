import { openTemplates } from '../../templates.ts';
import { type CommandContext, printJson } from '../command-context.ts';
import { tableLines } from '../table.ts';

export async function templates(context: CommandContext, options: { json?: boolean }): Promise<void> {
  const { terminal } = context;
  const list = await openTemplates().list();
  if (options.json) return printJson(context, list);
  const rows = list.map(({ id, description }) => [id, description]);
  const columns = [{ title: 'TEMPLATE' }, { title: 'WHAT IT DOES', flexible: true, wraps: true }];
  for (const line of tableLines(columns, rows, terminal.width)) terminal.out(line.trimEnd());
  terminal.err();
  terminal.err('Begin with one: pipewright init FOLDER --template TEMPLATE');
}
