import Database from 'better-sqlite3';

const literal = (value: unknown): string => {
  if (value === null) return 'NULL';
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isInteger(value) ? `${value}.0` : String(value);
  if (Buffer.isBuffer(value)) return `X'${value.toString('hex')}'`;
  return `'${String(value).replaceAll("'", "''")}'`;
};

/** A whole database as SQL, so that one written by an earlier commit can be kept as text. */
export function databaseText(file: string): string {
  const db = new Database(file, { readonly: true });
  db.defaultSafeIntegers(true);
  const made = db
    .prepare<[], { type: string; name: string; sql: string }>(
      "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
    )
    .all();
  const lines = [`PRAGMA application_id=${db.pragma('application_id', { simple: true })};`];
  for (const { type, name, sql } of made) {
    if (type !== 'table') continue;
    lines.push(`${sql};`);
    for (const row of db.prepare<[], unknown[]>(`SELECT * FROM "${name}"`).raw().all()) {
      lines.push(`INSERT INTO "${name}" VALUES (${row.map(literal).join(',')});`);
    }
  }
  for (const { type, sql } of made) if (type !== 'table') lines.push(`${sql};`);
  db.close();
  return `${lines.join('\n')}\n`;
}

/** Makes the database that a text describes. */
export function writeDatabase(file: string, text: string): void {
  const db = new Database(file);
  db.exec(`PRAGMA journal_mode=WAL; PRAGMA foreign_keys=OFF; BEGIN; ${text} COMMIT;`);
  db.close();
}

/** Every row of every table, by the columns named (all, when a table is not): what an upgrade must not lose. */
export function rowsOf(
  file: string,
  columns?: Map<string, string[]>,
): Map<string, { columns: string[]; rows: string[] }> {
  const db = new Database(file, { readonly: true });
  db.defaultSafeIntegers(true);
  const tables = new Map<string, { columns: string[]; rows: string[] }>();
  const names = db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all();
  for (const name of names) {
    if (columns && !columns.has(name)) continue;
    const all = db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(name);
    const chosen = columns?.get(name) ?? all;
    const rows = db
      .prepare<[], unknown[]>(`SELECT ${chosen.map((column) => `"${column}"`).join(',')} FROM "${name}"`)
      .raw()
      .all();
    tables.set(name, { columns: chosen, rows: rows.map((row) => row.map(literal).join(',')).sort() });
  }
  db.close();
  return tables;
}
