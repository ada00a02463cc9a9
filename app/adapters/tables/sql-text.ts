import { AppError } from '../../core/errors/app-error.ts';

export interface SqlText {
  /** The statement without a semicolon or anything after it. */
  statement: string;
  /** Names of its `:name` parameters, each once. */
  parameters: string[];
}

const opens = new Set(['SELECT', 'WITH', 'VALUES']);
/** Comments, quoted names and texts, parameters, words, and single characters; linear, nothing nested. */
const token =
  /--[^\n]*|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[:@$?][A-Za-z0-9_]*|[A-Za-z_][A-Za-z0-9_]*|\s+|[\s\S]/gy;

/**
 * Looks at a query before SQLite does: one statement that reads, parameters as `:name`. SQLite's own compiler takes the
 * first statement and forgets the rest in silence, and binds a parameter without a value as NULL.
 * @throws AppError query.denied, query.syntax
 */
export function readSqlText(sql: string): SqlText {
  if (sql.length > 20_000) throw denied('The query is longer than 20,000 characters.', 'Shorten it.');
  if (sql.includes('\0')) throw denied('The query holds a NUL character.', 'Remove it.');
  const parameters = new Set<string>();
  let first: string | undefined;
  let end: number | undefined;
  for (const match of sql.matchAll(token)) {
    const text = match[0];
    if (/^(\s|--|\/\*)/.test(text)) continue;
    if (end !== undefined && text !== ';') {
      throw denied('A query may hold one statement only.', 'Remove what follows the first semicolon.');
    }
    if (text === ';') {
      end ??= match.index;
      continue;
    }
    first ??= text.toUpperCase();
    if (/^[:@$?]/.test(text)) parameters.add(parameterName(text));
  }
  if (first === undefined) throw syntax('The query is empty.', 'Write one SELECT.');
  if (!opens.has(first)) {
    throw denied(
      `A query may only read; this one begins with ${first.slice(0, 30)}.`,
      'Write one SELECT (or WITH … SELECT).',
    );
  }
  return { statement: sql.slice(0, end), parameters: [...parameters] };
}

function parameterName(text: string): string {
  if (/^:[A-Za-z_]/.test(text)) return text.slice(1);
  throw syntax(`“${text.slice(0, 30)}” is no parameter of this dialect.`, 'Write parameters as `:name`.');
}

function denied(message: string, remedy: string): AppError {
  return new AppError('query.denied', { message, where: 'sql', remedy });
}

function syntax(message: string, remedy: string): AppError {
  return new AppError('query.syntax', { message, where: 'sql', remedy });
}
