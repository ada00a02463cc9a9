import { describe, expect, it } from 'vitest';
import { completeLock, missingOptionalPackages, packagesWithAddress, platformEntry } from './complete-lock.mjs';

const lock = {
  packages: {
    '': { optionalDependencies: { 'top-level': '1.0.0' } },
    'node_modules/native': {
      version: '2.0.0',
      optionalDependencies: { '@native/linux-x64-gnu': '2.0.0', '@native/darwin-arm64': '2.0.0', nested: '3.0.0' },
    },
    'node_modules/@native/linux-x64-gnu': { version: '2.0.0' },
    'node_modules/native/node_modules/nested': { version: '3.0.0' },
    'node_modules/top-level': { version: '1.0.0' },
  },
};

describe('the completed lock', () => {
  it('gains an entry for each optional package that has none where Node would look for it', () => {
    const completed = completeLock(lock);
    expect(completed.added).toEqual([{ name: '@native/darwin-arm64', version: '2.0.0', wantedBy: 'native' }]);
    expect(completed.lock.packages).toEqual({
      ...lock.packages,
      'node_modules/@native/darwin-arm64': { version: '2.0.0', cpu: ['arm64'], optional: true, os: ['darwin'] },
    });
    expect(completeLock(completed.lock).added).toEqual([]);
  });

  it('does not take a package nested under another owner for the wanted one', () => {
    const elsewhere = {
      packages: {
        'node_modules/a': { optionalDependencies: { nested: '3.0.0' } },
        'node_modules/b/node_modules/nested': { version: '3.0.0' },
      },
    };
    expect(missingOptionalPackages(elsewhere).map(({ name }) => name)).toEqual(['nested']);
  });

  it.each(['^1.0.0', '>=1.0.0 <2', 'latest', 'npm:other@1.0.0'])('does not invent a version for %s', (range) => {
    const { added, unpinned } = completeLock({
      packages: { 'node_modules/a': { optionalDependencies: { b: range } } },
    });
    expect([added, unpinned]).toEqual([[], [{ name: 'b', version: range, wantedBy: 'a' }]]);
  });
});

describe('the entry of a platform package', () => {
  it.each([
    ['@biomejs/cli-linux-x64-musl', { cpu: ['x64'], libc: ['musl'], os: ['linux'] }],
    ['@napi-rs/canvas-win32-arm64-msvc', { cpu: ['arm64'], os: ['win32'] }],
    ['lightningcss-linux-arm-gnueabihf', { cpu: ['arm'], os: ['linux'] }],
    ['@rolldown/binding-wasm32-wasi', { cpu: ['wasm32'] }],
    ['fsevents', {}],
  ])('reads system and processor out of the name %s', (name, expected) => {
    const entry = platformEntry({ name, version: '1.2.3', wantedBy: 'x' });
    expect(entry).toEqual({ version: '1.2.3', optional: true, ...expected });
  });
});

describe('addresses', () => {
  it('are found, whatever they look like; links to folders are none', () => {
    const packages = {
      'node_modules/a': { resolved: 'https://registry.example/a.tgz' },
      'node_modules/b': { resolved: 'git+ssh://git@host/b.git#1' },
      'node_modules/c': { resolved: 'packages/c', link: true },
      'node_modules/d': { version: '1.0.0' },
    };
    expect(packagesWithAddress({ packages })).toEqual(['node_modules/a', 'node_modules/b']);
  });
});
