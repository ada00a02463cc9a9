import { lazy, type ReactNode, Suspense } from 'react';
import type { CodeBoxProps } from './code-language.ts';
import styles from './editor.module.css';

const Lazy = lazy(async () => ({ default: (await import('./code-editor.tsx')).CodeEditor }));

/** An editor for code; until it is loaded the text is shown as it is. */
export function CodeBox(props: CodeBoxProps): ReactNode {
  return (
    <Suspense fallback={<pre className={`${styles['editor']} ${styles['waiting']}`}>{props.text}</pre>}>
      <Lazy {...props} />
    </Suspense>
  );
}
