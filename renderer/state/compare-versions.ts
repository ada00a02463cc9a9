import { addressOfVersions, type VersionSource } from './frozen-graph.ts';
import { fileOf } from './open-documents.ts';
import type { Studio } from './studio.ts';
import { showPanel } from './view-store.ts';

/** Lays two versions over each other in a tab of their own, with what differs listed below. @throws what the host says */
export async function compareVersions(studio: Studio, before: VersionSource, after: VersionSource): Promise<void> {
  const { documents, view } = studio;
  const address = addressOfVersions(before, after);
  // What is now may be something else since it was compared last.
  const stale = documents.store.getState().tabs.find((tab) => fileOf(tab) === address);
  if (stale) await documents.close(stale.key);
  await documents.open(address);
  showPanel(view, 'dock', 'compare');
}
