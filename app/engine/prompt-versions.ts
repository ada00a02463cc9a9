import { promptsBefore } from '../core/plan/prompts-before.ts';
import { PROMPTS_JOINED, promptName, promptVersion } from '../core/template/prompt-version.ts';
import type { EnginePorts, RunSnapshot } from './engine-ports.ts';

/** What was found, by snapshot: a program runs the same one again and again. */
const found = new WeakMap<RunSnapshot, Map<string, string | undefined>>();

/** Names the prompt files that a node's requests are made of, with their versions: `prompts/answer.md@1a2b3c4d5e6f`. */
export class PromptVersions {
  private readonly ports: Pick<EnginePorts, 'registry' | 'hash'>;
  private readonly snapshot: RunSnapshot;
  private readonly known: Map<string, string | undefined>;

  constructor(ports: Pick<EnginePorts, 'registry' | 'hash'>, snapshot: RunSnapshot) {
    this.ports = ports;
    this.snapshot = snapshot;
    this.known = found.get(snapshot) ?? new Map();
    found.set(snapshot, this.known);
  }

  /** Undefined where no prompt file is behind a node. */
  of(nodeId: string): string | undefined {
    if (!this.known.has(nodeId)) this.known.set(nodeId, this.find(nodeId));
    return this.known.get(nodeId);
  }

  private find(nodeId: string): string | undefined {
    const { workflow, prompts } = this.snapshot;
    if (Object.keys(prompts).length === 0) return undefined;
    const names = promptsBefore(workflow, this.ports.registry, nodeId).map((alias) => {
      const file = workflow.resources.prompts?.[alias]?.file ?? alias;
      return promptName(file, promptVersion(this.ports.hash(prompts[alias] ?? '')));
    });
    return names.length === 0 ? undefined : names.join(PROMPTS_JOINED);
  }
}
