import { simulate } from './simulate.ts';

/** `node test/simulation/run-seeds.ts FROM COUNT`: prints one JSON line, exits 1 at the first seed that breaks. */
const [from = '1', count = '1000'] = process.argv.slice(2);
const totals = { seeds: 0, steps: 0, crashes: 0, takeovers: 0, sends: 0, seconds: 0 };
const statuses: { [status: string]: number } = {};
const begun = performance.now();
for (let seed = Number(from); seed < Number(from) + Number(count); seed += 1) {
  try {
    const done = await simulate(seed);
    totals.seeds += 1;
    for (const key of ['steps', 'crashes', 'takeovers', 'sends'] as const) totals[key] += done[key];
    statuses[done.status] = (statuses[done.status] ?? 0) + 1;
  } catch (error) {
    console.log(JSON.stringify({ seed, broken: error instanceof Error ? error.message : String(error) }));
    process.exit(1);
  }
}
totals.seconds = Math.round(performance.now() - begun) / 1000;
console.log(JSON.stringify({ ...totals, statuses }));
