import { beforeEach, describe, expect, it } from 'vitest';
import { hashingEmbedderCapability } from '../../../test/kit/hashing-embedder-capability.ts';
import { createMemoryCollections } from '../../../test/kit/memory-collections.ts';
import { createMemoryIngestStore } from '../../../test/kit/memory-ingest-store.ts';
import type { EmbedderCapability } from '../../core/capabilities/capabilities.ts';
import type { CollectionStore, IngestStore, SourceFiles } from '../../core/capabilities/knowledge.ts';
import { AppError } from '../../core/errors/app-error.ts';
import type { ErrorCode } from '../../core/errors/error-codes.ts';
import { sha256Hex } from '../../core/graph/hash.ts';
import type { Chunk, Document } from '../../core/graph/values.ts';
import { CollectionConfig } from '../../core/workspace/workspace-config.ts';
import { type IngestOptions, type IngestProgress, ingest } from './ingest.ts';

/** A chunk a line: enough to see what ingestion does with chunks. */
function chunkLines(document: Document): Chunk[] {
  let start = 0;
  return document.text.split('\n').flatMap((text) => {
    const from = start;
    start += text.length + 1;
    if (text === '') return [];
    const id = sha256Hex(`${document.file} ${from} ${text}`).slice(0, 32);
    const span = { start: from, end: from + text.length, hash: sha256Hex(text) };
    return [{ id, documentId: document.id, file: document.file, text, metadata: document.metadata, ...span }];
  });
}

let disk: Map<string, string>;
let broken: Map<string, ErrorCode>;
let loads: string[];

function filesOnDisk(): SourceFiles {
  function check(file: string): string {
    const code = broken.get(file);
    const text = disk.get(file);
    if (code !== undefined)
      throw new AppError(code, { message: `Cannot read ${file}.`, where: file, remedy: 'Mend it.' });
    if (text === undefined) throw new AppError('document.missing', { message: 'Gone.', where: file });
    return text;
  }
  return {
    find: async () => [...disk.keys()].sort(),
    hash: async (file) => sha256Hex(check(file)),
    async load(file) {
      loads.push(file);
      const text = check(file);
      return { id: `doc:${file}`, file, mime: 'text/plain', text, hash: sha256Hex(text), metadata: { name: file } };
    },
  };
}

const config = CollectionConfig.parse({
  documents: ['**/*.md'],
  embedder: 'local',
  metadata: { team: 'red', name: 'default' },
});

describe('ingest', () => {
  let collections: CollectionStore;
  let store: IngestStore & { crash(): void };

  beforeEach(() => {
    disk = new Map([
      ['a.md', 'alpha one\nalpha two'],
      ['b.md', 'beta one\nbeta two\nbeta three'],
      ['c.md', 'gamma one'],
    ]);
    broken = new Map();
    loads = [];
    collections = createMemoryCollections();
    store = createMemoryIngestStore();
  });

  function run(more: Partial<IngestOptions> = {}) {
    const base = {
      collection: 'docs',
      config,
      files: filesOnDisk(),
      chunk: chunkLines,
      embedder: hashingEmbedderCapability(32),
    };
    return ingest({ ...base, collections, store, batchChunks: 2, ...more });
  }
  async function texts(from: CollectionStore = collections): Promise<string[]> {
    const text = 'alpha beta gamma delta one two three four';
    const { chunks } = await from.search({ collection: 'docs', mode: 'text', text, k: 100 });
    return chunks.map((chunk) => `${chunk.file}: ${chunk.text}`).sort();
  }
  async function codeOf(work: Promise<unknown>): Promise<string> {
    return work.then(
      () => 'none',
      (thrown) => (thrown as AppError).code,
    );
  }

  it('reads everything once, then nothing that has not changed', async () => {
    expect(await run()).toMatchObject({
      files: 3,
      added: 3,
      updated: 0,
      unchanged: 0,
      removed: 0,
      chunks: 6,
      failures: [],
    });
    expect(await texts()).toHaveLength(6);
    const before = (await collections.describe('docs')).version;
    loads = [];
    expect(await run()).toMatchObject({ added: 0, updated: 0, unchanged: 3, chunks: 0 });
    expect(loads).toEqual([]);
    expect((await collections.describe('docs')).version).toBe(before);
  });

  it('replaces what changed and removes what vanished', async () => {
    await run();
    disk.set('b.md', 'beta two\nbeta four');
    disk.delete('c.md');
    disk.set('d.md', 'delta one');
    loads = [];
    expect(await run()).toMatchObject({ added: 1, updated: 1, unchanged: 1, removed: 1 });
    expect(loads).toEqual(['b.md', 'd.md']);
    expect(await texts()).toEqual([
      'a.md: alpha one',
      'a.md: alpha two',
      'b.md: beta four',
      'b.md: beta two',
      'd.md: delta one',
    ]);
  });

  it('puts the metadata of the collection on each chunk; those of the file win', async () => {
    await run();
    const { chunks } = await collections.search({ collection: 'docs', mode: 'text', text: 'gamma', k: 1 });
    expect(chunks[0]?.metadata).toEqual({ team: 'red', name: 'c.md' });
  });

  it('reads everything again when chunking or metadata change', async () => {
    await run();
    expect(await run({ config: { ...config, chunking: { size: 100, overlap: 10 } } })).toMatchObject({
      updated: 3,
      unchanged: 0,
    });
    expect(await run({ config: { ...config, metadata: { team: 'blue' } } })).toMatchObject({ updated: 3 });
    expect((await collections.describe('docs')).chunks).toBe(6);
  });

  it('refuses another embedder until the collection is rebuilt', async () => {
    await run();
    const other = { embedder: hashingEmbedderCapability(64) };
    expect(await codeOf(run(other))).toBe('collection.embedder');
    expect((await collections.describe('docs')).dimensions).toBe(32);
    expect(await run({ ...other, rebuild: true })).toMatchObject({ added: 3 });
    expect(await collections.describe('docs')).toMatchObject({ dimensions: 64, chunks: 6 });
  });

  it('stops when the embedder changes under way, leaving nothing open that is not cleared next time', async () => {
    let calls = 0;
    const embedder: EmbedderCapability = {
      async embed(request) {
        calls += 1;
        const answer = await hashingEmbedderCapability(32).embed(request);
        return calls < 3 ? answer : { ...answer, fingerprint: 'another' };
      },
    };
    expect(await codeOf(run({ embedder }))).toBe('collection.embedder');
    expect(await run()).toMatchObject({ unchanged: 1, added: 2 });
  });

  it('reports what it cannot read and goes on; keeps the earlier text unless it is gone', async () => {
    broken.set('a.md', 'document.encrypted');
    const first = await run();
    expect(first).toMatchObject({
      added: 2,
      failures: [
        { file: 'a.md', code: 'document.encrypted', message: 'Cannot read a.md.', remedy: 'Mend it.', kept: false },
      ],
    });
    broken.clear();
    await run();
    broken.set('a.md', 'document.timeout').set('b.md', 'document.unsupported');
    disk.set('c.md', '');
    const second = await run();
    expect(second.failures.map(({ file, code, kept }) => [file, code, kept])).toEqual([
      ['a.md', 'document.timeout', true],
      ['b.md', 'document.unsupported', false],
      ['c.md', 'document.empty', false],
    ]);
    expect(await texts()).toEqual(['a.md: alpha one', 'a.md: alpha two']);
    broken.clear();
    expect(await run()).toMatchObject({ unchanged: 1, added: 1, failures: [{ file: 'c.md' }] });
  });

  it('does not empty a collection because its patterns fit nothing', async () => {
    await run();
    disk.clear();
    expect(await codeOf(run())).toBe('document.missing');
    expect(await texts()).toHaveLength(6);
  });

  it('tells its progress', async () => {
    const seen: IngestProgress[] = [];
    await run({ onProgress: (progress) => seen.push(progress) });
    const phases = seen.map(({ phase }) => phase);
    expect(phases[0]).toBe('find');
    expect(phases.at(-1)).toBe('done');
    expect(new Set(phases)).toEqual(new Set(['find', 'load', 'embed', 'write', 'index', 'done']));
    const loaded = seen.filter(({ phase }) => phase === 'load');
    expect(loaded.map(({ done, total, file }) => [done, total, file])).toEqual([
      [1, 3, 'a.md'],
      [2, 3, 'b.md'],
      [3, 3, 'c.md'],
    ]);
  });

  it('can be cancelled, keeps what is written, and goes on later', async () => {
    const controller = new AbortController();
    const onProgress = ({ phase }: IngestProgress) => phase === 'write' && controller.abort();
    expect(await codeOf(run({ signal: controller.signal, onProgress }))).toBe('ingest.cancelled');
    expect(await texts()).toEqual(['a.md: alpha one', 'a.md: alpha two']);
    expect(await run()).toMatchObject({ unchanged: 1, added: 2 });
  });

  it('refuses a second ingestion of the same collection, not of another', async () => {
    let second: Promise<string> | undefined;
    let other: Promise<unknown> | undefined;
    const onProgress = () => {
      second ??= codeOf(run());
      other ??= run({ collection: 'others' });
    };
    await run({ onProgress });
    expect(await second).toBe('ingest.busy');
    expect(await other).toMatchObject({ added: 3 });
    expect(await run()).toMatchObject({ unchanged: 3 });
  });

  it('starts afresh when the books are lost, but leaves what workflows wrote', async () => {
    await run();
    const written = {
      id: 'w',
      documentId: 'w',
      file: 'w',
      text: 'written delta',
      start: 0,
      end: 13,
      hash: 'w',
      metadata: {},
    };
    const { embedderFingerprint: fingerprint } = await collections.describe('docs');
    await collections.write({
      collection: 'docs',
      embedder: 'local',
      fingerprint,
      chunks: [written],
      vectors: [new Array(32).fill(1)],
    });
    disk.delete('c.md');
    store = createMemoryIngestStore();
    expect(await run()).toMatchObject({ added: 2, unchanged: 0 });
    expect(await texts()).toContain('w: written delta');
    expect(await texts()).not.toContain('c.md: gamma one');
  });

  it('starts afresh when the collection was dropped behind its back', async () => {
    await run();
    await collections.drop('docs');
    expect(await run()).toMatchObject({ added: 3, unchanged: 0 });
    expect(await texts()).toHaveLength(6);
  });

  it('clears what a dead ingestion left before it reads anything', async () => {
    function commit(): never {
      throw new Error('dead');
    }
    await codeOf(run({ store: { ...store, commit } }));
    store.crash();
    expect(await texts()).toEqual(['a.md: alpha one', 'a.md: alpha two']);
    let seen: string[] | undefined;
    const files = filesOnDisk();
    const load: SourceFiles['load'] = async (file, options) => {
      seen ??= await texts();
      return files.load(file, options);
    };
    await run({ files: { ...files, load } });
    expect(seen).toEqual([]);
  });

  it('ends the same wherever it dies, also between the two commits', async () => {
    /** Lets `allowed` steps of the two stores happen, then dies just before or just after the next one. */
    function mortal<T extends object>(
      target: T,
      methods: readonly string[],
      life: { steps: number; before: boolean },
    ): T {
      return new Proxy(target, {
        get(object, name) {
          const method = Reflect.get(object, name) as (...args: unknown[]) => unknown;
          if (!methods.includes(String(name))) return method;
          return (...args: unknown[]) => {
            life.steps -= 1;
            if (life.steps < 0) throw new Error('dead');
            if (life.steps === 0 && life.before) throw new Error('dead');
            const result = method.apply(object, args);
            if (life.steps !== 0) return result;
            if (result instanceof Promise) return result.then(() => Promise.reject(new Error('dead')));
            throw new Error('dead');
          };
        },
      });
    }
    const steps = [
      'ensure',
      'replaceDocuments',
      'removeDocuments',
      'removeBatches',
      'removeIngested',
      'reset',
      'begin',
      'commit',
      'abandon',
      'removeFiles',
    ];
    let deaths = 0;
    for (const before of [true, false]) {
      for (let at = 1; at < 100; at += 1) {
        disk = new Map([
          ['a.md', 'alpha one\nalpha two'],
          ['b.md', 'beta one\nbeta two'],
          ['c.md', 'gamma one'],
        ]);
        collections = createMemoryCollections();
        store = createMemoryIngestStore();
        await run();
        disk.set('a.md', 'alpha two\nalpha three').set('d.md', 'delta one\ndelta two');
        disk.delete('c.md');
        const life = { steps: at, before };
        const died = await codeOf(
          run({ collections: mortal(collections, steps, life), store: mortal(store, steps, life) }),
        );
        store.crash();
        // What was about to change may change again, or vanish, before the next start.
        if (at % 2 === 0) disk.delete('d.md');
        const report = await run();
        const wanted = ['a.md: alpha three', 'a.md: alpha two', 'b.md: beta one', 'b.md: beta two'];
        if (at % 2 === 1) wanted.push('d.md: delta one', 'd.md: delta two');
        expect(await texts(), `died ${before ? 'before' : 'after'} step ${at}`).toEqual(wanted);
        expect(report.failures).toEqual([]);
        expect(store.read('docs').openBatches).toEqual([]);
        expect(store.read('docs').files.every(({ hash }) => hash !== '')).toBe(true);
        if (died === 'none') break;
        deaths += 1;
      }
    }
    expect(deaths).toBeGreaterThanOrEqual(18);
    expect(deaths).toBeLessThan(100);
  });
});
