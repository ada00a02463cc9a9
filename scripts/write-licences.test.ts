import { describe, expect, it } from 'vitest';
import { closure, licenceFile } from './write-licences.ts';

describe('licences', () => {
  it('follows dependencies as Node finds them: the nearest one upwards', () => {
    const packages = {
      'node_modules/a': { dependencies: { b: '2' } },
      'node_modules/a/node_modules/b': { dependencies: { c: '1' } },
      'node_modules/b': { dependencies: { d: '1' } },
      'node_modules/c': { optionalDependencies: { a: '1', gone: '1' } },
      'node_modules/d': {},
    };
    expect(closure(packages, ['a'])).toEqual(['node_modules/a', 'node_modules/a/node_modules/b', 'node_modules/c']);
  });

  it('names what is handed on with the package and what the page is bundled from, and nothing that only builds it', () => {
    const { packages, texts } = licenceFile();
    const names = packages.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['better-sqlite3', '@lancedb/lancedb', 'zod', 'react', '@xyflow/system']),
    );
    for (const tool of ['vitest', 'typescript', 'electron', 'fast-check']) expect(names).not.toContain(tool);
    const zod = packages.find(({ name }) => name === 'zod');
    expect(zod?.licence).toBe('MIT');
    expect(texts[zod?.text ?? -1]).toContain('Permission is hereby granted');
    expect(packages.filter(({ licence }) => licence === '')).toEqual([]);
  });
});
