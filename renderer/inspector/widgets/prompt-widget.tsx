import { useQuery } from '@tanstack/react-query';
import { ExternalLink } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { setConfig } from '../../commands/set-config.ts';
import { setResource } from '../../commands/set-resource.ts';
import { promptList } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { freeId } from '../../state/free-id.ts';
import { openOverlay } from '../../state/studio.ts';
import { t } from '../../strings/text.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import styles from './prompt-widget.module.css';
import type { Widget, WidgetProps } from './widget.ts';

/** A prompt file. The workflow calls it by a name of its own, which is made where there is none yet. */
function PromptWidget({ control, field, value, document, node }: WidgetProps): ReactNode {
  const studio = useStudio();
  const { data = [] } = useQuery(promptList(studio.client));
  const aliases = useStore(document.store, ({ doc }) => doc.prompts);
  const chosen = typeof value === 'string' ? value : '';
  const file = aliases.get(chosen)?.file ?? '';

  function choose(next: string): void {
    const from = document.mark();
    const known = [...aliases].find(([, prompt]) => prompt.file === next)?.[0];
    const alias = known ?? aliasOf(next, (other) => aliases.has(other));
    if (next !== '' && known === undefined)
      document.run(setResource, { kind: 'prompts', alias, value: { file: next } });
    document.run(setConfig, { node, field: field.name, value: next === '' ? undefined : alias });
    document.squash(from, { key: 'config.set', values: { field: field.name } });
  }

  return (
    <div className={styles['row']}>
      <select {...control} value={file} onChange={({ target }) => choose(target.value)}>
        <option value="">
          {chosen !== '' && file === '' ? t('inspector.gone', { name: chosen }) : t('inspector.choose')}
        </option>
        {file !== '' && !data.some((prompt) => prompt.file === file) && <option value={file}>{file}</option>}
        {data.map((prompt) => (
          <option key={prompt.file} value={prompt.file}>
            {prompt.file}
          </option>
        ))}
      </select>
      {file !== '' && (
        <IconButton
          label={t('prompts.open', { file })}
          icon={ExternalLink}
          side="left"
          onClick={() => openOverlay(studio, 'prompt', { file })}
        />
      )}
    </div>
  );
}

/** `prompts/answer-short.md` as a name: `answer_short`. */
function aliasOf(file: string, isTaken: (alias: string) => boolean): string {
  const name = file.replace(/^prompts\//, '').replace(/\.md$/, '');
  const alias = freeId(name, (other) => isTaken(other.replaceAll('-', '_'))).replaceAll('-', '_');
  return /^[A-Za-z]/.test(alias) ? alias : `p_${alias}`;
}

export const widget: Widget = { for: ['prompt'], component: PromptWidget };
