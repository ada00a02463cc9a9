// Builds the desktop app for the platform at hand: `npm run package [-- --dir] [-- --release]`.
//   --dir      the unpacked app only
//   --release  refuses to build what is not signed
// PIPEWRIGHT_UPDATE_URL and PIPEWRIGHT_UPDATE_KEY give the app an update channel (docs/desktop.md); without, it has none.
// Electron itself is fetched on the first build, the tools of some formats too: both want the network. A distribution
// that is already there is named by ELECTRON_DIST.

import '../require-node.mjs';
import { createPublicKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, Platform } from 'electron-builder';

const root = join(import.meta.dirname, '../..');

/**
 * @param {{
 *   dir?: boolean,
 *   release?: boolean,
 *   electronDist?: string | undefined,
 *   output?: string,
 *   updateChannel?: { url: string, key: string } | undefined,
 * }} options
 * @returns {Promise<string[]>} what was made
 */
export async function buildDesktop({ dir = false, release = false, electronDist, output, updateChannel } = {}) {
  if (!existsSync(join(root, 'dist/electron-main.js')))
    throw new Error('dist/ has no desktop app: run `npm run build` first.');
  return build({
    projectDir: root,
    targets: Platform.current().createTarget(dir ? 'dir' : undefined),
    publish: 'never',
    config: {
      extends: join(root, 'electron-builder.yml'),
      ...(electronDist !== undefined && { electronDist }),
      ...(output !== undefined && { directories: { output } }),
      ...(release && { forceCodeSigning: true }),
      ...(updateChannel && { extraMetadata: { updateChannel } }),
    },
  });
}

/**
 * Where the app looks for newer releases, and the public key that they are signed with: both or neither.
 * @param {NodeJS.ProcessEnv} env
 */
export function updateChannelOf({ PIPEWRIGHT_UPDATE_URL: url, PIPEWRIGHT_UPDATE_KEY: key }) {
  if (url === undefined && key === undefined) return undefined;
  if (url === undefined || key === undefined)
    throw new Error('An update channel is a PIPEWRIGHT_UPDATE_URL and a PIPEWRIGHT_UPDATE_KEY: set both, or neither.');
  const parsed = URL.parse(url);
  if (parsed?.protocol !== 'https:' || !parsed.pathname.endsWith('/'))
    throw new Error('PIPEWRIGHT_UPDATE_URL is an https address of a folder, with a slash at its end.');
  const kind = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' }).asymmetricKeyType;
  if (kind !== 'ed25519') throw new Error('PIPEWRIGHT_UPDATE_KEY is not of the kind Ed25519.');
  return { url, key };
}

if (process.argv[1] === import.meta.filename) {
  const args = new Set(process.argv.slice(2));
  try {
    const made = await buildDesktop({
      dir: args.has('--dir'),
      release: args.has('--release'),
      electronDist: process.env['ELECTRON_DIST'],
      updateChannel: updateChannelOf(process.env),
    });
    console.log(made.length > 0 ? made.join('\n') : 'dist-desktop');
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    console.error(text);
    if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|getaddrinfo|github/i.test(text))
      console.error(
        'The first build fetches Electron, and the tools of some formats, from the network. Where there is none, name a\n' +
          'folder with an unpacked Electron distribution by ELECTRON_DIST and build with --dir.',
      );
    process.exitCode = 1;
  }
}
