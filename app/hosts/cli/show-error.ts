import type { ErrorWire } from '../../core/errors/app-error.ts';
import { wrapped } from './table.ts';
import { safeText, type Terminal } from './terminal.ts';

const LABEL = 9;

/**
 * An error for people: what is wrong, where, how to mend it, and its code. Never a stack. A command that mends it stands
 * on a line of its own, unbroken, so that it can be copied.
 */
export function showError(terminal: Terminal, error: ErrorWire): void {
  const part = (label: string, text: string, style?: 'red') => {
    const [first = '', ...rest] = wrapped(text, terminal.width - LABEL);
    const name = `${label}:`.padEnd(LABEL);
    terminal.err(`${style ? terminal.style(style, name, 'err') : terminal.style('dim', name, 'err')}${first}`);
    for (const line of rest) terminal.err(`${' '.repeat(LABEL)}${line}`);
  };
  part('error', error.message, 'red');
  if (error.where !== undefined && error.where !== '') part('where', safeText(error.where));
  const command = typeof error.data?.['command'] === 'string' ? safeText(error.data['command']) : undefined;
  const remedy = command === undefined ? error.remedy : error.remedy?.replace(command, '').trim();
  if (remedy) part('remedy', remedy);
  if (command !== undefined) terminal.err(`${terminal.style('dim', 'command: ', 'err')}${command}`);
  part('code', error.code);
}
