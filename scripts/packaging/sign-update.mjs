// Announces a release: writes a signed update.json beside its files, which the update channel serves as they are.
//   node scripts/packaging/sign-update.mjs FOLDER [--days 90]   signs what the installers of this version are
//   node scripts/packaging/sign-update.mjs --make-key FILE      makes a key, and says what to build with
// The private key is a PEM text in PIPEWRIGHT_UPDATE_PRIVATE_KEY, or the path of a file with it in
// PIPEWRIGHT_UPDATE_PRIVATE_KEY_FILE.

import '../require-node.mjs';
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MANIFEST_FILE, Manifest, openManifest, PRODUCT, SIGNED_PREFIX } from '../../app/adapters/updates/manifest.ts';

/** @typedef {import('../../app/adapters/updates/manifest.ts').UpdateFile} UpdateFile */

/** Names that electron-builder.yml gives: `pipewright-1.2.3-linux-x86_64.AppImage`. */
const NAME =
  /^pipewright-(?<version>\d+\.\d+\.\d+)-(?<os>linux|mac|win)-(?<arch>x64|x86_64|amd64|arm64|aarch64)\.(AppImage|deb|exe|dmg)$/;
/** @type {{ [os: string]: UpdateFile['platform'] }} */
const PLATFORMS = { linux: 'linux', mac: 'darwin', win: 'win32' };
const DAY_MS = 86_400_000;

/**
 * The bytes of `update.json` for a manifest.
 * @param {Manifest} manifest
 * @param {import('node:crypto').KeyObject} key
 */
export function signManifest(manifest, key) {
  const signed = JSON.stringify(manifest);
  const signature = sign(null, Buffer.from(SIGNED_PREFIX + signed), key).toString('base64');
  return Buffer.from(`${JSON.stringify({ signed, signature })}\n`);
}

/**
 * What a release is built with, so that it believes what this key signs: Ed25519, SPKI, in base64.
 * @param {import('node:crypto').KeyObject} key a private or a public one
 */
export function publicKeyOf(key) {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
}

/**
 * Writes the signed manifest of the installers of one version that lie in a folder, and reads it back as an app would.
 * @param {{ folder: string, version: string, key: import('node:crypto').KeyObject, now: number, days: number }} about
 * @returns {Promise<Manifest>}
 */
export async function announce({ folder, version, key, now, days }) {
  const files = [];
  for (const name of readdirSync(folder).sort()) {
    const { version: of, os = '', arch = '' } = NAME.exec(name)?.groups ?? {};
    const platform = PLATFORMS[os];
    if (of !== version || platform === undefined) continue;
    files.push({
      platform,
      arch: /64$/.test(arch) && !/^a(rm|arch)/.test(arch) ? 'x64' : 'arm64',
      name,
      ...(await sha512Of(join(folder, name))),
    });
  }
  if (files.length === 0)
    throw new Error(`${folder} holds no installer of ${version}: build them with npm run package.`);
  const manifest = Manifest.parse({
    format: 1,
    product: PRODUCT,
    version,
    issued: new Date(now).toISOString(),
    expires: new Date(now + days * DAY_MS).toISOString(),
    files,
  });
  const bytes = signManifest(manifest, key);
  openManifest(bytes, publicKeyOf(key));
  writeFileSync(join(folder, MANIFEST_FILE), bytes);
  return manifest;
}

/** @param {string} path */
async function sha512Of(path) {
  const hash = createHash('sha512');
  let size = 0;
  for await (const piece of createReadStream(path)) {
    size += piece.length;
    hash.update(piece);
  }
  return { size, sha512: hash.digest('hex') };
}

/** @param {NodeJS.ProcessEnv} env */
function privateKey(env) {
  const file = env['PIPEWRIGHT_UPDATE_PRIVATE_KEY_FILE'];
  const pem = env['PIPEWRIGHT_UPDATE_PRIVATE_KEY'] ?? (file && readFileSync(file, 'utf8'));
  if (!pem)
    throw new Error(
      'There is no key to sign with: set PIPEWRIGHT_UPDATE_PRIVATE_KEY or PIPEWRIGHT_UPDATE_PRIVATE_KEY_FILE. --make-key FILE makes one.',
    );
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('The key is not of the kind Ed25519.');
  return key;
}

/** @param {string} file */
function makeKey(file) {
  if (existsSync(file)) throw new Error(`${file} is there already: a key is never overwritten.`);
  const { privateKey: made } = generateKeyPairSync('ed25519');
  writeFileSync(file, made.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600, flag: 'wx' });
  console.log(`The private key lies in ${file}; keep it away from the machines that build and from the channel.`);
  console.log(`Build releases with PIPEWRIGHT_UPDATE_KEY=${publicKeyOf(made)}`);
}

/** @param {string[]} args */
async function main([first, ...rest]) {
  if (first === '--make-key' && rest[0]) return makeKey(resolve(rest[0]));
  if (!first || first.startsWith('-'))
    throw new Error('Name the folder of the installers: node scripts/packaging/sign-update.mjs dist-desktop');
  const days = rest[0] === '--days' ? Number(rest[1]) : 90;
  if (!(days >= 1 && days <= 366)) throw new Error('--days is a number from 1 to 366.');
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  const { files, expires } = await announce({
    ...{ folder: resolve(first), version, key: privateKey(process.env) },
    ...{ now: Date.now(), days },
  });
  for (const { name } of files) console.log(name);
  console.log(`${MANIFEST_FILE} announces ${version} until ${expires.slice(0, 10)}. Upload it last.`);
}

if (process.argv[1] === import.meta.filename) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
