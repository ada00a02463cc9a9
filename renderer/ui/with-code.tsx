import type { ReactNode } from 'react';
import styles from './with-code.module.css';

/** A message in which what stands between backticks is code, as those of the engine have it. */
export function WithCode({ text }: { text: string }): ReactNode {
  // Splitting by a group keeps what it found: every second piece is code.
  const pieces = text.split(/`([^`\n]+)`/);
  if (pieces.length === 1) return text;
  let at = 0;
  return pieces.map((piece, index) => {
    at += piece.length + 1;
    return index % 2 === 0 ? (
      piece
    ) : (
      <code key={at} className={styles['code']}>
        {piece}
      </code>
    );
  });
}
