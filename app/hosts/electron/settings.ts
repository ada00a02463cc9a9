import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '../../adapters/files/write-file-atomic.ts';
import { WindowState } from './window-state.ts';

const Settings = z.object({
  window: WindowState.optional().catch(undefined),
  /** The folder of the workspace that was open last. */
  workspace: z.string().max(4096).optional().catch(undefined),
});
export type Settings = z.infer<typeof Settings>;

/** What the shell remembers, in its own folder. A file that cannot be read is as good as none. */
export class SettingsFile {
  private readonly file: string;
  private settings: Settings;
  private written: Promise<void> = Promise.resolve();

  constructor(folder: string) {
    this.file = join(folder, 'shell.json');
    try {
      this.settings = Settings.parse(JSON.parse(readFileSync(this.file, 'utf8')));
    } catch {
      this.settings = {};
    }
  }

  get(): Settings {
    return this.settings;
  }

  /** Remembers it; a disk that does not take it is no reason to trouble anybody. One after the other: the last one stays. */
  set(changes: Partial<Settings>): Promise<void> {
    this.settings = { ...this.settings, ...changes };
    const text = `${JSON.stringify(this.settings, null, 2)}\n`;
    this.written = this.written.then(() => writeFileAtomic(this.file, text)).catch(() => undefined);
    return this.written;
  }
}
