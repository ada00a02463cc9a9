// Builds the desktop app for the platform at hand: `npm run package [-- --dir] [-- --release]`.
//   --dir      the unpacked app only
//   --release  refuses to build what is not signed
// Electron itself is fetched on the first build, the tools of some formats too: both want the network. A distribution
// that is already there is named by ELECTRON_DIST.

import '../require-node.mjs';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, Platform } from 'electron-builder';

const root = join(import.meta.dirname, '../..');

/**
 * @param {{ dir?: boolean, release?: boolean, electronDist?: string | undefined, output?: string }} options
 * @returns {Promise<string[]>} what was made
 */
export async function buildDesktop({ dir = false, release = false, electronDist, output } = {}) {
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
    },
  });
}

if (process.argv[1] === import.meta.filename) {
  const args = new Set(process.argv.slice(2));
  try {
    const made = await buildDesktop({
      dir: args.has('--dir'),
      release: args.has('--release'),
      electronDist: process.env['ELECTRON_DIST'],
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
