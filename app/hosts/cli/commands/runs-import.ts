import { resolve } from 'node:path';
import { readFileBounded } from '../../../adapters/files/read-file-bounded.ts';
import { utf8 } from '../../../adapters/files/workspace-folder.ts';
import { MAX_RUN_FILE_BYTES } from '../../../core/run/read-run-file.ts';
import { type CommandContext, type CommonOptions, printJson, withHost } from '../command-context.ts';
import { safeText } from '../terminal.ts';

/** Takes the file of an exported run into the workspace, to be looked back at. */
export async function importRun(context: CommandContext, file: string, options: CommonOptions): Promise<void> {
  const { terminal, cwd } = context;
  const text = utf8(await readFileBounded(resolve(cwd, file), MAX_RUN_FILE_BYTES, file), file);
  const imported = await withHost(context, options, async (host) => (await host.runs()).importRun(text, file));
  if (options.json) return printJson(context, imported);
  const { runId, parent, workflowName } = imported;
  terminal.out(`${runId}  ${safeText(workflowName)}, which was ${parent} where it ran.`);
  terminal.err(`Look at it: pipewright trace ${runId}. It cannot be resumed, forked or replayed.`);
}
