import type { SqliteDatabase } from './open-database.ts';

/** Rows that one statement writes, the largest first: asking SQLite once for several rows takes two thirds of the time. */
const SIZES = [16, 4, 2, 1];

/**
 * Writes rows of one shape, several with each statement. Statements say `INSERT OR FAIL`: one that fails leaves the rows
 * before it, which the transaction around takes back, and SQLite need not copy the pages that a whole undo would ask for.
 */
export class RowWriter {
  readonly #width: number;
  readonly #statements: readonly string[];

  /** `into`: `t (a, b)`; `row`: its values with a `?` for each parameter, `(?, 0)`; `then`: ` ON CONFLICT …`. */
  constructor(into: string, row: string, then = '') {
    this.#width = row.split('?').length - 1;
    this.#statements = SIZES.map(
      (size) => `INSERT OR FAIL INTO ${into} VALUES ${new Array<string>(size).fill(row).join(', ')}${then}`,
    );
  }

  /** `parameters` of all rows, one row after the other. Inside a transaction. */
  write(db: SqliteDatabase, parameters: readonly unknown[]): void {
    let at = 0;
    for (let i = 0; i < SIZES.length && at < parameters.length; i += 1) {
      const step = (SIZES[i] as number) * this.#width;
      if (at + step > parameters.length) continue;
      const statement = db.statement(this.#statements[i] as string);
      for (; at + step <= parameters.length; at += step) statement.run(parameters.slice(at, at + step));
    }
  }
}
