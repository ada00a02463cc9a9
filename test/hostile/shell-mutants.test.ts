import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { checkShell, shellTree } from '../desktop/shell-tree.ts';
import { mutants } from './shell-mutants.ts';

const tree = await shellTree();
afterAll(() => tree.remove());

/** Every fault planted in the desktop shell must be noticed by the checks that its tests put to it. */
it.each(mutants)('the checks of the shell notice: $name', async ({ file, find, replace }) => {
  const path = join(tree.folder, file);
  const source = await readFile(path, 'utf8');
  expect(source.split(find), `“${find}” must stand once in ${file}`).toHaveLength(2);
  await writeFile(
    path,
    source.replace(find, () => replace),
  );
  try {
    const failed = Object.entries(await checkShell(tree.folder)).filter(([, fault]) => fault !== null);
    expect(failed.length).toBeGreaterThan(0);
  } finally {
    await writeFile(path, source);
  }
});
