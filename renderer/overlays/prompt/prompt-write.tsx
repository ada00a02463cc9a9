import type { KeyboardEvent, ReactNode } from 'react';
import { CodeBox } from '../../editor/code-box.tsx';
import type { TextPart } from '../../editor/code-language.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { t } from '../../strings/text.ts';
import { Fault } from '../../ui/fault.tsx';
import words from '../../ui/text.module.css';
import styles from './prompt.module.css';
import { PromptFit } from './prompt-fit.tsx';
import type { PromptUseView, Workbench } from './prompt-parts.ts';
import { PromptValues } from './prompt-values.tsx';

export interface PromptWriteProps {
  bench: Workbench;
  /** The part of the text to begin with. */
  at: TextPart | undefined;
  onSave: () => Promise<void>;
}

/** The text of a prompt, what is wrong with it, what fills it, whether it fits, and where it is used. */
export function PromptWrite({ bench, at, onSave }: PromptWriteProps): ReactNode {
  const { text, preview, uses, opened, write } = bench;
  const fault = preview?.fault;
  // The editor marks the line that a message names in this form.
  const place = fault?.line ? ` (line ${fault.line})` : '';
  const problems = fault ? [{ severity: 'error' as const, message: `${fault.message}${place}` }] : [];
  const names = preview && preview.variables.length > 0 ? preview.variables.map(({ name }) => name) : opened.variables;

  function press(event: KeyboardEvent): void {
    if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    // The page would save the workflow by this key.
    event.preventDefault();
    event.stopPropagation();
    void onSave();
  }

  return (
    <div className={styles['write']}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it hears the key that saves of the editor in it */}
      <div className={styles['editor']} onKeyDown={press}>
        <CodeBox
          language="liquid"
          label={t('prompts.text')}
          text={text}
          selected={at}
          names={names}
          problems={problems}
          isInvalid={fault !== undefined && fault !== null}
          onChange={write}
        />
        <div role="status">
          {fault && (
            <Fault
              fault={{ message: fault.message, remedy: fault.remedy }}
              about={fault.line === null ? undefined : t('prompts.line', { line: fault.line })}
              isQuiet
            />
          )}
        </div>
      </div>
      <div className={styles['facts']}>
        <PromptFit preview={preview} />
        <Uses uses={uses} onClose={bench.onClose} />
        <PromptValues bench={bench} />
      </div>
    </div>
  );
}

function Uses({ uses, onClose }: { uses: readonly PromptUseView[]; onClose: () => void }): ReactNode {
  const studio = useStudio();
  const { documents, canvas, notices } = studio;

  async function lead(workflowFile: string, node: string): Promise<void> {
    onClose();
    await documents.open(workflowFile);
    documents.active()?.document.select([node]);
    // Once it is drawn.
    requestAnimationFrame(() => canvas.getState().handle?.fit([node]));
  }

  return (
    <section className={styles['part']} aria-label={t('prompts.uses')}>
      <h3>{t('prompts.uses')}</h3>
      {uses.length === 0 && <p className={words['about']}>{t('prompts.unusedText')}</p>}
      <ul>
        {uses.flatMap(({ workflowFile, workflowName, nodes }) =>
          nodes.map(({ id, name }) => (
            <li key={`${workflowFile} ${id}`}>
              <button
                type="button"
                className={styles['link']}
                onClick={() => void lead(workflowFile, id).catch(notices.fail)}
              >
                {workflowName} → {name}
              </button>
            </li>
          )),
        )}
      </ul>
    </section>
  );
}
