import { History } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef } from 'react';
import { useStore } from 'zustand';
import { keptSessions } from '../../nodes/kept-session.ts';
import type { WorkflowInput } from '../../state/document.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { type InputTexts, keptInputs, readInputs, textOf } from '../../state/run-inputs.ts';
import { say, t } from '../../strings/text.ts';
import { Field } from '../../ui/field.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import words from '../../ui/text.module.css';
import styles from './run.module.css';
import { SessionPicker } from './session-picker.tsx';

/** A form of the workflow's inputs, with what earlier runs were started with. */
export function RunForm({ open }: { open: OpenDocument }): ReactNode {
  const declared = useStore(open.document.store, ({ doc }) => doc.inputs);
  const id = useStore(open.document.store, ({ doc }) => doc.head.get('id') ?? '');
  const { texts, checked } = useStore(open.inputs);
  const nodes = useStore(open.document.store, ({ doc }) => doc.nodes);
  const edges = useStore(open.document.store, ({ doc }) => doc.edges);
  const sessions = useMemo(() => keptSessions({ nodes, edges }), [nodes, edges]);
  const { faults } = readInputs(declared, texts);
  const { history } = keptInputs(id);
  const back = useRef(-1);
  const form = useRef<HTMLElement>(null);
  // Whoever asked for a run is led to what it still needs.
  useEffect(() => {
    if (checked) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [checked]);
  const set = (next: InputTexts) => open.inputs.setState({ texts: next });

  /** As in a shell: Alt and up for what was typed before. Plain arrows move in the text. */
  function recall(event: KeyboardEvent): void {
    const step = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (step === 0 || !event.altKey) return;
    const at = Math.max(-1, Math.min(history.length - 1, back.current + step));
    back.current = at;
    event.preventDefault();
    const earlier = history[at];
    if (earlier) set(earlier);
  }

  return (
    <section ref={form} className={styles['column']} aria-label={t('run.inputs')}>
      <div className={styles['head']}>
        <h3>{t('run.inputs')}</h3>
        {history.length > 0 && (
          <Menu
            align="end"
            trigger={<IconButton label={t('run.input.earlier')} icon={History} />}
            groups={[
              history.map((earlier, at) => ({
                id: `${at}`,
                label: Object.values(earlier).filter(Boolean).join(' · ').slice(0, 60) || '–',
                run: () => set(earlier),
              })),
            ]}
          />
        )}
      </div>
      {sessions.map(({ input, space }) => (
        <SessionPicker
          key={input}
          input={input}
          space={space}
          session={texts[input] ?? ''}
          onPick={(session) => set({ ...texts, [input]: session })}
        />
      ))}
      {declared.size === 0 && <p className={words['note']}>{t('run.noInputs')}</p>}
      {[...declared]
        .sort(([, a], [, b]) => Number(b.required) - Number(a.required))
        .map(([name, input]) => {
          const fault = checked ? faults.get(name) : undefined;
          return (
            <Field
              key={name}
              label={name}
              required={input.required && input.default === undefined}
              help={input.description}
              error={fault && say(fault)}
            >
              {(control) => (
                <textarea
                  {...control}
                  rows={1}
                  value={texts[name] ?? ''}
                  placeholder={placeholderOf(input)}
                  onKeyDown={recall}
                  onChange={({ target }) => {
                    back.current = -1;
                    set({ ...texts, [name]: target.value });
                  }}
                />
              )}
            </Field>
          );
        })}
    </section>
  );
}

function placeholderOf(input: WorkflowInput): string | undefined {
  if (input.default !== undefined && input.default !== '')
    return t('run.input.default', { value: textOf(input.default, input) });
  return input.required && input.default === undefined ? undefined : t('run.input.optional');
}
