// Runs first in every npm script and in the published command. A native module that meets an older Node dies without a word a person can use, and
// static imports run before any code of the file that holds them, so this file imports nothing.

const needed = { major: 22, minor: 12 };
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < needed.major || (major === needed.major && minor < needed.minor)) {
  console.error(
    `Pipewright needs Node ${needed.major}.${needed.minor} or later; this is Node ${process.versions.node} (${process.execPath}).\n` +
      'Install a newer Node; or, in a clone, run `npm ci` once and start it by `npm run`, which brings its own Node.',
  );
  process.exit(1);
}
