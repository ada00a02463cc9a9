// Preloaded into a process whose reach is watched: counts every attempt to start a process, to open a connection and to
// write a file, and says so in the last line of stdout.
import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import workerThreads from 'node:worker_threads';

/** @type {{ [kind: string]: string[] }} */
const reached = { processes: [], sockets: [], writes: [] };

/**
 * @param {object} owner
 * @param {readonly string[]} names
 * @param {string} kind
 * @param {(args: unknown[]) => boolean} [counts]
 */
function watch(owner, names, kind, counts = () => true) {
  for (const name of names) {
    const real = Reflect.get(owner, name);
    if (typeof real !== 'function') throw new TypeError(`there is no ${name} to watch`);
    /** @this {unknown} @param {unknown[]} args */
    function watched(...args) {
      if (counts(args)) reached[kind]?.push(name);
      return new.target ? Reflect.construct(real, args) : Reflect.apply(real, this, args);
    }
    Reflect.set(owner, name, watched);
  }
}

/** @param {unknown[]} args */
function opensForWriting([, flags]) {
  if (typeof flags === 'number')
    return (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR | fs.constants.O_CREAT)) !== 0;
  return typeof flags === 'string' && flags !== 'r' && flags !== 'rs';
}

watch(childProcess, ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'], 'processes');
watch(childProcess.ChildProcess.prototype, ['spawn'], 'processes');
watch(workerThreads, ['Worker'], 'processes');
watch(net.Socket.prototype, ['connect'], 'sockets');
watch(net.Server.prototype, ['listen'], 'sockets');
watch(dgram, ['createSocket'], 'sockets');
watch(dns, ['lookup', 'resolve'], 'sockets');
watch(dns.promises, ['lookup', 'resolve'], 'sockets');
watch(globalThis, ['fetch'], 'sockets');
const changes = [
  'writeFile',
  'appendFile',
  'mkdir',
  'mkdtemp',
  'rename',
  'rm',
  'unlink',
  'symlink',
  'link',
  'copyFile',
  'truncate',
  'chmod',
  'utimes',
  'cp',
];
watch(fs, [...changes, ...changes.map((name) => `${name}Sync`), 'createWriteStream'], 'writes');
watch(fs.promises, changes, 'writes');
watch(fs, ['open', 'openSync'], 'writes', opensForWriting);
watch(fs.promises, ['open'], 'writes', opensForWriting);
syncBuiltinESMExports();

process.on('exit', () => process.stdout.write(`\n${JSON.stringify({ reached })}\n`));
