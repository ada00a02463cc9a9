import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryIngestStore } from '../../../test/kit/memory-ingest-store.ts';
import type { IngestStore } from '../../core/capabilities/knowledge.ts';
import type { AppError } from '../../core/errors/app-error.ts';
import { openIngestStore } from './ingest-store.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pipewright-ingest-store-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    return (thrown as AppError).code;
  }
  return 'none';
}

const one = { file: 'a.md', documentId: 'da', settings: 's', chunks: 2 };
const two = { file: 'b.md', documentId: 'db', settings: 's', chunks: 1 };

for (const [name, open] of [
  ['SQLite', () => openIngestStore({ dir })],
  ['memory', createMemoryIngestStore],
] as [string, () => IngestStore][]) {
  describe(`ingest store: ${name}`, () => {
    it('keeps files by batch: begun without a hash, committed with it', () => {
      const store = open();
      expect(store.read('docs')).toEqual({ generation: null, files: [], openBatches: [] });
      store.reset('docs', 'g1');
      const batch = store.begin('docs', [two, one]);
      expect(store.read('docs')).toEqual({
        generation: 'g1',
        files: [
          { ...one, hash: '' },
          { ...two, hash: '' },
        ],
        openBatches: [batch],
      });
      store.commit('docs', batch, [
        { ...one, hash: 'h1' },
        { ...two, hash: 'h2' },
      ]);
      expect(store.read('docs').files.map(({ hash }) => hash)).toEqual(['h1', 'h2']);
      expect(store.read('docs').openBatches).toEqual([]);
      expect(store.read('other')).toEqual({ generation: null, files: [], openBatches: [] });
      store.close();
    });

    it('never gives a batch id twice, abandons, removes and resets', () => {
      const store = open();
      const first = store.begin('docs', [one]);
      store.abandon('docs', [first]);
      const second = store.begin('docs', [two]);
      expect(second).not.toBe(first);
      expect(store.read('docs').openBatches).toEqual([second]);
      store.removeFiles('docs', ['a.md']);
      expect(store.read('docs').files.map(({ file }) => file)).toEqual(['b.md']);
      store.begin('other', [one]);
      store.reset('docs', 'g2');
      expect(store.read('docs')).toEqual({ generation: 'g2', files: [], openBatches: [] });
      expect(store.read('other').files).toHaveLength(1);
      store.close();
    });

    it('lets one ingestion of a collection hold the lock, also within one process', () => {
      const store = open();
      const held = store.lock('docs');
      expect(codeOf(() => store.lock('docs'))).toBe('ingest.busy');
      store.lock('Docs').release();
      held.release();
      store.lock('docs').release();
      store.close();
    });
  });
}

describe('ingest store on disk', () => {
  it('remembers when it is opened again', () => {
    const store = openIngestStore({ dir });
    store.commit('docs', store.begin('docs', [one]), [{ ...one, hash: 'h' }]);
    const left = store.begin('docs', [two]);
    store.close();
    const again = openIngestStore({ dir });
    expect(again.read('docs').openBatches).toEqual([left]);
    expect(again.read('docs').files.map(({ hash }) => hash)).toEqual(['h', '']);
    again.close();
  });

  it('loses the lock with its process, even by SIGKILL', async () => {
    const module = fileURLToPath(new URL('./ingest-store.ts', import.meta.url));
    const script = join(dir, 'hold.mjs');
    writeFileSync(
      script,
      `import { openIngestStore } from ${JSON.stringify(module)};
       globalThis.held = openIngestStore({ dir: ${JSON.stringify(dir)} }).lock('docs');
       console.log('held'); setInterval(() => {}, 1000);`,
    );
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const store = openIngestStore({ dir });
    expect(codeOf(() => store.lock('docs'))).toBe('ingest.busy');
    child.kill('SIGKILL');
    await once(child, 'exit');
    store.lock('docs').release();
    store.close();
  });

  it('says that a folder which cannot be written is read-only or full, not that it is a bug', () => {
    writeFileSync(join(dir, 'file'), '');
    expect(codeOf(() => openIngestStore({ dir: join(dir, 'file') }).read('docs'))).toMatch(/^storage\./);
  });
});
