import type { HostCapabilities } from '../core/capabilities/capabilities.ts';
import type { Json, JsonObject } from '../core/graph/json.ts';
import type { LinkedFlow } from '../core/graph/link-subflows.ts';
import type { Workflow } from '../core/graph/workflow.ts';
import type { Registry, ResourceRef } from '../core/nodekit/define-node.ts';
import type { Journal } from './journal.ts';

/** Everything that a run pins when it begins, so that a later resume does the same work. Stored once by its hash. */
export interface RunSnapshot {
  workflow: Workflow;
  /** Prompt texts by the workflow's alias. */
  prompts: { [alias: string]: string };
  /** Configurations of the model and embedding profiles that the workflow may use, by name; no secrets. */
  profiles: { [name: string]: Json };
  /** The workflows that nodes run, by the id of the node; absent where no node does, and in runs of earlier releases. */
  flows?: { [node: string]: LinkedFlow };
}

export interface EngineClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Lets everything else that waits have its turn. */
  yield(): Promise<void>;
}

/** All that the engine knows of the world. It imports no IO: a test passes a virtual clock and a seeded scheduler. */
export interface EnginePorts {
  journal: Journal;
  registry: Registry;
  clock: EngineClock;
  /** Uniform in [0, 1): backoff and recorded values. */
  random(): number;
  /** Unique ids with a prefix: `run_…`. */
  newId(prefix: string): string;
  /** SHA-256 of UTF-8 text, 64 hex digits. */
  hash(text: string): string;
  /** What nodes may call, for a run with this snapshot. */
  host(snapshot: RunSnapshot): HostCapabilities;
  /** Whether a profile works on this machine without cost: its calls need no intent. */
  isBuiltIn(profile: string, snapshot: RunSnapshot): boolean;
  /** Changes whenever what the reference points to changes. */
  fingerprint(ref: ResourceRef): Promise<string>;
  /** Takes secrets and personal data out of log entries and errors. */
  redact(data: JsonObject): JsonObject;
  /** Names this process in leases. */
  owner: string;
  /** Version of Pipewright, written into each run. */
  version: string;
}
