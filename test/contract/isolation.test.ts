import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = realpathSync(join(import.meta.dirname, '../..'));
/** What the contract may need; a client of it installs these and nothing else. */
const packages = ['zod', '@orpc/contract', '@noble/hashes'];

/** The files that the contract is made of: its own and those that they import. */
function closure(): string[] {
  const files = new Set<string>();
  const open = readdirSync(join(root, 'app/core/contracts'))
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => `app/core/contracts/${file}`);
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    for (const [, specifier = ''] of readFileSync(join(root, file), 'utf8').matchAll(/from '(\.[^']+)'/g))
      open.push(posix.join(posix.dirname(file), specifier));
  }
  return [...files].sort();
}

describe('the contract alone', () => {
  let folder: string;
  const files = closure();

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pipewright-isolation-'));
    for (const file of [...files, 'app/core/portable.d.ts']) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      copyFileSync(join(root, file), join(folder, file));
    }
    for (const name of packages) {
      mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    }
    const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { ...compilerOptions, types: [] }, include: ['app'] }),
    );
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('reaches only core', () => {
    expect(files.length).toBeGreaterThan(15);
    expect(files.filter((file) => !file.startsWith('app/core/'))).toEqual([]);
  });

  it('type-checks without Node and DOM types', () => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });

  it('loads with its packages only, and every procedure has an input, an output and the error table', () => {
    const program = `
      const { contract } = await import('./app/core/contracts/index.ts');
      const count = Object.values(contract).flatMap((procedures) => Object.values(procedures)).map((one) => {
        const { inputSchema, outputSchema, errorMap } = one['~orpc'];
        if (!inputSchema || !outputSchema || !errorMap['internal']) throw new Error('incomplete');
        return one;
      }).length;
      console.log(count);`;
    const options = { cwd: folder, encoding: 'utf8' } as const;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], options);
    expect(stderr).toBe('');
    expect(Number(stdout)).toBeGreaterThan(20);
  });

  it('would notice a package that is not there', () => {
    writeFileSync(join(folder, 'app/core/contracts/planted.ts'), "import 'ws';\nexport {};\n");
    const { stderr } = spawnSync(process.execPath, [join(folder, 'app/core/contracts/planted.ts')], {
      encoding: 'utf8',
    });
    rmSync(join(folder, 'app/core/contracts/planted.ts'));
    expect(stderr).toContain("Cannot find package 'ws'");
  });
});
