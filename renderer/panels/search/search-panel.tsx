import { useQueryClient } from '@tanstack/react-query';
import { CaseSensitive, Regex, Replace, ReplaceAll, WholeWord } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Hit, HitRef } from '../../../app/core/search/search-workflow.ts';
import { textKinds } from '../../../app/core/search/workflow-texts.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { type ItemRef, itemRef } from '../../state/items.ts';
import { replaceFound } from '../../state/replace-found.ts';
import { showItem } from '../../state/show-item.ts';
import { openOverlay } from '../../state/studio.ts';
import { scopes, type TextSearchState } from '../../state/text-search.ts';
import { t } from '../../strings/text.ts';
import { Check } from '../../ui/check.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Field } from '../../ui/field.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import shared from '../panel-body.module.css';
import { HitTree } from './hit-tree.tsx';
import styles from './search.module.css';
import { type FoundFile, useTextSearch } from './use-text-search.ts';

const toggles = [
  { name: 'matchCase', icon: CaseSensitive },
  { name: 'wholeWord', icon: WholeWord },
  { name: 'regex', icon: Regex },
] as const;

/** Finds texts in workflows and prompts, and replaces them. */
export function SearchPanel(): ReactNode {
  const studio = useStudio();
  const queries = useQueryClient();
  const state = useStore(studio.search);
  const found = useTextSearch(state);
  const [looked, setLooked] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  const results = useRef<HTMLDivElement>(null);
  const set = (part: Partial<TextSearchState>) => studio.search.setState(part);
  const { query, files, count } = found;

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked for again, the field takes the focus again
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [state.asked]);

  // With its last match the list goes, and the focus that was in it.
  useEffect(() => {
    if (count === 0 && document.activeElement === document.body) field.current?.focus();
  }, [count]);

  function go({ file, open }: FoundFile, hit: Hit | undefined): void {
    if (file.endsWith('.md')) {
      openOverlay(studio, 'prompt', { file, ...(hit && { at: { start: hit.start, end: hit.end } }) });
      return;
    }
    void showItem(studio, open?.document.store.getState().file ?? file, hit && refOf(hit)).catch(studio.notices.fail);
  }

  async function replace(wanted: readonly { file: FoundFile; only?: readonly HitRef[] }[]): Promise<void> {
    if (!query) return;
    const { replacement, kinds } = state;
    await replaceFound(studio, wanted, { query, replacement, kinds });
    await queries.invalidateQueries({ queryKey: ['workflows'] });
  }

  function replaceAll(): void {
    const all = files.map((file) => ({ file }));
    const closed = files.filter(({ open }) => !open);
    // The button has nothing left to do and would lose the focus.
    const work = () => void replace(all).then(() => field.current?.focus(), studio.notices.fail);
    // What is open can be undone; what is not, only taken back from its versions: that is said first.
    if (closed.length === 0) work();
    else openOverlay(studio, 'replace-all', { count, files: files.length, closed: closed.length, work });
  }

  function leaveField(event: KeyboardEvent): void {
    if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
    event.preventDefault();
    results.current?.focus();
  }

  return (
    <div className={shared['fill']}>
      <div className={styles['form']}>
        <Field label={t('search.text')} error={found.fault}>
          {(control) => (
            <span className={styles['line']}>
              <input
                {...control}
                ref={field}
                type="search"
                value={state.text}
                maxLength={1000}
                spellCheck={false}
                onChange={({ target }) => set({ text: target.value })}
                onKeyDown={leaveField}
              />
              {toggles.map(({ name, icon }) => (
                <IconButton
                  key={name}
                  icon={icon}
                  label={t(`search.${name}`)}
                  aria-pressed={state[name]}
                  onClick={() => set({ [name]: !state[name] })}
                />
              ))}
            </span>
          )}
        </Field>
        <Field label={t('search.replacement')} help={state.regex ? t('search.groups') : undefined}>
          {(control) => (
            <span className={styles['line']}>
              <input
                {...control}
                value={state.replacement}
                maxLength={10_000}
                spellCheck={false}
                onChange={({ target }) => set({ replacement: target.value })}
                onKeyDown={leaveField}
              />
              <IconButton
                icon={ReplaceAll}
                label={t('search.replaceAll')}
                disabled={count === 0}
                onClick={replaceAll}
              />
            </span>
          )}
        </Field>
        <Field label={t('search.scope')}>
          {(control) => (
            <select
              {...control}
              value={state.scope}
              onChange={({ target }) => set({ scope: scopes.find((one) => one === target.value) ?? 'all' })}
            >
              {scopes.map((scope) => (
                <option key={scope} value={scope}>
                  {t(`search.scope.${scope}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <fieldset className={styles['kinds']}>
          <legend>{t('search.kinds')}</legend>
          {textKinds.map((kind) => (
            <Check
              key={kind}
              label={t(`search.kind.${kind}`)}
              checked={state.kinds.includes(kind)}
              onChange={(on) =>
                set({ kinds: textKinds.filter((one) => (one === kind ? on : state.kinds.includes(one))) })
              }
            />
          ))}
        </fieldset>
      </div>
      <p className={styles['count']} role="status">
        {query && !found.fault ? t(found.more ? 'search.more' : 'search.count', { count, files: files.length }) : ''}
      </p>
      {query && count === 0 && !found.isSearching && !found.fault && (
        <EmptyState title={t('search.none')} text={t('search.noneText')} />
      )}
      {!query && <EmptyState title={t('search.start')} text={t('search.startText')} />}
      {count > 0 && (
        <HitTree
          ref={results}
          files={files}
          looked={looked}
          replaceIcon={Replace}
          onLook={setLooked}
          onGo={go}
          onReplace={(file, hit) =>
            void replace([{ file, ...(hit && { only: [{ place: hit.place, start: hit.start }] }) }]).catch(
              studio.notices.fail,
            )
          }
        />
      )}
    </div>
  );
}

/** The item of the canvas that a match stands in. */
function refOf({ place: { of, id } }: Hit): ItemRef | undefined {
  if (of === 'node' || of === 'config') return itemRef('node', id);
  return of === 'note' || of === 'group' ? itemRef(of, id) : undefined;
}
