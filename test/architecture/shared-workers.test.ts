import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** The projects of `vitest.config.ts` that are not `sharing`. */
const isolated = /^test\/(desktop|faults|hostile|packaging|simulation)\//;

/** What would change a module for the files after it, or miss one that a file before it has loaded. */
const replacesModules = (source: string): boolean => /\bvi\s*\.\s*(mock|doMock|resetModules)\b/.test(source);

it('replace no module where test files share their worker', () => {
  // The peers of a bench have packages of their own where it has been run.
  const exclude = ['**/node_modules/**'];
  const files = globSync('{app,nodes,renderer,scripts,test}/**/*.test.ts', { cwd: root, exclude });
  expect(files.length).toBeGreaterThan(300);
  const itself = 'test/architecture/shared-workers.test.ts';
  expect(files).toContain(itself);
  const replacing = files.filter((file) => file !== itself && replacesModules(readFileSync(join(root, file), 'utf8')));
  expect(replacing).toContain('test/desktop/engine.test.ts');
  expect(replacing.filter((file) => !isolated.test(file))).toEqual([]);
});

it.each(["vi.mock('./a.ts');", "vi.doMock('a', make)", 'vi\n  .resetModules()'])('would notice %j', (source) => {
  expect(replacesModules(source)).toBe(true);
});
