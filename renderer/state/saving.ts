import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ContractClient } from '../../app/core/contracts/client.ts';
import { fromWireError } from '../../app/core/contracts/wire-error.ts';
import type { DocumentStore } from './document-store.ts';
import { positionOf } from './history.ts';
import { diskVersionOf } from './outdated-nodes.ts';

export type SaveState =
  | { status: 'settled' }
  | { status: 'saving' }
  /** The disk holds another version than the one that this was made from, or none any more. */
  | { status: 'conflict'; removed: boolean }
  | { status: 'failed'; message: string; remedy?: string };

/** Keeps one document safe: unsaved work in a recovery file, saved work on the disk, and never one over the other. */
export interface Saving {
  readonly store: StoreApi<SaveState>;
  /** Writes the document; true when the disk holds it now. */
  save(): Promise<boolean>;
  /** Writes it over whatever the disk holds: only after a person said so. */
  overwrite(): Promise<boolean>;
  /** Takes what the disk holds in place of the document. */
  takeTheirs(): Promise<void>;
  /** What the watcher saw: a file with another hash, or (`undefined`) none. */
  onDisk(hash: string | undefined): Promise<void>;
  /** Whether there is work that a crash would cost now. */
  isAtRisk(): boolean;
  /** Leaves unsaved work where a restart finds it, now. */
  keep(): Promise<void>;
  /** Forgets unsaved work that is not wanted. */
  discard(): Promise<void>;
  dispose(): void;
}

export interface SavingPorts {
  document: DocumentStore;
  client: Pick<ContractClient, 'workflow' | 'recovery'>;
  slot: string;
  /** Told when the version of the disk took the place of an unchanged document. */
  onReload: () => void;
}

/** Long enough not to write at each key, short enough that a crash costs one word. */
const KEEP_AFTER_MS = 400;

export function createSaving({ document, client, slot, onReload }: SavingPorts): Saving {
  const store = createStore<SaveState>(() => ({ status: 'settled' }));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let inFlight: Promise<boolean> | undefined;
  let keptPosition: number | undefined;
  let keeping: Promise<void> = Promise.resolve();

  const now = () => document.store.getState();
  const set = (state: SaveState) => store.setState(state, true);

  /** One after the other: a slow older write must not come after a newer one. */
  function keep(): Promise<void> {
    clearTimeout(timer);
    keeping = keeping.then(async () => {
      const { file, base, history } = now();
      const position = positionOf(history);
      if (document.isDirty()) {
        if (position === keptPosition) return;
        await client.recovery.put({ file, slot, base: base.hash, workflow: document.workflow() });
        keptPosition = position;
      } else await discardNow();
    }, ignore);
    // A host that cannot keep it says so when the document is saved; typing goes on.
    keeping = keeping.catch(ignore);
    return keeping;
  }

  async function discardNow(): Promise<void> {
    if (keptPosition === undefined) return;
    keptPosition = undefined;
    await client.recovery.drop({ file: now().file, slot });
  }

  const stop = document.store.subscribe((state, before) => {
    if (state.doc === before.doc && state.savedAt === before.savedAt) return;
    clearTimeout(timer);
    timer = setTimeout(() => void keep(), KEEP_AFTER_MS);
  });

  async function write(base: string | null): Promise<boolean> {
    document.seal();
    const { file, history, doc } = now();
    set({ status: 'saving' });
    try {
      const disk = await client.workflow.save({ file, workflow: document.workflow(), base });
      document.saved(positionOf(history), disk, doc.nodes);
      set({ status: 'settled' });
      await keep();
      return true;
    } catch (thrown) {
      const error = fromWireError(thrown);
      if (error.code === 'file.conflict') set({ status: 'conflict', removed: error.data?.['gone'] === true });
      else {
        const { message, remedy } = error;
        set({ status: 'failed', message, ...(remedy !== undefined && { remedy }) });
      }
      return false;
    }
  }

  function save(base: () => Promise<string | null>): Promise<boolean> {
    inFlight ??= base()
      .then(write)
      .finally(() => {
        inFlight = undefined;
      });
    return inFlight;
  }

  async function hashOnDisk(): Promise<string | null> {
    try {
      return (await client.workflow.open({ file: now().file })).hash;
    } catch (thrown) {
      if (fromWireError(thrown).code === 'workflow.missing') return null;
      throw thrown;
    }
  }

  async function takeTheirs(): Promise<void> {
    const opened = await client.workflow.open({ file: now().file });
    if (!opened.workflow) return set({ status: 'conflict', removed: false });
    document.reload(opened.workflow, diskVersionOf(opened));
    set({ status: 'settled' });
    await keep();
  }

  return {
    store,
    save: () => (store.getState().status === 'conflict' ? Promise.resolve(false) : save(async () => now().base.hash)),
    overwrite: () => save(hashOnDisk),
    takeTheirs,
    async onDisk(hash) {
      // Our own save is seen by the watcher as well, perhaps before its answer is here.
      await inFlight;
      if (hash === now().base.hash) return;
      if (document.isDirty() || hash === undefined) return set({ status: 'conflict', removed: hash === undefined });
      await takeTheirs();
      if (store.getState().status === 'settled') onReload();
    },
    isAtRisk: () => document.isDirty() && keptPosition !== positionOf(now().history),
    keep,
    async discard() {
      clearTimeout(timer);
      await keeping;
      await discardNow();
    },
    dispose() {
      clearTimeout(timer);
      stop();
    },
  };
}

const ignore = () => undefined;
