import { RE2JS } from 're2js';
import { AppError } from '../errors/app-error.ts';

/** Longest pattern that is accepted, in UTF-16 units. */
export const maxPatternLength = 2000;

export interface RegexOptions {
  ignoreCase?: boolean;
  /** `^` and `$` match at every line. */
  multiline?: boolean;
  /** `.` matches line ends too. */
  dotAll?: boolean;
}

export interface RegexMatch {
  /** Span in UTF-16 units. */
  start: number;
  end: number;
  text: string;
  /** Capture groups from 1 on; null for one that took no part. */
  groups: (string | null)[];
}

export interface Regex {
  readonly source: string;
  /** Instructions of the compiled pattern: the time of a match is at most proportional to it and to the text. */
  readonly size: number;
  /** Whether any part of the text matches. */
  test(text: string): boolean;
  /** Matches from left to right without overlaps, at most `limit` of them. */
  find(text: string, limit?: number): RegexMatch[];
  /** Puts `by` in the place of every match, literally: `$1` is no reference. */
  replaceAll(text: string, by: string | ((match: RegexMatch) => string)): string;
}

/**
 * A regular expression in RE2 syntax: matching takes time linear in the text, whatever the pattern, so patterns and
 * texts of strangers are safe. Without back-references and look-around, which is the price of that.
 *
 * @throws AppError regex.syntax
 */
export function compileRegex(source: string, options: RegexOptions = {}): Regex {
  const compiled = parse(source, options);

  function find(text: string, limit = Number.POSITIVE_INFINITY): RegexMatch[] {
    const matcher = compiled.matcher(text);
    const found: RegexMatch[] = [];
    while (found.length < limit && matcher.find()) {
      const groups: (string | null)[] = [];
      for (let i = 1; i <= matcher.groupCount(); i += 1) groups.push(matcher.group(i));
      const start = matcher.start();
      const end = matcher.end();
      found.push({ start, end, text: text.slice(start, end), groups });
    }
    return found;
  }

  return {
    source,
    size: compiled.programSize(),
    test: (text) => compiled.matcher(text).find(),
    find,
    replaceAll(text, by) {
      let result = '';
      let from = 0;
      for (const match of find(text)) {
        result += text.slice(from, match.start) + (typeof by === 'string' ? by : by(match));
        from = match.end;
      }
      return result + text.slice(from);
    },
  };
}

function parse(source: string, options: RegexOptions): RE2JS {
  if (source.length > maxPatternLength) {
    throw new AppError('regex.syntax', {
      message: `The regular expression is ${source.length} characters long; at most ${maxPatternLength} are allowed.`,
      remedy: 'Split it into several rules.',
    });
  }
  const flags =
    (options.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) |
    (options.multiline ? RE2JS.MULTILINE : 0) |
    (options.dotAll ? RE2JS.DOTALL : 0);
  try {
    return RE2JS.compile(source, flags);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new AppError('regex.syntax', {
      message: `The regular expression ${JSON.stringify(source.slice(0, 200))} is not valid: ${reason}`,
      remedy: 'Patterns are in RE2 syntax: no look-around, no back-references.',
      cause: thrown,
    });
  }
}
