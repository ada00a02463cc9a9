import { type ReactNode, useEffect, useRef } from 'react';
import type { CodeBoxProps } from './code-language.ts';
import { createEditor, type Editor } from './create-editor.ts';
import styles from './editor.module.css';

/** Text of a language, coloured, completed and with its mistakes marked. */
export function CodeEditor(props: CodeBoxProps): ReactNode {
  const { language, label, text, hint, problems, isInvalid } = props;
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor>(undefined);
  const now = useRef(props);
  /** What was written and has not come back yet: coming back late, it must not overwrite what was written since. */
  const underWay = useRef<string[]>([]);
  useEffect(() => {
    now.current = props;
  });

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const made = createEditor(element.shadowRoot ?? element.attachShadow({ mode: 'open' }), {
      language,
      label,
      text: now.current.text,
      selected: now.current.selected,
      hint,
      isReadOnly: element.closest('fieldset:disabled') !== null,
      names: () => now.current.names,
      problems: () => now.current.problems,
      onChange(written) {
        underWay.current.push(written);
        now.current.onChange(written);
      },
      onLeave: () => now.current.onLeave?.(),
    });
    editor.current = made;
    return () => {
      editor.current = undefined;
      made.destroy();
    };
  }, [language, label, hint]);

  useEffect(() => {
    const place = underWay.current.lastIndexOf(text);
    underWay.current.splice(0, place < 0 ? underWay.current.length : place + 1);
    if (place < 0) editor.current?.setText(text);
  }, [text]);
  // What is wrong is told anew after each check, mostly with nothing in it.
  const said = problems.map(({ message }) => message).join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is looked at again when something else is said
  useEffect(() => editor.current?.lookAgain(), [said]);

  return <div ref={host} className={styles['editor']} data-language={language} data-invalid={isInvalid} />;
}
