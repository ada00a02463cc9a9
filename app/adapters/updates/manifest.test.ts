import { generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manifestOf, signManifest } from '../../../test/kit/update-channel.ts';
import { compareVersions, type Judging, offeredFile, openManifest } from './manifest.ts';

const FILE = { platform: 'linux', arch: 'x64', name: 'new.AppImage' } as const;
const BYTES = Buffer.from('new');
const here: Judging = { version: '1.2.3', platform: 'linux', arch: 'x64', kind: 'AppImage', now: Date.now() };

describe('a manifest', () => {
  it('offers its file to an older version of its platform, machine and kind', () => {
    const manifest = manifestOf(FILE, BYTES, { version: '1.2.4' });
    expect(offeredFile(manifest, here)).toMatchObject({ name: 'new.AppImage', size: 3 });
    expect(offeredFile(manifest, { ...here, version: '1.2.4' })).toBeUndefined();
    for (const other of [{ platform: 'darwin' }, { arch: 'arm64' }, { kind: 'deb' }])
      expect(() => offeredFile(manifest, { ...here, ...other })).toThrow(/has no/);
  });

  it('counts for nothing after its time, also where the clock was set back after a newer one was seen', () => {
    const manifest = manifestOf(FILE, BYTES, {
      issued: '2026-01-01T00:00:00.000Z',
      expires: '2026-02-01T00:00:00.000Z',
    });
    const at = (now: string, seen?: string) => () => offeredFile(manifest, { ...here, now: Date.parse(now), seen });
    expect(at('2026-01-15T00:00:00.000Z')()).toBeDefined();
    expect(at('2026-02-01T00:00:00.000Z')).toThrow(/expired/);
    expect(at('2026-01-15T00:00:00.000Z', '2026-03-01T00:00:00.000Z')).toThrow(/expired/);
    expect(at('2026-01-15T00:00:00.000Z', '2026-01-02T00:00:00.000Z')).toThrow(/newer word/);
  });

  it('is believed as it was signed, and with any bit changed it is not', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    const manifest = manifestOf(FILE, BYTES);
    const bytes = signManifest(manifest, privateKey);
    expect(openManifest(bytes, key)).toEqual(manifest);
    const { signed, signature } = JSON.parse(bytes.toString()) as { signed: string; signature: string };
    void fc.assert(
      fc.property(fc.boolean(), fc.nat(), fc.integer({ min: 1, max: 255 }), (inText, at, by) => {
        const part = Buffer.from(inText ? signed : signature, inText ? 'latin1' : 'base64');
        part[at % part.length] = (part[at % part.length] ?? 0) ^ by;
        const other = inText
          ? { signed: part.toString('latin1'), signature }
          : { signed, signature: part.toString('base64') };
        expect(() => openManifest(Buffer.from(JSON.stringify(other)), key)).toThrow(
          expect.objectContaining({ code: 'update.unsigned' }),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('is not believed by a key of another kind', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    const bytes = signManifest(manifestOf(FILE, BYTES), generateKeyPairSync('ed25519').privateKey);
    expect(() => openManifest(bytes, key)).toThrow(expect.objectContaining({ code: 'update.unsigned' }));
  });
});

it('versions are ordered by their numbers', () => {
  const ordered = ['0.0.9', '0.1.0', '0.2.0', '0.10.0', '1.0.0', '1.0.10', '2.0.0'];
  for (const [at, one] of ordered.entries())
    for (const [place, other] of ordered.entries())
      expect(Math.sign(compareVersions(one, other))).toBe(Math.sign(at - place));
});
