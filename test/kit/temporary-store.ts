import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  openWorkspaceStore,
  type WorkspaceStore,
  type WorkspaceStoreOptions,
} from '../../app/adapters/sqlite/workspace-store.ts';
import { sha256Hex } from '../../app/core/graph/hash.ts';
import { canonicalJson, type Json } from '../../app/core/graph/json.ts';
import type { RunEvent, RunEventBody, ValueRef } from '../../app/core/run/events.ts';
import type { StoredValue } from '../../app/engine/journal.ts';

/** Time of the first event of logs made here. */
export const TEST_TIME = 1_790_000_000_000;

/** Numbers events from `first` and dates them, a millisecond each. */
export function eventLog(bodies: readonly RunEventBody[], first = 1): RunEvent[] {
  return bodies.map((body, index) => ({ seq: first + index, at: TEST_TIME + first + index, ...body }));
}

export function runCreated(more: Partial<Extract<RunEventBody, { type: 'run.created' }>> = {}): RunEventBody {
  return {
    type: 'run.created',
    workflowId: 'wf_1',
    workflowName: 'Support',
    workflowHash: 'aa',
    snapshot: 'bb',
    inputs: {},
    engine: '0.1.0',
    capture: 'full',
    ...more,
  };
}

export function stepFinished(
  step: string,
  more: Partial<Extract<RunEventBody, { type: 'step.finished' }>> = {},
): RunEventBody {
  return { type: 'step.finished', step, node: step, attempt: 1, startedAt: TEST_TIME, outputs: {}, ...more };
}

export function storedValue(value: Json, personal = false): StoredValue {
  const text = canonicalJson(value);
  return { digest: sha256Hex(text), text, personal };
}

export const refTo = ({ digest, text }: StoredValue): ValueRef => ({ digest, bytes: text.length });

export interface TemporaryWorkspace {
  /** Parent of everything below. */
  folder: string;
  /** `.pipewright` in it. */
  state: string;
  database: string;
  keyFile: string;
  open(options?: Partial<WorkspaceStoreOptions>): WorkspaceStore;
  remove(): void;
}

/** A folder for stores that a test opens; all are closed when it is removed. */
export function temporaryWorkspace(): TemporaryWorkspace {
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-store-'));
  const state = join(folder, '.pipewright');
  const keyFile = join(folder, 'profile', 'personal.key');
  const stores: WorkspaceStore[] = [];
  return {
    folder,
    state,
    database: join(state, 'pipewright.db'),
    keyFile,
    open(options = {}) {
      const store = openWorkspaceStore({ folder: state, keyFile, now: () => TEST_TIME, ...options });
      stores.push(store);
      return store;
    },
    remove() {
      for (const store of stores) store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
