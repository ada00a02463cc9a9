// Runs first in every npm script and in the published command. A native module that meets an older Node dies without a
// word a person can use, and static imports run before any code of the file that holds them, so this file imports nothing.
// 24.10 is the first release with SQLite's authorizer, which user queries are held by; Zstandard and the permission
// model, which stored values and contained processes need, are older.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 24 || (major === 24 && minor < 10)) {
  console.error(
    `Pipewright needs Node 24.10 or later; this is Node ${process.versions.node} (${process.execPath}).\n` +
      'Install a newer Node; or, in a clone, run `npm ci` once and start it by `npm run`, which brings its own Node.',
  );
  process.exit(1);
}
