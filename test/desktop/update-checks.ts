import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { UpdateState } from '../../app/core/contracts/desktop-bridge.ts';
import type { FakeUtilityProcess, world } from '../kit/electron/fake-electron.ts';
import { manifestOf, type Serve, signManifest, type UpdateChannelServer } from '../kit/update-channel.ts';

/** What the checks of the shell lend to these. */
export interface ShellChecks {
  check(name: string, work: () => unknown): Promise<void>;
  same(actual: unknown, expected: unknown, about?: string): void;
  /** Asks the shell as the studio's page does. */
  ask(channel: string): Promise<unknown>;
  world: typeof world;
  channel: UpdateChannelServer;
  folder: string;
}

const KIND = process.platform === 'win32' ? 'exe' : process.platform === 'darwin' ? 'dmg' : 'AppImage';
const FILE = { platform: process.platform as 'linux', arch: process.arch as 'x64', name: `new.${KIND}` };
const NEW = Buffer.alloc(300_000, 'the new program ');
const OLD = 'the old program';

/** The AppImage that runs, for the shell to be started with. */
export function installProgram(folder: string): string {
  const program = join(folder, 'pipewright.AppImage');
  writeFileSync(program, OLD);
  return program;
}

/** What an attacker on the way, on the channel or on the disk could put before the app, and what must come of it: nothing. */
export async function checkRefusals(checks: ShellChecks): Promise<void> {
  const { check, same, ask, world, channel, folder } = checks;
  const state = (): Promise<UpdateState> => ask('update:state') as Promise<UpdateState>;
  const signed = (manifest: object, key = channel.key) =>
    signManifest(manifest as Parameters<typeof signManifest>[0], key);
  const good = (more: object = {}) => manifestOf(FILE, NEW, more);

  /** Goes as far as the app lets itself be led, and further. @returns codes of what was refused at each step */
  async function attempt(files: { [name: string]: Buffer | Serve }): Promise<(string | undefined)[]> {
    channel.serve(files);
    const problems: (string | undefined)[] = [];
    for (const step of ['check', 'download', 'install']) {
      await ask(`update:${step}`);
      problems.push((await state()).problem?.code);
    }
    return problems;
  }
  const nothingInstalled = () => {
    same([world.relaunched, world.openedPaths, world.quits], [[], [], 0], 'installs');
    same(readFileSync(join(folder, 'pipewright.AppImage'), 'utf8'), OLD, 'the program');
  };
  const refused = (
    name: string,
    code: string,
    files: () => { [name: string]: Buffer | Serve },
    step: 'check' | 'download',
  ) =>
    check(`an update is not installed: ${name}`, async () => {
      const [checked, downloaded] = await attempt(files());
      same([checked, downloaded][step === 'check' ? 0 : 1], code, `${step} says`);
      if (step === 'download') same(checked, undefined, 'the check says');
      same((await state()).step, step === 'check' ? 'unasked' : 'offered');
      nothingInstalled();
    });
  const manifest = (name: string, code: string, bytes: () => Buffer | Serve) =>
    refused(name, code, () => ({ 'update.json': bytes(), [FILE.name]: NEW }), 'check');
  const download = (name: string, code: string, file: Buffer | Serve) =>
    refused(name, code, () => ({ 'update.json': signed(good()), [FILE.name]: file }), 'download');

  await check('no update is looked for before somebody asks', async () => {
    const { step, version } = await state();
    same([step, /^\d+\.\d+\.\d+$/.test(version), channel.asked], ['unasked', true, []]);
    await ask('update:download');
    await ask('update:install');
    same(channel.asked, []);
    nothingInstalled();
  });

  await manifest('its text was changed', 'update.unsigned', () =>
    Buffer.from(signed(good()).toString().replace('9.0.0', '9.0.1')),
  );
  await manifest('another key has signed it', 'update.unsigned', () =>
    signed(good(), generateKeyPairSync('ed25519').privateKey),
  );
  await manifest('nobody has signed it', 'update.unsigned', () => Buffer.from(JSON.stringify(good())));
  await manifest('its signature is empty', 'update.unsigned', () =>
    Buffer.from(JSON.stringify({ signed: JSON.stringify(good()), signature: '' })),
  );
  await manifest('it is no text at all', 'update.unsigned', () => Buffer.alloc(2000, 0xff));
  await manifest('its words go on for ever', 'update.channel', () => (response) => {
    response.writeHead(200);
    response.end(Buffer.alloc(200_000, ' '));
  });
  await manifest('the file has a path for a name', 'update.unsigned', () =>
    signed({ ...good(), files: good().files.map((file) => ({ ...file, name: `../../${FILE.name}` })) }),
  );
  await manifest('the file has a quote in its name', 'update.unsigned', () =>
    signed({ ...good(), files: good().files.map((file) => ({ ...file, name: `a".${KIND}` })) }),
  );
  await manifest('it is of another product', 'update.refused', () => signed(good({ product: 'org.example.other' })));
  await manifest('it is for another platform', 'update.refused', () =>
    signed(manifestOf({ ...FILE, platform: FILE.platform === 'linux' ? 'win32' : 'linux' }, NEW)),
  );
  await manifest('it is for another machine', 'update.refused', () =>
    signed(manifestOf({ ...FILE, arch: FILE.arch === 'x64' ? 'arm64' : 'x64' }, NEW)),
  );
  await manifest('it is older than what is installed', 'update.refused', () => signed(good({ version: '0.0.9' })));
  await manifest('it has expired', 'update.refused', () => signed(good({ expires: '2020-01-01T00:00:00.000Z' })));
  const earlier = signed(good());
  await check('a release that is offered is only told of', async () => {
    channel.serve({ 'update.json': signed(good()), [FILE.name]: NEW });
    const before = channel.asked.length;
    await ask('update:check');
    const { step, next, size } = await state();
    same([step, next, size], ['offered', '9.0.0', NEW.length]);
    same(channel.asked.slice(before), ['update.json']);
    nothingInstalled();
  });
  await manifest('it was said before, and newer was said since', 'update.refused', () => earlier);
  await manifest('the channel fails', 'update.channel', () => (response) => void response.writeHead(500).end());

  const elsewhere = createServer((request, response) => {
    response.end(request.url === '/update.json' ? signed(good()) : NEW);
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  const place = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
  const away: Serve = (response, path) => void response.writeHead(302, { location: place + path }).end();
  await manifest('the channel leads to another place', 'update.channel', () => away);
  await download('its file lies at another place', 'update.channel', away);
  elsewhere.closeAllConnections();
  elsewhere.close();

  await download('its file was changed', 'update.damaged', Buffer.alloc(NEW.length, 'the evil program'));
  await download('its file is longer', 'update.damaged', Buffer.concat([NEW, Buffer.from('!')]));
  await download('its file is shorter', 'update.damaged', NEW.subarray(0, -1));
  await download('its download breaks off', 'update.channel', (response) => {
    response.writeHead(200, { 'content-length': NEW.length });
    response.write(NEW.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 20));
  });
  await download('its file is not there', 'update.channel', (response) => void response.writeHead(404).end());

  await check('an update is not installed: its file was changed after it was checked', async () => {
    const file = join(folder, 'updates/files', FILE.name);
    await attemptInstall(checks, world.forks.at(-1)?.child, (engine) => {
      same(statSync(file).mode & 0o777, 0o600);
      same(statSync(join(folder, 'updates/files')).mode & 0o777, 0o700);
      writeFileSync(file, 'the evil program');
      engine.emit('message', { kind: 'kept', copies: [] });
    });
    const { step, problem } = await state();
    same([step, problem?.code], ['offered', 'update.damaged']);
    nothingInstalled();
  });
  await check('an update is not installed: no copy of the workspace can be made', async () => {
    const child = world.forks.at(-1)?.child;
    await attemptInstall(checks, child, (engine) =>
      engine.emit('message', {
        kind: 'not-kept',
        error: { code: 'storage.full', class: 'disk.full', message: 'The disk is full.' },
      }),
    );
    const { step, problem } = await state();
    same([step, problem?.code], ['ready', 'storage.full']);
    nothingInstalled();
  });
}

/** The way it goes: told, downloaded, copied, installed. The engine of the workspace that is open is the last that was started. */
export async function checkInstall(checks: ShellChecks): Promise<void> {
  const { check, same, ask, world, folder } = checks;
  await check('an update is not installed: the engine ends while it makes the copies', async () => {
    const before = world.forks.length;
    await attemptInstall(checks, world.forks.at(-1)?.child, (engine) => engine.emit('exit', 1));
    const { step, problem } = (await ask('update:state')) as UpdateState;
    same([step, problem?.code], ['ready', 'update.not_installed']);
    same([world.relaunched, world.openedPaths], [[], []], 'installs');
    // It comes back after a second.
    for (let i = 0; i < 300 && world.forks.length === before; i += 1) await new Promise((go) => setTimeout(go, 10));
  });
  await check('an update is installed after copies were made, and the app starts anew', async () => {
    const quits = world.quits;
    const child = world.forks.at(-1)?.child;
    if (process.platform === 'linux') chmodSync(join(folder, 'pipewright.AppImage'), 0o644);
    await attemptInstall(checks, child, (engine) => {
      same([world.relaunched, world.openedPaths], [[], []], 'before the copies');
      engine.emit('message', { kind: 'kept', copies: ['pipewright.schema-1.db'] });
    });
    const program = join(folder, 'pipewright.AppImage');
    const downloaded = join(folder, 'updates/files', FILE.name);
    if (KIND === 'AppImage') {
      same(world.relaunched, [{ execPath: program, args: [] }]);
      same(readFileSync(program).equals(NEW), true, 'the new program');
      same(statSync(program).mode & 0o777, 0o755);
      same(existsSync(downloaded), false, 'what was downloaded is still there:');
    } else same(world.openedPaths, [downloaded]);
    same(child?.said.at(-1)?.message, { kind: 'close' }, 'runs are parked first');
    child?.emit('exit', 0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    same(world.quits, quits + 1);
    same(((await ask('update:state')) as UpdateState).problem, undefined);
  });
}

/** Asks for all three steps; `answer` is the engine's when it is asked for copies. */
async function attemptInstall(
  { ask, channel, same }: ShellChecks,
  child: FakeUtilityProcess | undefined,
  answer: (engine: FakeUtilityProcess) => void,
): Promise<void> {
  if (!child) throw new Error('there is no engine');
  channel.serve({ 'update.json': signManifest(manifestOf(FILE, NEW), channel.key), [FILE.name]: NEW });
  await ask('update:check');
  await ask('update:download');
  const before = child.said.length;
  const installed = ask('update:install');
  for (let i = 0; i < 200 && child.said.length === before; i += 1) await new Promise((go) => setTimeout(go, 10));
  same(child.said.at(-1)?.message, { kind: 'keep' }, 'copies are asked for');
  answer(child);
  await installed;
}
