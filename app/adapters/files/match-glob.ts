import { AppError } from '../../core/errors/app-error.ts';

const maxAlternatives = 64;

export interface Glob {
  /** Whether this path (forward slashes, relative) fits. Takes time linear in pattern times path. */
  matches(path: string): boolean;
  /** Folders that every match lies under: where a search may begin. */
  prefixes: string[];
}

/**
 * Compiles `*`, `?`, `**` and `{a,b}`. Not by regular expressions: a pattern may come from a file that somebody sent,
 * and one such as `*a*a*a*a*b` would run for minutes. Names that begin with a dot match only where the pattern has it.
 * @throws AppError document.outside for an absolute pattern or one with `..`
 */
export function compileGlob(pattern: string): Glob {
  const alternatives = expandBraces(pattern).map((text) => {
    const segments = text.split('/').filter((part) => part !== '' && part !== '.');
    if (/^([/\\]|[A-Za-z]:)/.test(text) || segments.includes('..') || text.includes('\0')) {
      throw new AppError('document.outside', {
        message: 'A pattern must stay within its folder.',
        where: pattern,
        remedy: 'Write patterns relative to the workspace, without `..`, such as `documents/**/*.md`.',
      });
    }
    return segments;
  });
  return {
    matches: (path) => alternatives.some((segments) => matchSegments(segments, path.split('/'))),
    prefixes: alternatives.map((segments) => {
      const wild = segments.findIndex((part) => /[*?]/.test(part));
      return segments.slice(0, wild === -1 ? segments.length - 1 : Math.min(wild, segments.length - 1)).join('/');
    }),
  };
}

/** For each prefix of the path, whether the pattern so far fits it: `**` cannot blow this up. */
function matchSegments(pattern: readonly string[], path: readonly string[]): boolean {
  let reach = path.map(() => false);
  reach = [true, ...reach];
  for (const part of pattern) {
    const next = reach.map(() => false);
    if (part === '**') {
      let open = false;
      for (let i = 0; i <= path.length; i += 1) {
        if (i > 0 && open && path[i - 1]?.startsWith('.')) open = false;
        if (reach[i]) open = true;
        next[i] = open;
      }
    } else {
      for (let i = 0; i < path.length; i += 1) next[i + 1] = (reach[i] ?? false) && matchName(part, path[i] ?? '');
    }
    reach = next;
  }
  return reach[path.length] ?? false;
}

function matchName(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  let p = 0;
  let star = -1;
  let mark = 0;
  for (let n = 0; n < name.length; ) {
    if (pattern[p] === '*') {
      star = p;
      mark = n;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p += 1;
      n += 1;
    } else if (star !== -1) {
      p = star + 1;
      mark += 1;
      n = mark;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}

function expandBraces(pattern: string): string[] {
  let open = [pattern];
  const done: string[] = [];
  while (open.length > 0) {
    const next: string[] = [];
    for (const text of open) {
      const match = /\{([^{}]*,[^{}]*)\}/.exec(text);
      if (!match) done.push(text);
      else {
        const rest = text.slice(match.index + match[0].length);
        for (const choice of (match[1] ?? '').split(',')) next.push(text.slice(0, match.index) + choice + rest);
      }
    }
    open = next;
    if (open.length + done.length > maxAlternatives) {
      throw new AppError('document.unreadable', {
        message: `A pattern may stand for at most ${maxAlternatives} alternatives.`,
        where: pattern,
        remedy: 'Write several patterns instead.',
      });
    }
  }
  return done;
}
