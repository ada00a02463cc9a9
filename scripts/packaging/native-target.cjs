const { readFileSync } = require('node:fs');

const ELF = { 62: 'x64', 183: 'arm64' };
const PE = { 34404: 'x64', 43620: 'arm64' };
const MACH_O = { 16777223: 'x64', 16777228: 'arm64' };

/**
 * The platform and architecture that a native binary is for, by its first bytes: `linux-x64`, `win32-arm64`, …;
 * `unknown` for anything else.
 * @param {string} file
 */
exports.nativeTarget = function nativeTarget(file) {
  const bytes = readFileSync(file);
  if (bytes.length < 64) return 'unknown';
  if (bytes.readUInt32BE(0) === 0x7f454c46) return named('linux', ELF, bytes.readUInt16LE(18));
  if (bytes.toString('latin1', 0, 2) === 'MZ') {
    const header = bytes.readUInt32LE(0x3c);
    return header + 6 > bytes.length ? 'unknown' : named('win32', PE, bytes.readUInt16LE(header + 4));
  }
  if (bytes.readUInt32LE(0) === 0xfeedfacf) return named('darwin', MACH_O, bytes.readUInt32LE(4));
  return 'unknown';
};

/**
 * @param {string} platform
 * @param {{ [machine: number]: string }} machines
 * @param {number} machine
 */
function named(platform, machines, machine) {
  const arch = machines[machine];
  return arch === undefined ? 'unknown' : `${platform}-${arch}`;
}
