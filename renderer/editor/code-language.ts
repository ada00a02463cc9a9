/** What can be written in an editor. */
export type CodeLanguage = 'liquid' | 'cel' | 'json' | 'schema' | 'javascript' | 'sql';

/** Something that is wrong with the text: `line` and `column` stand in the message where they are known. */
export interface CodeProblem {
  severity: 'error' | 'warning';
  message: string;
}

/** A part of a text, in UTF-16 units. */
export interface TextPart {
  start: number;
  end: number;
}

/** What an editor shows, and what it tells. */
export interface CodeBoxProps {
  language: CodeLanguage;
  /** What it is called: a label around the page cannot name what lies in a shadow root. */
  label: string;
  text: string;
  /** The part that is selected and in sight at first; with it the editor takes the focus. */
  selected?: TextPart | undefined;
  /** Shown while it is empty. */
  hint?: string | undefined;
  /** Variables that the text may use. */
  names: readonly string[];
  problems: readonly CodeProblem[];
  isInvalid: boolean;
  onChange: (text: string) => void;
  onLeave?: () => void;
}
