import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const require = createRequire(import.meta.url);
const root = resolve(import.meta.dirname, '../..');
const { validateConfiguration } = require('app-builder-lib/out/util/config/config') as {
  validateConfiguration(config: object, logger: object): Promise<void>;
};
const { DebugLogger } = require('builder-util') as { DebugLogger: new (enabled: boolean) => object };
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  devDependencies: { [name: string]: string };
};
const config = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) as {
  electronVersion: string;
  files: string[];
  asarUnpack: string[];
  win: { [key: string]: unknown };
  mac: { [key: string]: unknown };
};
const validate = (value: object) => validateConfiguration(value, new DebugLogger(false));

describe('the packager’s configuration', () => {
  it('is one, by the packager’s own schema', async () => {
    await validate(config);
    await expect(validate({ ...config, asarr: true })).rejects.toThrow(/asarr/);
    await expect(validate({ ...config, npmRebuild: 'no' })).rejects.toThrow(/npmRebuild/);
  });

  it('packs the Electron that is pinned', () => {
    expect(config.electronVersion).toBe(devDependencies['electron']);
  });

  it('weakens nothing that protects an update or a signature', () => {
    expect(config.win['verifyUpdateCodeSignature']).toBeUndefined();
    expect(config.win['signAndEditExecutable']).toBeUndefined();
    expect(config.mac['hardenedRuntime']).toBe(true);
    const entitlements = readFileSync(join(root, 'scripts/packaging/entitlements.mac.plist'), 'utf8');
    expect(entitlements.match(/<key>[^<]+<\/key>/g)).toEqual(['<key>com.apple.security.cs.allow-jit</key>']);
  });

  it('unpacks every package that readers of documents need, and what those need', () => {
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: { [path: string]: { dependencies?: { [name: string]: string } } };
    };
    const named = new Set(
      config.asarUnpack.flatMap((glob) => /^node_modules\/\{(.+)\}\/\*\*$/.exec(glob)?.[1]?.split(',') ?? []),
    );
    const source = readFileSync(join(root, 'app/adapters/loaders/loaders.ts'), 'utf8');
    const list = /const packages = \[([^\]]+)\]/.exec(source)?.[1] ?? '';
    const wanted = [...list.matchAll(/'([^']+)'/g)].map(
      ([, specifier = '']) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier,
    );
    expect(wanted.length).toBeGreaterThan(3);
    // Only the whole of cheerio loads it, to fetch pages; readers load its slim part.
    const unused = new Set(['undici']);
    const seen = new Set<string>();
    const visit = (name: string) => {
      if (seen.has(name)) return;
      seen.add(name);
      for (const needed of Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {})) visit(needed);
    };
    for (const name of wanted) visit(name);
    expect([...seen].filter((name) => !named.has(name) && !unused.has(name))).toEqual([]);
  });
});
