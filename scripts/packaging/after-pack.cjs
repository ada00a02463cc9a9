const { readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { Arch } = require('builder-util');
const { nativeTarget } = require('./native-target.cjs');

/** Native modules that every package holds: the store's and the vector store's. */
const NATIVE_MODULES = 2;

/**
 * Refuses a package whose native modules are missing or made for another machine, which would start and then fail at
 * the first run, and takes the permission for plain HTTP out of the macOS bundle.
 * @param {import('electron-builder').AfterPackContext} context
 */
exports.default = async function afterPack({ appOutDir, arch, electronPlatformName, packager }) {
  const target = `${electronPlatformName}-${Arch[arch]}`;
  const found = filesUnder(appOutDir).filter((file) => file.endsWith('.node'));
  const wrong = found.filter((file) => nativeTarget(file) !== target);
  if (wrong.length > 0) throw new Error(`native modules that are not for ${target}:\n  ${wrong.join('\n  ')}`);
  if (found.length !== NATIVE_MODULES)
    throw new Error(
      `${found.length} native modules for ${target} instead of ${NATIVE_MODULES}:\n  ${found.join('\n  ')}`,
    );
  if (electronPlatformName !== 'darwin') return;
  const plist = join(appOutDir, `${packager.appInfo.productFilename}.app/Contents/Info.plist`);
  const text = readFileSync(plist, 'utf8');
  writeFileSync(plist, text.replace(/(<key>NSAllowsArbitraryLoads<\/key>\s*)<true\/>/, '$1<false/>'));
};

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : entry.isFile() ? [path] : [];
  });
}
