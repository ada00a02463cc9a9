// One contestant in a process of its own: `node contestant.mjs MODULE VARIANT`. Told by messages what to prepare and when
// to run; answers with milliseconds of wall and processor time. `node contestant.mjs MODULE VARIANT cold FOLDER` runs
// the five-step graph once and ends: the whole process is what is timed.

const [, , moduleFile, variant, mode, coldFolder] = process.argv;
const { variants } = await import(new URL(moduleFile, import.meta.url).href);
/** @type {{ [workload: string]: (about: object) => Promise<() => Promise<unknown>> }} */
const workloads = variants[variant];
let run;

async function once() {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const result = await run();
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1000, result };
}

/** `requests` runs, `concurrency` of them at a time. */
async function many({ requests, concurrency }) {
  const latencies = [];
  let left = requests;
  const cpu = process.cpuUsage();
  const began = performance.now();
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const start = performance.now();
      const result = await run();
      latencies.push(performance.now() - start);
      if (result !== 'pong') throw new Error(`the answer was ${JSON.stringify(result)}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1000, latencies };
}

if (mode === 'cold') {
  run = await workloads.cold({ folder: coldFolder });
  process.stdout.write(String(await run()));
  process.exit(0);
}

process.on('message', async (message) => {
  try {
    if (message.prepare) {
      run = await workloads[message.prepare](message.about);
      process.send({ ready: true });
    } else process.send(message.many ? await many(message.many) : await once());
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) });
  }
});
process.on('disconnect', () => process.exit(0));
process.send({ loaded: true });
