import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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

/** Runs a tool of node_modules/.bin over the folder with one planted file. */
function runOn(path: string, source: string, tool: string[]): { status: number | null; output: string } {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${source}\n`);
  try {
    const [script = '', ...args] = tool;
    const node = [join(root, 'node_modules', script), ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, node, { cwd: folder, encoding: 'utf8' });
    return { status, output: stdout + stderr };
  } finally {
    rmSync(file);
  }
}

const later = 'async function later(): Promise<number> {\n  return 1;\n}\n';

describe('the linter', () => {
  const biome = ['@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '--colors=off'];

  it('accepts a file in order and says how many it read', () => {
    const { status, output } = runOn('app/hosts/fine.ts', 'export const fine = 1;', biome);
    expect(output).toMatch(/Checked [5-9] files/);
    expect(status).toBe(0);
  });

  it.each([
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
  ])('finds %s in %s', (rule, path, source) => {
    const { status, output } = runOn(path, source, biome);
    expect(output).toContain(rule);
    expect(status).not.toBe(0);
  });
});

describe('the types of the portable rooms', () => {
  const tsc = ['typescript/bin/tsc', '-p', 'tsconfig.core.json'];
  const libraries =
    "import 'liquidjs';\nimport '@marcbachmann/cel-js';\nimport 're2js';\nimport 'ajv';\nimport 'zod';\n" +
    "import 'jsonrepair';\nimport 'libphonenumber-js';\nimport '@noble/hashes/sha2.js';\nimport '@orpc/contract';\n";

  it('hold what every runtime has, beside each library that may be used there', () => {
    const used =
      'export const all = [new AbortController().signal, new TextEncoder(), new URL("a:b"), structuredClone(1)];';
    expect(runOn('app/core/plant.ts', libraries + used, tsc)).toEqual({ status: 0, output: '' });
  });

  it.each(['process', 'fetch', 'setTimeout', 'console', 'document', 'Buffer', 'performance', 'require'])(
    'do not hold %s, whatever a library brings',
    (name) => {
      const { status, output } = runOn('app/core/plant.ts', `${libraries}export const plant = ${name};`, tsc);
      expect(output).toContain(`Cannot find name '${name}'`);
      expect(status).not.toBe(0);
    },
  );
});
