import type { DatabaseSync } from 'node:sqlite';
import type { Scalar } from '../../core/graph/values.ts';
import { answerQuestions } from '../contained/answer-questions.ts';
import { importTables } from './import-tables.ts';
import { openCopy, runQuery } from './run-query.ts';

/** What the parent asks: to make a copy out of CSV bytes, or to query one. */
export type TablesQuestion =
  | { op: 'import'; path: string; sources: { name: string; file: string; bytes: number }[] }
  | {
      op: 'query';
      path: string;
      tables: string[];
      statement: string;
      params: { [name: string]: Scalar };
      maxRows: number;
      resultLength: number;
    };

let open: { path: string; db: DatabaseSync } | undefined;

await answerQuestions((asked, body) => {
  const question = asked as TablesQuestion;
  if (question.op === 'import') {
    let at = 0;
    const sources = question.sources.map(({ name, file, bytes }) => {
      at += bytes;
      return { name, file, bytes: body.subarray(at - bytes, at) };
    });
    return importTables(question.path, sources);
  }
  if (open?.path !== question.path) {
    open?.db.close();
    open = { path: question.path, db: openCopy(question.path, question.tables, question.resultLength) };
  }
  return runQuery(open.db, question.statement, question.params, question);
});
