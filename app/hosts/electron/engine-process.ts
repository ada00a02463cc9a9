import { join } from 'node:path';
import { MessageChannelMain, type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron';
import { AppError, fromWire } from '../../core/errors/app-error.ts';
import { engineEnvironment } from './engine-environment.ts';
import type { EngineKeychain, EngineMessage } from './engine-messages.ts';

/** Waits between restarts of an engine that ends by itself, milliseconds; the last one goes on. */
const RESTART_WAITS = [1000, 2000, 4000, 8000, 15_000, 30_000] as const;
/** An engine that has worked for so long begins again with the shortest wait. */
const STEADY_MS = 60_000;
/** How long copies of the databases may take. */
const COPY_MS = 10 * 60_000;
/** How long an engine may take to park its runs. */
const STOP_MS = 5000;

export interface EngineEvents {
  ready(workspace: { folder: string; name: string }): void;
  /** The workspace cannot be opened, by a reason that a person can mend: it is not tried again by itself. */
  refused(error: { message: string; remedy?: string | undefined }): void;
  /** It ended by itself; its runs go on from their journal when it is back. */
  lost(restartInMs: number): void;
}

/** The engine in a process of its own: it can end without the window, and the window without it. */
export class EngineProcess {
  private child: UtilityProcess | undefined;
  private ready = Promise.withResolvers<UtilityProcess>();
  private restarts = 0;
  private startedAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private stopping = false;

  private readonly workspace: string | undefined;
  private readonly events: EngineEvents;
  private readonly keychain: Promise<EngineKeychain | undefined>;
  private readonly now: () => number;

  /** @param keychain what the keychain gives; the engine opens the workspace when it is known. */
  constructor(
    workspace: string | undefined,
    events: EngineEvents,
    keychain: Promise<EngineKeychain | undefined> = Promise.resolve(undefined),
    now: () => number = () => performance.now(),
  ) {
    this.workspace = workspace;
    this.events = events;
    this.keychain = keychain;
    this.now = now;
    // Nobody may be waiting for it when it is refused.
    this.ready.promise.catch(() => undefined);
    this.start();
  }

  private start(): void {
    const child = utilityProcess.fork(
      join(import.meta.dirname, 'electron-engine.js'),
      this.workspace === undefined ? [] : [this.workspace],
      {
        serviceName: 'Pipewright engine',
        env: engineEnvironment(process.env),
        stdio: 'inherit',
        disclaim: true,
      },
    );
    this.child = child;
    void this.keychain.then((keychain) => child.postMessage({ kind: 'open', keychain }));
    this.startedAt = this.now();
    child.on('message', (message: EngineMessage) => {
      if (message.kind === 'ready') {
        this.ready.resolve(child);
        this.events.ready(message.workspace);
      } else if (message.kind === 'refused') {
        this.stopping = true;
        this.ready.reject(new Error(message.error.message));
        this.events.refused(message.error);
      }
    });
    child.once('exit', () => this.ended(child));
  }

  private ended(child: UtilityProcess): void {
    if (this.child !== child) return;
    this.child = undefined;
    if (this.stopping) return;
    if (this.now() - this.startedAt > STEADY_MS) this.restarts = 0;
    const wait = RESTART_WAITS[Math.min(this.restarts, RESTART_WAITS.length - 1)] ?? 0;
    this.restarts += 1;
    // Whoever waited for the first one waits on.
    const { promise, resolve, reject } = Promise.withResolvers<UtilityProcess>();
    promise.then(this.ready.resolve, this.ready.reject);
    this.ready = { promise, resolve, reject };
    this.ready.promise.catch(() => undefined);
    this.events.lost(wait);
    this.timer = setTimeout(() => this.start(), wait);
  }

  /** One end of a new channel; the other one is the engine's. Waits until the engine is there. */
  async connect(): Promise<MessagePortMain> {
    const child = await this.ready.promise;
    const { port1, port2 } = new MessageChannelMain();
    child.postMessage({ kind: 'connect' }, [port1]);
    return port2;
  }

  /**
   * Has copies made of the databases of the workspace that is open. @returns their names
   * @throws AppError storage.*, update.not_installed when the engine does not answer
   */
  async keepCopies(): Promise<string[]> {
    const { child } = this;
    const silent = new AppError('update.not_installed', {
      message: 'No copy of the workspace could be made: its engine does not answer. Nothing was installed.',
      remedy: 'Open a workspace, then try again.',
    });
    if (!child) throw silent;
    const { promise, resolve, reject } = Promise.withResolvers<string[]>();
    const heard = (message: EngineMessage): void => {
      if (message.kind === 'kept') resolve(message.copies);
      if (message.kind === 'not-kept') reject(fromWire(message.error));
    };
    const ended = (): void => reject(silent);
    const patience = setTimeout(ended, COPY_MS);
    child.on('message', heard);
    child.once('exit', ended);
    child.postMessage({ kind: 'keep' });
    try {
      return await promise;
    } finally {
      clearTimeout(patience);
      child.off('message', heard);
      child.off('exit', ended);
    }
  }

  /** Lets runs under way park and ends it; kills it when it takes too long. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    const { child } = this;
    if (!child) return;
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    child.once('exit', () => resolve());
    child.postMessage({ kind: 'close' });
    const killer = setTimeout(() => child.kill(), STOP_MS);
    await gone;
    clearTimeout(killer);
  }
}
