import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ContractClient } from '../../app/core/contracts/client.ts';
import type { WorkflowIssue } from '../../app/core/contracts/workflow.ts';
import type { DocumentStore } from './document-store.ts';

export type Severity = WorkflowIssue['severity'];

export interface CheckState {
  issues: readonly WorkflowIssue[];
  /** The worst that is wrong with a node. */
  nodes: ReadonlyMap<string, Severity>;
  edges: ReadonlyMap<string, Severity>;
  /** What is known is of an older version of the document, or of none. */
  isStale: boolean;
}

/** What is wrong with a document, found by the host while it is edited. */
export interface Checking {
  readonly store: StoreApi<CheckState>;
  /** Files that it refers to have changed. */
  again(): void;
  dispose(): void;
}

/** Not at each key, and soon enough that one still looks where the mistake is. */
const AFTER_MS = 300;

/** `found`: what is wrong with the document as it is now, which the host said when it was opened. */
export function createChecking(
  document: DocumentStore,
  client: Pick<ContractClient, 'workflow'>,
  found: readonly WorkflowIssue[],
): Checking {
  const store = createStore<CheckState>(() => checked(found));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let newest = 0;

  async function check(): Promise<void> {
    newest += 1;
    const asked = newest;
    const { issues } = await client.workflow.check({ workflow: document.workflow() });
    // An answer about an older version that comes late says nothing about this one.
    if (asked !== newest) return;
    store.setState(checked(issues));
  }

  const soon = () => {
    clearTimeout(timer);
    store.setState({ isStale: true });
    // Without a host nothing is known; the page tells of that.
    timer = setTimeout(() => void check().catch(() => undefined), AFTER_MS);
  };
  const stop = document.store.subscribe((state, before) => {
    if (state.doc !== before.doc) soon();
  });
  return {
    store,
    again: soon,
    dispose() {
      clearTimeout(timer);
      stop();
    },
  };
}

function checked(issues: readonly WorkflowIssue[]): CheckState {
  return { issues, nodes: worst(issues, 'nodeId'), edges: worst(issues, 'edgeId'), isStale: false };
}

function worst(issues: readonly WorkflowIssue[], of: 'nodeId' | 'edgeId'): Map<string, Severity> {
  const found = new Map<string, Severity>();
  for (const issue of issues) {
    const id = issue[of];
    if (id !== undefined && found.get(id) !== 'error') found.set(id, issue.severity);
  }
  return found;
}
