import type { MessagePortMain, ParentPort } from 'electron';
import { AppError, type ErrorWire, isAppError } from '../../core/errors/app-error.ts';
import { type KeychainAnswer, openHost } from '../compose.ts';
import { type ContractService, createContractService } from '../contract-router.ts';
import { readNewCollections, sampleWorkspace } from '../sample-workspace.ts';
import { serveChannel } from '../serve-channel.ts';
import type { EngineKeychain, EngineMessage, ShellMessage } from './engine-messages.ts';

/**
 * The engine's own process under the shell: opens the workspace that its first argument names, else the user's copy of
 * the sample, and serves the contract to each port that the shell hands it. It never loads Electron.
 */
const parent = (process as unknown as { parentPort: ParentPort }).parentPort;
const tell = (message: EngineMessage) => parent.postMessage(message);

/** A secret comes as a message: arguments and environments of processes can be read by others. */
const { promise: opened, resolve: open } = Promise.withResolvers<EngineKeychain | undefined>();
parent.on('message', ({ data }) => {
  const message = data as ShellMessage;
  if (message.kind === 'open') open(message.keychain);
});

try {
  const { env } = process;
  const given = process.argv[2];
  const folder = given ?? (await sampleWorkspace(env));
  const keychain = await opened;
  const host = await openHost({ folder, env, cwd: folder, ...(keychain && { keychain: answerOf(keychain) }) });
  const reading = given === undefined ? readNewCollections(host) : undefined;
  reading?.catch(() => undefined);
  const service = createContractService(host, { before: reading });
  parent.on('message', ({ data, ports }) => {
    const { kind } = data as ShellMessage;
    const [port] = ports;
    if (kind === 'connect' && port) serveShellPort(service, port);
    if (kind === 'keep')
      void host.keepUpgradeCopies().then(
        (copies) => tell({ kind: 'kept', copies }),
        (thrown: unknown) => tell({ kind: 'not-kept', error: toWire(thrown) }),
      );
    if (kind === 'close')
      void service
        .close()
        .then(() => host.close())
        .finally(() => process.exit(0));
  });
  tell({ kind: 'ready', workspace: { folder: host.folder, name: host.config.name } });
} catch (thrown) {
  if (!isAppError(thrown)) throw thrown;
  const { message, remedy } = thrown;
  tell({ kind: 'refused', error: { message, remedy } });
}

function toWire(thrown: unknown): ErrorWire {
  if (isAppError(thrown)) return thrown.toWire();
  return new AppError('storage.failed', { message: `The copies could not be made: ${String(thrown)}` }).toWire();
}

function answerOf(keychain: EngineKeychain): KeychainAnswer {
  return 'key' in keychain ? { key: Buffer.from(keychain.key, 'base64') } : keychain;
}

function serveShellPort(service: ContractService, port: MessagePortMain): void {
  const events = serveChannel(service, {
    send: (text) => port.postMessage(text),
    refuse: () => port.close(),
  });
  port.on('message', ({ data }) => events.received(data));
  port.on('close', () => events.closed());
  port.start();
}
