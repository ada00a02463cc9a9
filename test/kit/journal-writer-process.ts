/**
 * A process that writes one event after the other and prints each number once it is acknowledged; killed by its test.
 * Arguments: folder of the store, key file, run id. Prints `owned` when it may not have the run, `fenced` when it lost it.
 */
import { openWorkspaceStore } from '../../app/adapters/sqlite/workspace-store.ts';
import { isAppError } from '../../app/core/errors/app-error.ts';
import type { RunEventBody } from '../../app/core/run/events.ts';

const [folder = '', keyFile = '', runId = ''] = process.argv.slice(2);
const { journal } = openWorkspaceStore({ folder, keyFile, now: Date.now });

const body = (n: number): RunEventBody => ({
  type: 'step.finished',
  step: `step_${n}`,
  node: 'step',
  attempt: 1,
  startedAt: Date.now(),
  outputs: { out: { value: 'x'.repeat((n * 37) % 2000) } },
});

try {
  const { fence, events } = await journal.claim(runId, 'writer');
  process.stdout.write('claimed\n');
  for (let seq = events.length + 1; ; seq += 2) {
    const pair = [
      { seq, at: Date.now(), ...body(seq) },
      { seq: seq + 1, at: Date.now(), ...body(seq + 1) },
    ];
    await journal.append({ runId, fence, events: pair, values: [] });
    process.stdout.write(`${seq + 1}\n`);
  }
} catch (error) {
  process.stdout.write(`${isAppError(error) ? error.code : String(error)}\n`);
  process.exitCode = 1;
}
