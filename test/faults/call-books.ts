import type { FaultGraph } from './graphs.ts';
import { callOf } from './graphs.ts';
import { callsOnDisk, hasEnded, lastOwner, type RunOnDisk, topicOf } from './journal-on-disk.ts';

interface KillEntry {
  inFlight: boolean;
  /** Calls that the journal had begun and not completed: those that a crash may repeat. */
  live: Set<string>;
  /** How often each committed call had been asked for when the process was dead. */
  committed: Map<string, number>;
}

export interface KillFigures {
  kills: number;
  inFlight: number;
  /** Live calls over all crashes: the most repeats that are allowed. */
  live: number;
  repeats: number;
  /** Calls asked for again though the journal held their answer. Must be 0. */
  committedRepeats: number;
}

function count(calls: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const call of calls) counts.set(call, (counts.get(call) ?? 0) + 1);
  return counts;
}

/** Compares what the journal says at every kill with what the provider was really asked. A call is `topic step`. */
export class CallBooks {
  readonly faults: string[] = [];
  private readonly kills: KillEntry[] = [];
  private readonly graph: FaultGraph;

  constructor(graph: FaultGraph) {
    this.graph = graph;
  }

  get inFlight(): number {
    return this.kills.filter((kill) => kill.inFlight).length;
  }

  /** After a kill, before anything else runs. `runs`: those that had not ended before; `asked`: all questions so far. */
  afterKill(pid: number, runs: readonly RunOnDisk[], asked: readonly string[]): void {
    const counts = count(asked.map(callOf));
    const entry: KillEntry = { inFlight: false, live: new Set(), committed: new Map() };
    for (const run of runs) {
      const topic = topicOf(run);
      const { intended, committed } = callsOnDisk(run);
      for (const step of committed) entry.committed.set(`${topic} ${step}`, counts.get(`${topic} ${step}`) ?? 0);
      for (const step of this.graph.askers) {
        const call = `${topic} ${step}`;
        if (intended.has(step) && !committed.has(step)) entry.live.add(call);
        if (counts.has(call) && !intended.has(step))
          this.faults.push(`${call} was asked for before its intent was kept`);
      }
      if (!hasEnded(run) && lastOwner(run) === pid) entry.inFlight = true;
    }
    if (entry.live.size > this.graph.width)
      this.faults.push(`${entry.live.size} calls were under way where ${this.graph.width} branches are`);
    this.kills.push(entry);
  }

  /** When every run has ended. `asked`: all questions there were. */
  close(runs: readonly RunOnDisk[], asked: readonly string[]): KillFigures {
    const counts = count(asked.map(callOf));
    let committedRepeats = 0;
    for (const [number, { committed }] of this.kills.entries()) {
      for (const [call, before] of committed) {
        const again = (counts.get(call) ?? 0) - before;
        if (before === 0) this.faults.push(`${call} has an answer in the journal and was never asked for`);
        if (again > 0)
          this.faults.push(`${call} was asked for again after kill ${number + 1}, which found it committed`);
        committedRepeats += again;
      }
    }
    let repeats = 0;
    for (const run of runs) {
      for (const step of this.graph.askers) {
        const call = `${topicOf(run)} ${step}`;
        const times = counts.get(call) ?? 0;
        const crashes = this.kills.filter(({ live }) => live.has(call)).length;
        if (times === 0) this.faults.push(`${call} was never asked for`);
        if (times > 1 + crashes) this.faults.push(`${call} was asked for ${times} times over ${crashes} crashes`);
        repeats += Math.max(0, times - 1);
        counts.delete(call);
      }
    }
    for (const call of counts.keys()) this.faults.push(`${call} belongs to no run`);
    return {
      kills: this.kills.length,
      inFlight: this.inFlight,
      live: this.kills.reduce((sum, { live }) => sum + live.size, 0),
      repeats,
      committedRepeats,
    };
  }
}
