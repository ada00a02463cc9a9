import { createInterface } from 'node:readline';
import { openWorkspace, type Run } from '../../app/index.ts';

/**
 * Works on runs of several workflows of a workspace at the same time, of each one after the other, until it is killed.
 * Arguments: the workspace, another one to warm up in, the workflow for that. It loads everything first and prints
 * `ready`; a line of JSON on standard input, `{ "<workflow>": { "from": 4, "to": 9 } }`, lets it go: of each workflow it
 * takes up the run that a killed process left, then starts runs number `from` and on (up to `to`, if that is said).
 * Prints `began` and `ended` with the workflow and the run.
 */
const [folder = '', warmFolder = '', warmWorkflow = ''] = process.argv.slice(2);

const say = (...words: string[]) => process.stdout.write(`${words.join(' ')}\n`);

{
  await using warm = await openWorkspace(warmFolder);
  await (await warm.run(warmWorkflow, { topic: 'warm' })).result;
}
say('ready');

for await (const line of createInterface({ input: process.stdin })) {
  const asked = Object.entries(JSON.parse(line) as { [workflow: string]: { from: number; to?: number } });
  await using workspace = await openWorkspace(folder);
  const left = await workspace.runs({ status: 'running' });
  await Promise.all(
    asked.map(async ([workflow, { from, to = Number.POSITIVE_INFINITY }]) => {
      const over = async (run: Run) => {
        say('began', workflow, run.runId);
        const { runId, status, error } = await run.result;
        say('ended', workflow, runId, status, error?.message ?? '');
      };
      for (const { runId, workflowName } of left)
        if (workflowName === workflow) await over(await workspace.resume(runId));
      for (let n = from; n <= to; n += 1) await over(await workspace.run(workflow, { topic: `${workflow}-${n}` }));
    }),
  );
  break;
}
process.exit(0);
