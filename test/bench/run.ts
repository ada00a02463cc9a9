import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { benches } from './benches.ts';
import { machine, machineText } from './machine.ts';
import { BenchSkipped, figureTable, verdict } from './report.ts';

const usage = `npm run bench -- NAME [--json FILE]

${Object.entries(benches)
  .map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`)
  .join('\n')}

A target that is missed is printed and is no failure of the bench. What each one means: test/bench/README.md`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'string' }, help: { type: 'boolean' } },
  });
  const [name] = positionals;
  if (name === undefined || values.help) {
    console.log(usage);
    return 0;
  }
  const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
  if (!bench) {
    console.error(`There is no bench “${name}”.\n\n${usage}`);
    return 2;
  }
  const where = machine();
  console.log(`${name}: ${bench.summary}\n${machineText(where)}\n`);
  const keep = (result: object) => {
    if (values.json !== undefined)
      writeFileSync(values.json, `${JSON.stringify({ bench: name, machine: where, ...result }, null, 2)}\n`);
  };
  try {
    const run = await bench.load();
    const data = process.env['PIPEWRIGHT_DATA'] || undefined;
    const report = await run({ data, say: (line) => console.error(line) });
    console.log([figureTable(report.figures), ...report.remarks].join('\n'));
    keep({ ...report, figures: report.figures.map((figure) => ({ ...figure, verdict: verdict(figure) })) });
  } catch (thrown) {
    if (!(thrown instanceof BenchSkipped)) throw thrown;
    console.log(`skipped: ${thrown.message}`);
    keep({ skipped: thrown.message });
  }
  return 0;
}

process.exit(await main());
