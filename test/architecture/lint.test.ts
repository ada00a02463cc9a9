import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipewright-lint-'));
  for (const file of ['biome.json', '.gitignore', 'tsconfig.json', 'tsconfig.core.json', 'package.json']) {
    cpSync(join(root, file), join(folder, file));
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  for (const path of ['app/core/portable.d.ts', 'scripts/portable-types']) {
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a tool of node_modules over the folder with planted files, by their paths. */
function runOn(files: ReadonlyMap<string, string>, [script = '', ...args]: string[]) {
  for (const [path, source] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `${source}\n`);
  }
  try {
    const node = [join(root, 'node_modules', script), ...args];
    const { status, stdout } = spawnSync(process.execPath, node, { cwd: folder, encoding: 'utf8' });
    return { status, stdout };
  } finally {
    for (const path of files.keys()) rmSync(join(folder, path));
  }
}

const later = 'async function later(): Promise<number> {\n  return 1;\n}\n';

describe('the linter', () => {
  interface Report {
    summary: { unchanged: number };
    diagnostics: { severity: string; category: string; location: { path: string } }[];
  }
  function lint(files: ReadonlyMap<string, string>): Report & { status: number | null } {
    const options = ['check', '--error-on-warnings', '--colors=off', '--reporter=json', '--max-diagnostics=none'];
    const { status, stdout } = runOn(files, ['@biomejs/biome/bin/biome', ...options]);
    return { status, ...(JSON.parse(stdout) as Report) };
  }

  it('accepts a file in order and says how many it read', () => {
    const { status, summary, diagnostics } = lint(new Map([['app/hosts/fine.ts', 'export const fine = 1;']]));
    expect([status, diagnostics]).toEqual([0, []]);
    expect(summary.unchanged).toBeGreaterThanOrEqual(5);
    expect(summary.unchanged).toBeLessThanOrEqual(9);
  });

  const plants: [rule: string, path: string, source: string][] = [
    ['noFloatingPromises', 'app/hosts/plant.ts', `${later}later();`],
    ['noMisusedPromises', 'app/hosts/plant.ts', `${later}[1].forEach(async () => later());`],
    ['noExplicitAny', 'app/hosts/plant.ts', 'export const plant = (x: any) => x;'],
    [
      'suppressions/unused',
      'app/hosts/plant.ts',
      '// biome-ignore lint/suspicious/noExplicitAny: none\nexport const x = 1;',
    ],
    ['noDefaultExport', 'app/hosts/plant.ts', 'export default 1;'],
    ['noUnusedVariables', 'app/hosts/plant.ts', 'const plant = 1;'],
    ['useImportType', 'app/hosts/plant.ts', "import { A } from './a.ts';\n\nexport const a: A = 1;"],
    ['useFilenamingConvention', 'app/hosts/PlantFile.ts', 'export const plant = 1;'],
    ['noGlobalEval', 'app/hosts/plant.ts', "export const plant = eval('1');"],
    ...['fetch', 'setTimeout', 'setInterval', 'process', 'console', 'crypto', 'performance', 'Buffer'].map(
      (name): [string, string, string] => [
        'noRestrictedGlobals',
        'app/engine/plant.ts',
        `export const plant = ${name};`,
      ],
    ),
    ['noRestrictedGlobals', 'app/core/graph/plant.ts', 'export const plant = fetch;'],
    ['noRestrictedGlobals', 'nodes/shout/plant.ts', 'export const plant = fetch;'],
    ...['fetch', 'localStorage', 'sessionStorage'].map((name): [string, string, string] => [
      'noRestrictedGlobals',
      'renderer/shell/plant.ts',
      `export const plant = ${name};`,
    ]),
    ['useButtonType', 'renderer/ui/plant.tsx', 'export const Plant = () => <button>x</button>;'],
    ['useAltText', 'renderer/ui/plant.tsx', 'export const Plant = () => <img src="x" />;'],
    [
      'useExhaustiveDependencies',
      'renderer/ui/plant.tsx',
      "import { useEffect } from 'react';\n\nexport function usePlant(a: number): void {\n  useEffect(() => {\n    document.title = String(a);\n  }, []);\n}",
    ],
    ['useFilenamingConvention', 'renderer/ui/PlantFile.tsx', 'export const plant = 1;'],
    ['format', 'app/hosts/plant.ts', 'export const plant = "double";'],
  ];
  /** Each in a folder of its own, so that one run reads them all. */
  const planted = plants.map(([rule, path, source], i) => ({
    ...{ rule, path, source },
    at: `${dirname(path)}/plant-${i}/${basename(path)}`,
  }));
  let report: ReturnType<typeof lint>;
  beforeAll(() => {
    report = lint(new Map(planted.map(({ at, source }) => [at, source])));
  });

  it('fails when it finds anything', () => {
    expect(report.status).not.toBe(0);
    const wrong = lint(new Map([['app/hosts/plant.ts', '// biome-ignore lint/suspicious/noExplicitAny: none']]));
    expect(wrong.diagnostics.map(({ severity }) => severity)).toEqual(['warning']);
    expect(wrong.status).not.toBe(0);
  });

  it.each(planted)('finds $rule in $path: $source', ({ rule, at }) => {
    const found = report.diagnostics.filter(({ location }) => location.path === at);
    expect(found.filter(({ category }) => category.split('/').includes(rule.split('/').at(-1) ?? ''))).not.toEqual([]);
    for (const { severity } of found) expect(severity).toMatch(/^(error|warning)$/);
  });
});

describe('the types of the portable rooms', () => {
  const tsc = ['typescript/bin/tsc', '-p', 'tsconfig.core.json', '--pretty', 'false'];
  const libraries =
    "import 'liquidjs';\nimport '@marcbachmann/cel-js';\nimport 're2js';\nimport 'ajv';\nimport 'zod';\n" +
    "import 'jsonrepair';\nimport 'libphonenumber-js';\nimport '@noble/hashes/sha2.js';\nimport '@orpc/contract';\n";

  it('hold what every runtime has, beside each library that may be used there', () => {
    const used =
      'export const all = [new AbortController().signal, new TextEncoder(), new URL("a:b"), structuredClone(1)];';
    expect(runOn(new Map([['app/core/plant.ts', libraries + used]]), tsc)).toEqual({ status: 0, stdout: '' });
  });

  it('do not hold what only some have, whatever a library brings', () => {
    const names = ['process', 'fetch', 'setTimeout', 'console', 'document', 'Buffer', 'performance', 'require'];
    const files = names.map(
      (name) => [`app/core/plant-${name}.ts`, `${libraries}export const plant = ${name};`] as const,
    );
    const { status, stdout } = runOn(new Map(files), tsc);
    for (const name of names)
      expect(stdout).toMatch(new RegExp(`^app/core/plant-${name}\\.ts\\(.*Cannot find name '${name}'`, 'm'));
    expect(status).not.toBe(0);
  });
});
