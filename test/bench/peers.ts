import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { coldWorkspace } from './cold-start.ts';
import { type Contestant, figureOf, median, quantile, type Series, takeTurns } from './measure.ts';
import { type BenchOptions, type BenchReport, BenchSkipped, type Figure, type Target } from './report.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

const folderOfPeers = join(import.meta.dirname, 'peers');
const STEPS = 100;
const REQUESTS = 500;
const CONCURRENCY = 32;

/** A contestant, by the module that knows it and the variant of it, and the workloads that it takes part in. */
interface Entry {
  name: string;
  module: string;
  variant: string;
  in: readonly Workload[];
}
type Workload = 'chain' | 'fanout' | 'cold' | 'model';
const all: readonly Workload[] = ['chain', 'fanout', 'cold', 'model'];

const entries: readonly Entry[] = [
  { name: 'bare', module: 'bare', variant: 'bare', in: all },
  { name: 'bare + SQLite, FULL commits', module: 'bare', variant: 'durable', in: ['chain', 'model'] },
  { name: 'Pipewright', module: 'pipewright', variant: 'one-commit', in: ['chain', 'fanout', 'model'] },
  { name: 'Pipewright, FULL commit a step', module: 'pipewright', variant: 'full-step', in: ['chain'] },
  { name: 'LangGraph, SqliteSaver sync', module: 'langgraph', variant: 'sqlite', in: all },
  { name: 'LangGraph, nothing kept', module: 'langgraph', variant: 'none', in: all },
  { name: 'Rivet, nothing kept', module: 'rivet', variant: 'rivet', in: all },
  { name: 'Node-RED, nothing kept', module: 'node-red', variant: 'node-red', in: all },
  { name: 'LangChain pipe, nothing kept', module: 'langchain', variant: 'pipe', in: ['chain', 'cold', 'model'] },
];

interface Answer {
  ms: number;
  cpuMs: number;
  result?: unknown;
  latencies?: number[];
  error?: string;
}

/** The peers have packages and a lock of their own, installed by this bench alone. @throws BenchSkipped */
function installPeers(say: BenchOptions['say']): void {
  if (existsSync(join(folderOfPeers, 'node_modules', '.package-lock.json'))) return;
  say('installing the peers …');
  const { status, stderr } = spawnSync('npm', ['ci', '--no-progress'], { cwd: folderOfPeers, encoding: 'utf8' });
  if (status !== 0) throw new BenchSkipped(`the peers could not be installed: ${stderr.trim().slice(-300)}`);
}

/** A contestant in a process of its own. */
class Racer {
  readonly entry: Entry;
  private readonly child: ChildProcess;
  readonly samples: Answer[] = [];

  private constructor(entry: Entry, child: ChildProcess) {
    this.entry = entry;
    this.child = child;
  }

  static async start(entry: Entry, workload: Workload, about: object): Promise<Racer> {
    const child = fork(join(folderOfPeers, 'contestant.mjs'), [`./${entry.module}.mjs`, entry.variant], {
      cwd: folderOfPeers,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
      env: {
        PATH: process.env['PATH'],
        HOME: (about as { folder: string }).folder,
        OPENAI_API_KEY: 'key',
        NODE_NO_WARNINGS: '1',
      },
    });
    const racer = new Racer(entry, child);
    await racer.heard();
    await racer.ask({ prepare: workload, about });
    return racer;
  }

  private heard(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const exit = (code: number | null) => reject(new Error(`${this.entry.name} ended with ${code}`));
      this.child.once('exit', exit);
      this.child.once('message', (answer: Answer) => {
        this.child.off('exit', exit);
        if (answer.error === undefined) resolve(answer);
        else reject(new Error(`${this.entry.name}: ${answer.error}`));
      });
    });
  }

  ask(message: object): Promise<Answer> {
    const answer = this.heard();
    this.child.send(message);
    return answer;
  }

  stop(): void {
    this.child.disconnect();
  }
}

/** Runs a workload of all its contestants in turns, each in its own process. Every one must give the same. */
async function race(
  workload: Workload,
  { folder, baseUrl, rounds, warmUp }: { folder: string; baseUrl: string; rounds: number; warmUp: number },
): Promise<Map<string, { series: Series; racer: Racer }>> {
  const racers: Racer[] = [];
  try {
    for (const entry of entries.filter((one) => one.in.includes(workload))) {
      const own = mkdtempSync(join(folder, `${entry.module}-`));
      racers.push(await Racer.start(entry, workload, { folder: own, baseUrl }));
    }
    const message = workload === 'model' ? { many: { requests: REQUESTS, concurrency: CONCURRENCY } } : { run: true };
    const results = new Map<string, unknown>();
    const contestants = racers.map(
      (racer): Contestant => ({
        name: racer.entry.name,
        async run() {
          const answer = await racer.ask(message);
          racer.samples.push(answer);
          results.set(racer.entry.name, answer.result);
          return answer.ms;
        },
      }),
    );
    const series = await takeTurns(contestants, { rounds, warmUp });
    const given = new Set([...results.values()].map(String));
    if (workload !== 'model' && given.size !== 1)
      throw new Error(`${workload}: not all give the same: ${JSON.stringify([...results]).slice(0, 1000)}`);
    return new Map(
      racers.map((racer) => {
        const own = series.get(racer.entry.name) as Series;
        const counted = racer.samples.slice(-rounds);
        return [racer.entry.name, { series: { ...own, cpuMs: counted.map(({ cpuMs }) => cpuMs) }, racer }];
      }),
    );
  } finally {
    for (const racer of racers) racer.stop();
  }
}

/** Whole processes that run five steps and end. */
async function coldStarts(folder: string, say: BenchOptions['say']): Promise<Map<string, Series>> {
  const node = (args: string[], cwd: string, env: NodeJS.ProcessEnv = {}) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd,
      env: { PATH: process.env['PATH'], HOME: folder, ...env },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
    return stdout;
  };
  const own = coldWorkspace(folder, say);
  const contestants: Contestant[] = [
    { name: 'node -e 0', run: () => void node(['-e', '0'], folder) },
    { name: 'Pipewright, built command with trace', run: () => void node(own.args, own.folder) },
    ...entries
      .filter((entry) => entry.in.includes('cold'))
      .map(({ name, module, variant }) => ({
        name,
        run() {
          const userDir = mkdtempSync(join(folder, `${module}-`));
          node(['contestant.mjs', `./${module}.mjs`, variant, 'cold', userDir], folderOfPeers);
          return undefined;
        },
      })),
  ];
  return takeTurns(contestants, { rounds: 9, warmUp: 1 });
}

/** The four workloads of the peers, ours and theirs in turns, each in its own process. */
export async function peers({ say }: BenchOptions): Promise<BenchReport> {
  installPeers(say);
  return inTemporaryFolder(async (folder) => {
    const server = spawn(process.execPath, [join(folderOfPeers, 'model-server.mjs')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [port] = await once(server.stdout, 'data');
      const baseUrl = `http://127.0.0.1:${String(port).trim()}/v1`;
      const figures: Figure[] = [];
      const langgraph = 'LangGraph, SqliteSaver sync';

      say('W1: chain of 100 steps …');
      const chain = await race('chain', { folder, baseUrl, rounds: 21, warmUp: 5 });
      for (const [name, { series }] of chain) {
        const target: Target | undefined =
          name === 'Pipewright, FULL commit a step' ? { atMost: 0.5, of: 'ratio' } : undefined;
        figures.push({
          ...figureOf(series, {
            unit: 'µs a step',
            scale: 1000 / STEPS,
            cpu: true,
            baseline: chain.get(langgraph)?.series,
            ...(target && { target }),
          }),
          name: `W1 chain: ${name}`,
        });
      }
      say('W2: 200 parallel steps of 20 ms …');
      const fan = await race('fanout', { folder, baseUrl, rounds: 15, warmUp: 3 });
      for (const [name, { series }] of fan)
        figures.push({
          ...figureOf(series, { unit: 'ms', cpu: true, baseline: fan.get('bare')?.series }),
          name: `W2 fan-out: ${name}`,
        });
      say('W3: cold start …');
      const cold = await coldStarts(folder, say);
      for (const [name, series] of cold)
        figures.push({
          ...figureOf(series, { unit: 'ms', baseline: cold.get('node -e 0') }),
          name: `W3 cold start: ${name}`,
        });
      say(`W4: ${REQUESTS} requests at concurrency ${CONCURRENCY} …`);
      const model = await race('model', { folder, baseUrl, rounds: 7, warmUp: 2 });
      const bareSeries = model.get('bare')?.series;
      const langSeries = model.get(langgraph)?.series;
      for (const [name, { series, racer }] of model) {
        const perSecond = (ms: number) => (REQUESTS * 1000) / ms;
        const latencies = racer.samples.slice(-7).flatMap((sample) => sample.latencies ?? []);
        const ratio = (baseline: Series | undefined) =>
          median(series.ms.map((ms, i) => (baseline?.ms[i] ?? Number.NaN) / ms));
        figures.push({
          name: `W4 model calls: ${name}`,
          value: perSecond(median(series.ms)),
          unit: 'requests/s',
          spread: [perSecond(quantile(series.ms, 0.75)), perSecond(quantile(series.ms, 0.25))],
          cpu: median(series.cpuMs) / REQUESTS,
          ratio: ratio(bareSeries),
          against: 'bare client',
          ...(name === 'Pipewright' && { target: { atLeast: 0.75, of: 'ratio' as const } }),
        });
        figures.push({ name: '  p50 / latency', value: quantile(latencies, 0.5), unit: 'ms' });
        figures.push({ name: '  p99', value: quantile(latencies, 0.99), unit: 'ms' });
        if (name === 'Pipewright')
          figures.push({
            name: '  beside LangGraph sync',
            value: perSecond(median(series.ms)),
            unit: 'requests/s',
            ratio: ratio(langSeries),
            against: langgraph,
            target: { atLeast: 4, of: 'ratio' },
          });
      }
      return {
        figures,
        remarks: [
          '',
          'Each contestant in a process of its own, in turns; all give the same result. W1 and W4: ratio to the column named.',
          'Bare + SQLite, FULL commits: a row of each step, or an intent before the call and its answer after it, as safe as ours; no engine.',
          'Pipewright keeps every step and call on the disk (FULL); LangGraph with its SQLite saver in mode sync as that saver sets SQLite up; the others keep nothing.',
          'CPU of W4 is milliseconds a request in the process of the contestant.',
        ],
      };
    } finally {
      server.kill();
    }
  });
}
