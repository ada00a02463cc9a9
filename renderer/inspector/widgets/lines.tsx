import { type ReactNode, useState } from 'react';
import { t } from '../../strings/text.ts';
import { areWords } from './are-words.ts';
import type { WidgetProps } from './widget.ts';

/** Words, one a line. */
export function Lines({ control, value, onChange }: WidgetProps): ReactNode {
  // An empty line at the end is where the next word goes: it stays in the box, and out of the file.
  const [draft, setDraft] = useState<string>();
  const words = areWords(value) ? value : [];
  return (
    <textarea
      {...control}
      rows={Math.max(2, words.length)}
      placeholder={t('inspector.lines')}
      value={draft ?? words.join('\n')}
      onChange={({ target }) => {
        setDraft(target.value);
        const lines = target.value.split('\n').filter((line) => line.trim() !== '');
        onChange(lines.length === 0 ? undefined : lines);
      }}
      onBlur={() => setDraft(undefined)}
    />
  );
}
