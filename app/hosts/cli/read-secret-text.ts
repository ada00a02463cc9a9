import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

const MAX_BYTES = 65_536;

/** One line that is typed unseen at a terminal, or all of standard input without the line break at its end. */
export async function readSecretText(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) {
    let text = '';
    stdin.setEncoding('utf8');
    for await (const piece of stdin) {
      text += piece;
      if (text.length > MAX_BYTES) break;
    }
    return text.replace(/\r?\n$/, '');
  }
  const nowhere = new Writable({ write: (_piece, _encoding, done) => done() });
  // Before the prompt: from here on the terminal shows nothing of what is typed.
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true });
  stderr.write(prompt);
  try {
    return await new Promise<string>((give) => {
      lines.once('line', give);
      // Ctrl-C and Ctrl-D: nothing was given.
      lines.once('SIGINT', () => give(''));
      lines.once('close', () => give(''));
    });
  } finally {
    lines.close();
    stderr.write('\n');
  }
}
