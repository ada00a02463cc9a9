import { beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, commandsOf, fromSource, usageFault } from '../kit/docs-page.ts';
import { typeFaults } from '../kit/type-faults.ts';

/** What each program of the documentation becomes with one word wrong in it, and what the compiler then says. */
const slips = [
  { page: 'cassettes.md', right: 'openWorkspace', wrong: 'openWorkspaec', fault: 'openWorkspaec' },
  { page: 'costs.md', right: 'openWorkspace', wrong: 'openWorkspaec', fault: 'openWorkspaec' },
  { page: 'security.md', right: 'openWorkspace', wrong: 'openWorkspaec', fault: 'openWorkspaec' },
  { page: 'library.md', right: 'outputs.answer', wrong: 'output.answer', fault: "'output'" },
  { page: 'add-a-node.md', right: 'inputs.text', wrong: 'inputs.txt', fault: "Property 'txt' does not exist" },
];

/** The programs of a page by their paths in a folder of their own; a block that begins with a file name has that name. */
function programsOf(page: string, folder: string): [string, string][] {
  return blocksOf(page, 'ts').map((source, i) => [
    `${folder}/${page}/${/^\/\/ (\S+\.ts)\n/.exec(source)?.[1] ?? `program-${i}.ts`}`,
    fromSource(source),
  ]);
}

describe('the programs of the documentation', () => {
  let faults: Map<string, string>;
  beforeAll(() => {
    const shown = slips.flatMap(({ page }) => programsOf(page, 'shown'));
    const slipped = slips.flatMap(({ page, right, wrong }) =>
      programsOf(page, 'slipped').map(([path, source]) => [path, source.replace(right, wrong)] as const),
    );
    faults = typeFaults(new Map([...shown, ...slipped]));
  });
  const faultsIn = (folder: string) =>
    [...faults].filter(([path]) => path.startsWith(folder)).map(([, fault]) => fault);

  it.each(slips)('docs/$page type-checks, and a slip in it would be found', ({ page, fault }) => {
    const shown = faultsIn(`shown/${page}/`);
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.join('')).toBe('');
    expect(faultsIn(`slipped/${page}/`).join('')).toContain(fault);
  });

  it('are a manifest and a run in docs/add-a-node.md', () => {
    expect(programsOf('add-a-node.md', 'shown').map(([path]) => path)).toEqual([
      'shown/add-a-node.md/manifest.ts',
      'shown/add-a-node.md/run.ts',
    ]);
  });
});

describe('the commands of the documentation', () => {
  it.each([
    ['cassettes.md', 3],
    ['costs.md', 3],
    ['security.md', 3],
    ['debugging.md', 6],
  ])('docs/%s shows some that the command understands', async (page, least) => {
    const commands = commandsOf(page);
    expect(commands.length).toBeGreaterThanOrEqual(least);
    for (const args of commands) expect(await usageFault(args)).toBeUndefined();
  });

  it('would be found wrong', async () => {
    expect(await usageFault(['test', '--junti', 'x'])).toContain('--junti');
    expect(await usageFault(['tset'])).toContain('tset');
  });
});
