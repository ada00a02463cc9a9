import { createInterface } from 'node:readline';
import { openWorkspace } from '../../app/index.ts';

/**
 * Works on runs of a workspace, one after the other, until it is killed. Arguments: the workspace, another one to warm
 * up in, the workflow. It loads everything first and prints `ready`; a line `N` or `N M` on standard input lets it go:
 * it takes up the run that a killed process left, then starts runs number N, N + 1, … (up to M). Prints `began` and
 * `ended` with the number or id.
 */
const [folder = '', warmFolder = '', workflow = ''] = process.argv.slice(2);

const say = (...words: (string | number)[]) => process.stdout.write(`${words.join(' ')}\n`);

{
  await using warm = await openWorkspace(warmFolder);
  await (await warm.run(workflow, { topic: 'warm' })).result;
}
say('ready');

for await (const line of createInterface({ input: process.stdin })) {
  const [from = 1, to = Number.POSITIVE_INFINITY] = line.split(' ').map(Number);
  const workspace = await openWorkspace(folder);
  for (const { runId } of await workspace.runs({ status: 'running' })) {
    const run = await workspace.resume(runId);
    say('began', runId);
    await over(run.result);
  }
  for (let n = from; n <= to; n += 1) {
    const run = await workspace.run(workflow, { topic: `run-${n}` });
    say('began', run.runId);
    await over(run.result);
  }
  await workspace.close();
  break;
}
process.exit(0);

async function over(result: Promise<{ runId: string; status: string; error?: { message: string } }>): Promise<void> {
  const { runId, status, error } = await result;
  say('ended', runId, status, error?.message ?? '');
}
