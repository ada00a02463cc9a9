import { lazy, type ReactNode, Suspense } from 'react';
import type { CodeLanguage, CodeProblem } from './code-language.ts';
import styles from './editor.module.css';

export interface CodeBoxProps {
  language: CodeLanguage;
  /** What it is called: a label around the page cannot name what lies in a shadow root. */
  label: string;
  text: string;
  /** Shown while it is empty. */
  hint?: string | undefined;
  /** Variables that the text may use. */
  names: readonly string[];
  problems: readonly CodeProblem[];
  isInvalid: boolean;
  onChange: (text: string) => void;
  onLeave?: () => void;
}

const Lazy = lazy(async () => ({ default: (await import('./code-editor.tsx')).CodeEditor }));

/** An editor for code; until it is loaded the text is shown as it is. */
export function CodeBox(props: CodeBoxProps): ReactNode {
  return (
    <Suspense fallback={<pre className={`${styles['editor']} ${styles['waiting']}`}>{props.text}</pre>}>
      <Lazy {...props} />
    </Suspense>
  );
}
