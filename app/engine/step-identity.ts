import { Frames } from '../core/graph/frames.ts';
import { canonicalJson } from '../core/graph/json.ts';
import type { ResourceRef } from '../core/nodekit/define-node.ts';
import type { PlanNode } from '../core/plan/plan.ts';
import type { StepEdits } from '../core/run/events.ts';
import { nodeOf } from '../core/run/step-path.ts';
import type { Cell } from './cells.ts';
import type { EnginePorts, RunSnapshot } from './engine-ports.ts';
import type { Frame } from './frame.ts';
import type { Arrived } from './step-values.ts';

/** What a step read outside the run's snapshot, and in which version: `collection docs`. */
export type Reads = { [what: string]: string };

/** What a snapshot answers for, by the resource. Nobody changes a snapshot, so all runs of one share it. */
const pinsOf = new WeakMap<RunSnapshot, Map<string, string>>();

/** Names the work of steps, so that equal work is known as equal: by type, config, what it reads and what it gets. */
export class StepIdentity {
  private readonly ports: Pick<EnginePorts, 'hash' | 'fingerprint'>;
  private readonly snapshot: RunSnapshot;
  private readonly pins: Map<string, string>;
  /** By container: what a person put in place of values inside, which decides what it gives. */
  private readonly editsInside: ReadonlyMap<string, string>;

  constructor(ports: Pick<EnginePorts, 'hash' | 'fingerprint'>, snapshot: RunSnapshot, edits: StepEdits = {}) {
    this.ports = ports;
    this.snapshot = snapshot;
    this.pins = pinsOf.get(snapshot) ?? new Map();
    pinsOf.set(snapshot, this.pins);
    this.editsInside = byContainer(snapshot, edits);
  }

  /**
   * All that decides a step's work besides its own inputs: for a container also what the nodes inside read, and the
   * values that they take from around it. Async only for what the host must be asked about.
   */
  definition(node: PlanNode, frame: Frame): string | Promise<{ text: string; reads: Reads }> {
    let text = node.memoBase + (this.editsInside.get(node.id) ?? '');
    for (const wire of node.captures) text += `|${wire.edge}=${frame.cellOn(wire)?.key ?? ''}`;
    const workflowPort = node.manifest.workflowPort?.(node.config);
    if (workflowPort?.direction === 'input') text += `|input=${frame.inputs[workflowPort.name]?.key ?? ''}`;
    const outside: ResourceRef[] = [];
    for (const ref of node.reads) {
      const known = this.pinned(ref);
      if (known === undefined) outside.push(ref);
      else text += `|${ref.kind} ${ref.name}=${known}`;
    }
    if (outside.length === 0) return text;
    return this.versions(outside).then((reads) => ({ text: text + named(reads), reads }));
  }

  /** Memo key of one step: equal keys, equal outputs. */
  memo(definition: string, arrived: Arrived): string {
    let text = definition;
    for (const name of Object.keys(arrived.cells).sort()) {
      const cell = arrived.cells[name] as Cell | Cell[];
      text += `|${name}=${Array.isArray(cell) ? cell.map((one) => one.key).join(',') : cell.key}`;
    }
    return this.ports.hash(text);
  }

  /** What the run's snapshot itself answers for. */
  private pinned(ref: ResourceRef): string | undefined {
    if (ref.kind !== 'prompt' && ref.kind !== 'profile') return undefined;
    const what = `${ref.kind} ${ref.name}`;
    let known = this.pins.get(what);
    if (known === undefined) {
      const { prompts, profiles } = this.snapshot;
      known =
        ref.kind === 'prompt' ? this.ports.hash(prompts[ref.name] ?? '') : canonicalJson(profiles[ref.name] ?? null);
      this.pins.set(what, known);
    }
    return known;
  }

  /** Names the versions of what is read, whoever reads it and in whatever order; empty when that is nothing. */
  async sources(refs: readonly ResourceRef[]): Promise<string> {
    const names = new Set<string>();
    for (const ref of refs) {
      const known = this.pinned(ref);
      names.add(known === undefined ? named(await this.versions([ref])) : `|${ref.kind}=${known}`);
    }
    return names.size === 0 ? '' : this.ports.hash([...names].sort().join(''));
  }

  private async versions(refs: readonly ResourceRef[]): Promise<Reads> {
    const parts = await Promise.all(
      refs.map(async ({ kind, name }) => [`${kind} ${name}`, await this.ports.fingerprint({ kind, name })] as const),
    );
    return Object.fromEntries(parts);
  }
}

function byContainer({ workflow }: RunSnapshot, edits: StepEdits): Map<string, string> {
  const inside = new Map<string, string>();
  const steps = Object.keys(edits).sort();
  if (steps.length === 0) return inside;
  const frames = new Frames(workflow.nodes);
  for (const step of steps)
    for (const container of frames.around(nodeOf(step)))
      if (container !== null)
        inside.set(container, `${inside.get(container) ?? ''}|edit ${step}=${canonicalJson(edits[step] ?? null)}`);
  return inside;
}

function named(reads: Reads): string {
  return Object.entries(reads)
    .map(([what, version]) => `|${what}=${version}`)
    .join('');
}
