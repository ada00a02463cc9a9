import { createPublicKey, verify } from 'node:crypto';
import * as z from 'zod';
import { AppError } from '../../core/errors/app-error.ts';

/** What a release is signed for: no other program with the same key can stand in. */
export const PRODUCT = 'dev.pipewright.studio';
/** Name of the manifest in the folder of a channel. */
export const MANIFEST_FILE = 'update.json';
/** Signed in front of the text, so that a signature made for anything else is none here. */
export const SIGNED_PREFIX = 'pipewright update 1\n';
/** Bytes that a manifest may have. */
export const MANIFEST_BYTES = 65_536;

const Version = z.string().regex(/^(0|[1-9]\d{0,4})(\.(0|[1-9]\d{0,4})){2}$/);
/** No path, no space, no quote, nothing that a shell or a parser reads as more than a name. */
const FileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,150}\.(AppImage|deb|exe|dmg)$/);

export const UpdateFile = z.strictObject({
  platform: z.enum(['linux', 'win32', 'darwin']),
  arch: z.enum(['x64', 'arm64']),
  /** Beside the manifest; its ending says how it is installed. */
  name: FileName,
  size: z
    .int()
    .min(1)
    .max(2 ** 31),
  /** In hexadecimal digits. */
  sha512: z.string().regex(/^[0-9a-f]{128}$/),
});
export type UpdateFile = z.infer<typeof UpdateFile>;

export const Manifest = z.strictObject({
  format: z.literal(1),
  product: z.string().max(100),
  version: Version,
  /** When it was signed: one that was signed before another that was seen is a replay. */
  issued: z.iso.datetime(),
  /** After this it counts for nothing: whoever holds back news of a release can do so for so long. */
  expires: z.iso.datetime(),
  files: z.array(UpdateFile).min(1).max(20),
});
export type Manifest = z.infer<typeof Manifest>;

/** A manifest as it lies on the channel: its JSON text, and the signature of the prefix and that text, in base64. */
export const SignedManifest = z.strictObject({ signed: z.string(), signature: z.base64().length(88) });

/**
 * Reads a manifest that the holder of the key has signed. Nothing of the text is looked at before its signature holds.
 * @param key the public key: Ed25519, SPKI, in base64
 * @throws AppError update.unsigned
 */
export function openManifest(bytes: Uint8Array, key: string): Manifest {
  try {
    const { signed, signature } = SignedManifest.parse(JSON.parse(new TextDecoder().decode(bytes)));
    const publicKey = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
    if (publicKey.asymmetricKeyType !== 'ed25519') throw new Error('the key is of another kind');
    if (!verify(null, Buffer.from(SIGNED_PREFIX + signed), publicKey, Buffer.from(signature, 'base64')))
      throw new Error('the signature is of another key or another text');
    return Manifest.parse(JSON.parse(signed));
  } catch (cause) {
    throw new AppError('update.unsigned', {
      message: 'What the update channel says is not signed by the makers of this release. Nothing was downloaded.',
      remedy: 'Get the newest release from where you got this one, and tell its makers.',
      cause,
    });
  }
}

/** The installation that a manifest is read for. */
export interface Installation {
  /** Version that is installed. */
  version: string;
  platform: string;
  arch: string;
  /** Ending of the file that it came by, such as `AppImage`. */
  kind: string;
}

export interface Judging extends Installation {
  /** Milliseconds since 1970. */
  now: number;
  /** When the newest manifest was signed that this installation has seen, ISO 8601. */
  seen?: string | undefined;
}

/**
 * The file that a signed manifest offers to an installation; undefined when that one is up to date.
 * @throws AppError update.refused for what is signed and all the same not to be installed here
 */
export function offeredFile(manifest: Manifest, about: Judging): UpdateFile | undefined {
  const { product, version, issued, expires, files } = manifest;
  const seen = about.seen === undefined ? 0 : Date.parse(about.seen);
  if (product !== PRODUCT) throw refused('It is an update of another program.');
  // A clock that was set back does not make a manifest valid again.
  if (Date.parse(expires) <= Math.max(about.now, seen)) throw refused(`What it says expired on ${expires}.`);
  if (Date.parse(issued) < seen) throw refused('It says what it said before: a newer word of it was seen already.');
  const order = compareVersions(version, about.version);
  if (order < 0) throw refused(`It offers ${version}, which is older than ${about.version}.`);
  if (order === 0) return undefined;
  const file = files.find(
    ({ platform, arch, name }) => platform === about.platform && arch === about.arch && name.endsWith(`.${about.kind}`),
  );
  if (!file) throw refused(`It has no ${about.kind} of ${version} for ${about.platform}-${about.arch}.`);
  return file;
}

/** Less than, equal to or more than 0, as with a sort. Both are three numbers. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => version.split('.').map(Number));
  return [0, 1, 2].map((part) => (a?.[part] ?? 0) - (b?.[part] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

function refused(message: string): AppError {
  return new AppError('update.refused', {
    message: `The update channel was refused. ${message}`,
    remedy: 'Nothing was installed. Try again later, or get the newest release from where you got this one.',
  });
}
