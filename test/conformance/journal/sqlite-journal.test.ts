import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProcessIdentity } from '../../../app/adapters/sqlite/process-identity.ts';
import { openWorkspaceStore, type WorkspaceStore } from '../../../app/adapters/sqlite/workspace-store.ts';
import { describeJournal } from './journal-suite.ts';

describeJournal('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-journal-'));
  const stores: WorkspaceStore[] = [];
  const gone = new Set<number>();
  let now = 1_790_000_000_000;
  const open = (): WorkspaceStore => {
    const identity: ProcessIdentity = { pid: stores.length + 1, process: 'p', host: 'h' };
    const store = openWorkspaceStore({
      folder: join(folder, '.pipewright'),
      keyFile: join(folder, 'profile', 'key'),
      now: () => now,
      lease: { identity, isProcessGone: ({ pid }) => gone.has(pid) },
    });
    stores.push(store);
    return store;
  };
  let current = open();
  return {
    journal: current.journal,
    second: async () => open().journal,
    async crash() {
      gone.add(stores.indexOf(current) + 1);
      current = open();
      return current.journal;
    },
    expireLeases() {
      now += 10_001;
    },
    async decide(runId, wait, decision) {
      const { payloadHash } = current.reviews.task(wait, runId);
      await current.reviews.decide({ runId, wait, payloadHash, decision });
    },
    async purge(runId) {
      await current.retention.dropPayloads(runId);
    },
    async close() {
      for (const store of stores) store.close();
      rmSync(folder, { recursive: true });
    },
  };
});
