import type { PlanFrame, PlanNode, PlanWire } from '../core/plan/plan.ts';
import type { StepIdentity } from './step-identity.ts';

/**
 * Names what the answers of a step rest on besides its inputs: the prompts, collections, documents and tables that it
 * and all before it read, by their versions. Inside containers the whole outermost container counts: what a later turn
 * of it gets may come from any node inside.
 */
export class StepSources {
  private readonly root: PlanFrame;
  private readonly identity: StepIdentity;
  private readonly known = new Map<string, Promise<string>>();

  constructor(root: PlanFrame, identity: StepIdentity) {
    this.root = root;
    this.identity = identity;
  }

  /**
   * A hash; the empty text when nothing is read. Asked of the host once a run and node: what changes while a run works
   * shows in the next one.
   *
   * @param path of the step
   */
  of(path: string): Promise<string> {
    const id = /^[^[/]+/.exec(path)?.[0] ?? path;
    let found = this.known.get(id);
    if (found === undefined) {
      found = this.fingerprint(id);
      this.known.set(id, found);
    }
    return found;
  }

  private async fingerprint(id: string): Promise<string> {
    const at = this.root.nodes.find((node) => node.id === id);
    const refs = at === undefined ? [] : this.upTo(at).flatMap(({ reads }) => reads);
    return this.identity.sources(refs.filter(({ kind }) => kind !== 'profile'));
  }

  /** A node of the root frame and all that it gets values from, each once. */
  private upTo(node: PlanNode): PlanNode[] {
    const seen = new Set<PlanNode>([node]);
    for (const one of seen)
      for (const { source } of [...one.wires, ...one.captures] as readonly PlanWire[])
        if (source.kind === 'node') seen.add(this.root.nodes[source.order] as PlanNode);
    return [...seen];
  }
}
