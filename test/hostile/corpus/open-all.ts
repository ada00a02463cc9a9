import { isAppError } from '../../../app/core/errors/app-error.ts';
import { corpus, corpusService, fileOf, SOUND } from './open-corpus.ts';

// A process that opens the whole corpus, in the folder given, and says how many files were refused. With `plant` it
// also does what no opening may do, to show that a watcher sees it.
const [folder = '', plant = ''] = process.argv.slice(2);
const service = corpusService(folder);
await service.snapshot(SOUND);
let refused = 0;
for (const index of corpus.keys()) {
  await service.snapshot(fileOf(index)).catch((thrown: unknown) => {
    if (!isAppError(thrown)) throw thrown;
    refused += 1;
  });
}
if (plant !== '') {
  const { spawnSync } = await import('node:child_process');
  const { connect } = await import('node:net');
  const { writeFile } = await import('node:fs/promises');
  try {
    spawnSync('/bin/true');
  } catch (denied) {
    process.stderr.write(`${String(denied)}\n`);
  }
  await new Promise((resolve) => connect(9, '127.0.0.1').once('error', resolve).once('connect', resolve));
  await writeFile(plant, 'x').catch(() => undefined);
}
process.stdout.write(`${JSON.stringify({ refused })}\n`);
