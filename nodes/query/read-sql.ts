/** What a lexical reading of SQL tells; SQLite's own parser and authorizer decide the rest. */
export interface SqlReading {
  /** First word of each statement, lower case. */
  verbs: string[];
  /** Names of `:name` parameters, each once. */
  params: string[];
  /** Parameters of any other form: `?`, `?1`, `@name`, `$name`. */
  otherParams: string[];
}

// Texts, quoted names and comments first, so that nothing inside them counts; unclosed ones reach to the end.
const token =
  /'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|\[[^\]]*(?:\]|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[:?@$][A-Za-z0-9_]*|[A-Za-z_][A-Za-z0-9_]*|\S/g;

export function readSql(sql: string): SqlReading {
  const reading: SqlReading = { verbs: [], params: [], otherParams: [] };
  let begun = false;
  for (const [text] of sql.matchAll(token)) {
    if (text.startsWith('--') || text.startsWith('/*')) continue;
    if (text === ';') {
      begun = false;
      continue;
    }
    if (!begun) reading.verbs.push(text.toLowerCase());
    begun = true;
    if (/^:[A-Za-z_]/.test(text)) {
      if (!reading.params.includes(text.slice(1))) reading.params.push(text.slice(1));
    } else if (/^[?@$]/.test(text)) {
      reading.otherParams.push(text);
    }
  }
  return reading;
}
