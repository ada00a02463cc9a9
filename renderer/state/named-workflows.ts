import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ContractClient } from '../../app/core/contracts/client.ts';
import type { NamedWorkflow } from '../../app/core/contracts/workflow.ts';

export type { NamedWorkflow };

/** What the workspace has under the references that nodes name workflows by. */
export interface NamedWorkflows {
  /** By reference. */
  readonly store: StoreApi<{ known: ReadonlyMap<string, NamedWorkflow> }>;
  /** Asks for those that were not asked for yet; what comes is in the store. */
  look(references: Iterable<string>): void;
  /** The workflow that a reference means now; undefined when it means none. */
  find(reference: string): Promise<NamedWorkflow | undefined>;
  /** Asks for all again: files have changed. */
  refresh(): void;
}

/** What many nodes and many changes of files ask for together is asked once. */
const AFTER_MS = 30;
/** References that a person types letter by letter mean nothing yet and would be kept for ever. */
const MOST = 500;

export function createNamedWorkflows(client: Pick<ContractClient, 'workflow'>): NamedWorkflows {
  const store = createStore<{ known: ReadonlyMap<string, NamedWorkflow> }>(() => ({ known: new Map() }));
  const asked = new Set<string>();
  let waiting = new Set<string>();
  let isComing = false;

  async function ask(references: readonly string[]): Promise<readonly NamedWorkflow[]> {
    const found = await client.workflow.named({ references: [...references] });
    store.setState(({ known: before }) => {
      const known = new Map(before);
      for (const reference of references) known.delete(reference);
      for (const one of found) known.set(one.reference, one);
      return { known };
    });
    return found;
  }

  function soon(references: Iterable<string>): void {
    for (const one of references) waiting.add(one);
    if (waiting.size === 0 || isComing) return;
    isComing = true;
    setTimeout(() => {
      isComing = false;
      const now = [...waiting];
      waiting = new Set();
      // Without a host nothing is known; the next passage over a connection asks again.
      void ask(now).catch(() => undefined);
    }, AFTER_MS);
  }

  return {
    store,
    look(references) {
      const fresh = [...new Set(references)].filter((one) => one !== '' && one.length <= 300 && !asked.has(one));
      if (asked.size + fresh.length > MOST) asked.clear();
      for (const one of fresh) asked.add(one);
      soon(fresh);
    },
    async find(reference) {
      asked.add(reference);
      return (await ask([reference]))[0];
    },
    refresh: () => soon(asked),
  };
}
