import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface ProviderEntry {
  kind: 'asked' | 'answered' | 'effect';
  /** The whole question, or what the effect was about. */
  text: string;
}

/** The provider's process, and what it wrote down. */
export interface Provider {
  url: string;
  entries(kind: ProviderEntry['kind']): string[];
  /** From now on it takes requests and answers none. */
  hold(): Promise<void>;
  release(): Promise<void>;
  /** Waits until it was asked so often in all. */
  asked(times: number): Promise<void>;
  stop(): Promise<void>;
}

const script = fileURLToPath(new URL('./provider-process.ts', import.meta.url));

/** `latencyMs` is the middle of a range; `length` that of an answer in characters. */
export async function startProvider(
  logFile: string,
  { latencyMs = 0, length = 200 }: { latencyMs?: number; length?: number } = {},
): Promise<Provider> {
  writeFileSync(logFile, '');
  const child = spawn(process.execPath, [script, logFile, String(latencyMs), String(length)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const [port] = await once(createInterface({ input: child.stdout }), 'line');
  const url = `http://127.0.0.1:${port}`;
  const entries = (kind: ProviderEntry['kind']) =>
    readFileSync(logFile, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as ProviderEntry)
      .filter((entry) => entry.kind === kind)
      .map(({ text }) => text);
  const tell = async (path: string) => void (await fetch(`${url}${path}`, { method: 'POST' }));
  return {
    url,
    entries,
    hold: () => tell('/hold'),
    release: () => tell('/release'),
    async asked(times) {
      while (entries('asked').length < times) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    async stop() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
