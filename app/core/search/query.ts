import { AppError, isAppError } from '../errors/app-error.ts';
import { compileRegex, type Regex, type RegexMatch, type RegexOptions } from '../text/regex.ts';
import type { TextQuery } from './text-query.ts';

/** Finds the places of a text that fit a query, from left to right without overlaps; none that are empty. */
export type Matcher = (text: string) => RegexMatch[];

/** Matches of one text that are told: more are counted by nobody. */
const MAX_MATCHES = 10_000;
const partOfWord = /[\p{L}\p{N}_]/u;

/** @throws AppError regex.syntax */
export function matcherOf({ text, matchCase, wholeWord, regex }: TextQuery): Matcher {
  const compiled = compiledFrom(regex ? text : literal(text), { ignoreCase: !matchCase, multiline: true });
  return (where) =>
    compiled
      .find(where, MAX_MATCHES)
      .filter(({ start, end }) => end > start && (!wholeWord || isWhole(where, start, end)));
}

function compiledFrom(source: string, options: RegexOptions): Regex {
  try {
    return compileRegex(source, options);
  } catch (thrown) {
    if (!isAppError(thrown)) throw thrown;
    const { code, message, remedy } = thrown;
    throw new AppError(code, { message, where: source, remedy });
  }
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);

function isWhole(text: string, start: number, end: number): boolean {
  const before = [...text.slice(Math.max(0, start - 2), start)].at(-1) ?? '';
  const after = [...text.slice(end, end + 2)][0] ?? '';
  return !partOfWord.test(before) && !partOfWord.test(after);
}

/**
 * What stands in the place of a match: the replacement itself; for a regular expression with `$1` to `$99` and `$&` filled
 * in, `$$` for a dollar.
 * @throws AppError regex.syntax for a group that the expression has not
 */
export function replacementFor(query: TextQuery, replacement: string, match: RegexMatch): string {
  if (!query.regex) return replacement;
  return replacement.replace(/\$(\$|&|\d{1,2})/g, (_whole, what: string) => {
    if (what === '$') return '$';
    if (what === '&') return match.text;
    const group = Number(what);
    if (group < 1 || group > match.groups.length) {
      throw new AppError('regex.syntax', {
        message: `The replacement names the group $${what}; the expression has ${match.groups.length}.`,
        remedy: 'Put what is to be kept into parentheses; write $$ for a dollar.',
      });
    }
    return match.groups[group - 1] ?? '';
  });
}
