import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import config from '../../vitest.config.ts';

const root = join(import.meta.dirname, '../..');

/** What would change a module for the files after it, or miss one that a file before it has loaded. */
const replacesModules = (source: string): boolean => /\bvi\s*\.\s*(mock|doMock|resetModules)\b/.test(source);

interface Project {
  test: { include: string[]; isolate?: boolean };
}

it('is shared only by test files that replace no module', () => {
  const shared = ((config.test?.projects ?? []) as Project[]).filter(({ test }) => test.isolate === false);
  const files = shared.flatMap(({ test }) => globSync(test.include, { cwd: root }));
  expect(files.length).toBeGreaterThan(250);
  const itself = 'test/architecture/shared-workers.test.ts';
  expect(files).toContain(itself);
  expect(files.filter((file) => file !== itself && replacesModules(readFileSync(join(root, file), 'utf8')))).toEqual(
    [],
  );
});

it.each(["vi.mock('./a.ts');", "vi.doMock('a', make)", 'vi\n  .resetModules()'])('would notice %j', (source) => {
  expect(replacesModules(source)).toBe(true);
});
