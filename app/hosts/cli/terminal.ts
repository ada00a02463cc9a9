import type { Environment } from '../user-folders.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

const codes: { [style in Style]: [number, number] } = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

/** Where a command writes: results to `out`, everything else to `err`. */
export interface Terminal {
  /** A line of the result. */
  out(line?: string): void;
  /** A note, an error, progress. */
  err(line?: string): void;
  /** Styled for standard output, or for standard error; plain text where colours are not wanted. */
  style(style: Style, text: string, stream?: 'out' | 'err'): string;
  /** Columns that a table may use. */
  width: number;
  /** A line on standard error that the next one replaces; does nothing when it is no terminal. */
  status(line: string): void;
  /** Whether standard error is a terminal, so that progress can move. */
  live: boolean;
  /** Everything written has left the process. */
  flush(): Promise<void>;
}

const NARROWEST = 40;
/** Of a terminal, and of what goes into a file or another program: names that `grep` looks for must not be cut short. */
const WIDEST = 120;

function wantsColor(env: Environment, isTTY: boolean | undefined): boolean {
  if (env['NO_COLOR']) return false;
  return Boolean(isTTY) && env['TERM'] !== 'dumb';
}

export function createTerminal(env: Environment): Terminal {
  const { stdout, stderr } = process;
  const color = { out: wantsColor(env, stdout.isTTY), err: wantsColor(env, stderr.isTTY) };
  const live = Boolean(stderr.isTTY) && env['TERM'] !== 'dumb';
  let closed = false;
  let hasStatus = false;
  // Whoever read our output has gone (`| head`): what is left to print has no reader, but the work goes on.
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      closed ||= stream === stdout;
    });
  }
  const clearStatus = () => {
    if (hasStatus) stderr.write('\r\u001b[2K');
    hasStatus = false;
  };
  return {
    live,
    width: Math.max(NARROWEST, Math.min(stdout.columns ?? WIDEST, WIDEST)),
    out(line = '') {
      clearStatus();
      if (!closed) stdout.write(`${line}\n`);
    },
    err(line = '') {
      clearStatus();
      stderr.write(`${line}\n`);
    },
    style(style, text, stream = 'out') {
      const [on, off] = codes[style];
      return color[stream] ? `\u001b[${on}m${text}\u001b[${off}m` : text;
    },
    status(line) {
      if (!live) return;
      const width = stderr.columns ?? 80;
      stderr.write(`\r\u001b[2K${line.slice(0, width - 1)}`);
      hasStatus = line !== '';
    },
    async flush() {
      clearStatus();
      for (const stream of [stdout, stderr])
        if (!stream.destroyed && stream.writable) await new Promise<void>((done) => stream.write('', () => done()));
    },
  };
}

// Terminals obey escape sequences: what comes from a file, a model or a document must not be able to send any.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be found
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Text from elsewhere, made harmless for a terminal: control characters and direction overrides become visible. */
export function safeText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(controls, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
