import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCollections } from '../../../app/adapters/lancedb/open-collections.ts';
import { createMemoryCollections } from '../../kit/memory-collections.ts';
import { collectionsSuite } from './collections-suite.ts';

collectionsSuite('memory', async () => ({ store: createMemoryCollections(), dispose: async () => undefined }));

collectionsSuite('LanceDB', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'pipewright-collections-'));
  const store = openCollections({ dir });
  return {
    store,
    async dispose() {
      await store.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
});
