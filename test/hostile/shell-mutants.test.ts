import { afterAll, it } from 'vitest';
import { checkShell, type ShellTree, shellTree } from '../desktop/shell-tree.ts';
import { withPlant } from '../kit/with-plant.ts';
import { mutants } from './shell-mutants.ts';

/** Trees that nobody uses now. The checks mostly wait, so that several mutants are checked at once, each in its own. */
const free: ShellTree[] = [];
afterAll(() => Promise.all(free.map((tree) => tree.remove())));

async function inTree<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const tree = free.pop() ?? (await shellTree());
  try {
    return await work(tree.folder);
  } finally {
    free.push(tree);
  }
}

/** @returns the first check that found something wrong with the shell of `folder` */
async function firstFault(folder: string): Promise<{ check: string; fault: string } | undefined> {
  const [found] = Object.entries(await checkShell(folder, { untilWrong: true })).filter(([, fault]) => fault !== null);
  return found && { check: found[0], fault: found[1] ?? '' };
}

/** Every fault planted in the desktop shell must be noticed by the checks that its tests put to it. */
it.concurrent.for(mutants)('the checks of the shell notice: $name', async (mutant, { expect }) => {
  const found = await inTree((folder) => withPlant(folder, mutant, () => firstFault(folder)));
  expect(found).toBeDefined();
  // A shell that cannot be loaded is noticed by anything: such a mutant would show nothing.
  expect(found?.check, found?.fault).not.toBe('runs');
});

// What hurries the checks, or a machine that is busy, must not look like a fault.
it.concurrent.for([1, 2, 3])(
  'the checks of the shell notice nothing where no fault was planted (%i)',
  async (_, { expect }) => {
    expect(await inTree(firstFault)).toBeUndefined();
  },
);
