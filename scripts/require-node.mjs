// Runs first in every npm script and in the published command. A native module that meets an older Node dies without a
// word a person can use, and static imports run before any code of the file that holds them, so this file imports nothing.
// 22.15 is the first release with Zstandard, which stored values are compressed with; 23 got it late and is out of support.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 15) || major === 23) {
  console.error(
    `Pipewright needs Node 22.15 or later, or 24 or later; this is Node ${process.versions.node} (${process.execPath}).\n` +
      'Install a newer Node; or, in a clone, run `npm ci` once and start it by `npm run`, which brings its own Node.',
  );
  process.exit(1);
}
