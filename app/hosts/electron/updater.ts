import type { Installation } from '../../adapters/updates/manifest.ts';
import { type Offer, openUpdates, type UpdateChannel, type Updates } from '../../adapters/updates/updates.ts';
import type { UpdateState } from '../../core/contracts/desktop-bridge.ts';
import { isAppError } from '../../core/errors/app-error.ts';

export interface UpdaterOptions {
  /** Undefined: this build has none, and nothing is ever asked. */
  channel: UpdateChannel | undefined;
  installation: Installation;
  /** Where downloads go: the app's own folder. */
  folder: string;
  /** Keeps copies of the workspace's databases. @throws AppError when it could not */
  keepCopies(): Promise<unknown>;
  /** Quits and installs. @throws AppError update.not_installed */
  install(file: string): Promise<void>;
  /** The state is another one now. */
  changed(state: UpdateState): void;
  now?: () => number;
}

/** Every so many bytes, the state tells how far a download is. */
const TOLD_BYTES = 1_048_576;

/**
 * Newer releases of the app: nothing is asked, downloaded or installed before a person says so, each by its own word.
 * One thing at a time: what is asked for meanwhile is not done.
 */
export class Updater {
  private readonly options: UpdaterOptions;
  private updates: Updates | undefined;
  private current: UpdateState;
  private offer: Offer | undefined;
  private file: string | undefined;
  private busy = false;

  constructor(options: UpdaterOptions) {
    this.options = options;
    const { version } = options.installation;
    this.current = { version, step: options.channel ? 'unasked' : 'off' };
  }

  state(): UpdateState {
    return this.current;
  }

  async check(): Promise<void> {
    const { channel, installation, folder, now = Date.now } = this.options;
    if (!channel) return;
    await this.work('checking', 'unasked', async () => {
      this.offer = undefined;
      this.file = undefined;
      this.updates ??= openUpdates({ channel, installation, folder, now });
      this.offer = await this.updates.check();
      return this.offer ? 'offered' : 'current';
    });
  }

  async download(): Promise<void> {
    const { updates, offer } = this;
    if (!updates || !offer) return;
    await this.work('downloading', 'offered', async () => {
      let told = 0;
      this.file = undefined;
      this.file = await updates.download(offer, (received) => {
        if (received - told < TOLD_BYTES) return;
        told = received;
        this.set({ ...this.current, received });
      });
      return 'ready';
    });
  }

  async install(): Promise<void> {
    const { updates, offer, file } = this;
    if (!updates || !offer || file === undefined) return;
    const { keepCopies, install } = this.options;
    await this.work('installing', 'ready', async () => {
      await keepCopies();
      // Last of all: what is installed is what was looked at just now.
      await updates.verify(offer).catch((thrown: unknown) => {
        this.file = undefined;
        throw thrown;
      });
      await install(file);
      return 'installing';
    });
  }

  /** @param before the step that is gone back to when it fails */
  private async work(
    step: UpdateState['step'],
    before: 'unasked' | 'offered' | 'ready',
    work: () => Promise<UpdateState['step']>,
  ): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.set(this.stateOf(step));
    try {
      this.set(this.stateOf(await work()));
    } catch (thrown) {
      const back = before === 'ready' && this.file === undefined ? 'offered' : before;
      this.set({ ...this.stateOf(back), problem: problemOf(thrown) });
    } finally {
      this.busy = false;
    }
  }

  private stateOf(step: UpdateState['step']): UpdateState {
    const { version } = this.options.installation;
    return { version, step, ...(this.offer && { next: this.offer.version, size: this.offer.file.size }) };
  }

  private set(state: UpdateState): void {
    this.current = state;
    this.options.changed(state);
  }
}

function problemOf(thrown: unknown): NonNullable<UpdateState['problem']> {
  if (!isAppError(thrown)) return { code: 'update.not_installed', message: String(thrown), remedy: undefined };
  const { code, message, remedy } = thrown;
  return { code, message, remedy };
}
