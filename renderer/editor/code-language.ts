/** What can be written in an editor. */
export type CodeLanguage = 'liquid' | 'cel' | 'json' | 'schema' | 'javascript' | 'sql';

/** Something that is wrong with the text: `line` and `column` stand in the message where they are known. */
export interface CodeProblem {
  severity: 'error' | 'warning';
  message: string;
}
