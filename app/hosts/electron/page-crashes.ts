import { app, type BrowserWindow, dialog } from 'electron';

/** A page that ends again within this time is not loaded by itself once more, milliseconds. */
const QUIET_MS = 60_000;

/** What is done when the page ends or hangs. Nothing is lost: the studio keeps drafts for recovery, the engine goes on. */
export class PageCrashes {
  private last = Number.NEGATIVE_INFINITY;
  private asking = false;

  private readonly window: BrowserWindow;
  private readonly onReload: () => void;
  private readonly now: () => number;

  constructor(window: BrowserWindow, onReload: () => void, now: () => number = () => performance.now()) {
    this.window = window;
    this.onReload = onReload;
    this.now = now;
  }

  /** The page's process has ended. */
  async gone(reason: string): Promise<void> {
    if (reason === 'clean-exit' || this.window.isDestroyed()) return;
    const again = this.now() - this.last < QUIET_MS;
    this.last = this.now();
    if (!again) return this.reload();
    const choice = await this.ask('The studio has ended unexpectedly twice.', ['Load it again', 'Quit']);
    if (choice === 0) this.reload();
    else if (choice === 1) app.quit();
  }

  /** The page does not answer. */
  async hangs(): Promise<void> {
    if ((await this.ask('The studio does not answer.', ['Wait', 'Load it again'])) === 1) this.reload();
  }

  private async ask(message: string, buttons: string[]): Promise<number | undefined> {
    if (this.asking || this.window.isDestroyed()) return undefined;
    this.asking = true;
    const { response } = await dialog.showMessageBox(this.window, {
      type: 'warning',
      message,
      detail: 'Drafts are kept and offered again; runs go on in the engine.',
      buttons,
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    });
    this.asking = false;
    return response;
  }

  private reload(): void {
    if (this.window.isDestroyed()) return;
    this.onReload();
    this.window.webContents.reload();
  }
}
