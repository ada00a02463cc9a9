import type { CodeProblem } from './code-language.ts';

export interface Place {
  from: number;
  to: number;
}

const position = /\(line (\d+)(?:, column (\d+))?/;
const quoted = /“([^”]+)”/;

/**
 * Where in a text a problem lies, as its message says it: at a line and column, else at the first place of the name that
 * it quotes, else in the whole text.
 */
export function placeProblem(text: string, { message }: Pick<CodeProblem, 'message'>): Place {
  const at = position.exec(message);
  if (at) return placeAt(text, Number(at[1]), at[2] === undefined ? undefined : Number(at[2]));
  const name = quoted.exec(message)?.[1]?.replace(/^:/, '');
  const found = name === undefined ? -1 : wordAt(text, name);
  if (name !== undefined && found >= 0) return { from: found, to: found + name.length };
  return { from: 0, to: text.length };
}

/** From the place to the end of the word there; the last letter of the line where the place is its end. */
function placeAt(text: string, line: number, column: number | undefined): Place {
  const lines = text.split('\n');
  const number = Math.min(Math.max(line, 1), lines.length);
  const start = lines.slice(0, number - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const own = lines[number - 1] ?? '';
  if (column === undefined) return { from: start, to: start + own.length };
  const offset = Math.min(Math.max(column - 1, 0), Math.max(own.length - 1, 0));
  const word = /^\w+/.exec(own.slice(offset))?.[0] ?? own.slice(offset, offset + 1);
  return { from: start + offset, to: start + offset + word.length };
}

/** The first place of a name that is not part of a longer one. */
function wordAt(text: string, name: string): number {
  const isPart = (letter: string | undefined) => letter !== undefined && /\w/.test(letter);
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1))
    if (!isPart(text[at - 1]) && !isPart(text[at + name.length])) return at;
  return -1;
}
