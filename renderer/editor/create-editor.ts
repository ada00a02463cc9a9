import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { json, jsonParseLinter } from '@codemirror/lang-json';
import { SQLite, sql } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting, syntaxTree } from '@codemirror/language';
import { type Diagnostic, forceLinting, linter } from '@codemirror/lint';
import { EditorState, type Extension, StateEffect, Transaction } from '@codemirror/state';
import { EditorView, keymap, placeholder, tooltips } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { t } from '../strings/text.ts';
import { cel } from './cel.ts';
import type { CodeLanguage, CodeProblem, TextPart } from './code-language.ts';
import { completionsFor } from './completions.ts';
import { liquid } from './liquid.ts';
import { placeProblem } from './place-problem.ts';

export interface EditorOptions {
  language: CodeLanguage;
  label: string;
  text: string;
  /** Selected and in sight at first; with it the editor takes the focus. */
  selected: TextPart | undefined;
  hint: string | undefined;
  /** It can be read and copied, and not written in. */
  isReadOnly: boolean;
  /** Asked whenever something is completed. */
  names: () => readonly string[];
  /** Asked whenever the text is looked through. */
  problems: () => readonly CodeProblem[];
  /** What a person wrote. */
  onChange: (text: string) => void;
  onLeave: () => void;
}

export interface Editor {
  /** Shows another text, which is no writing of the person's. */
  setText(text: string): void;
  /** Looks again at what is wrong. */
  lookAgain(): void;
  destroy(): void;
}

/** Long enough that a word is written out, short enough that one still looks there. */
const LOOK_AFTER_MS = 250;
/** Something else is wrong with a text that is the same. */
const again = StateEffect.define<null>();

/** An editor in a shadow root: the styles that it makes itself lie there in adopted sheets, which the page's policy allows. */
export function createEditor(root: ShadowRoot, options: EditorOptions): Editor {
  const { language, names, problems } = options;
  const find = (view: EditorView): Diagnostic[] => {
    const text = view.state.doc.toString();
    const own = problems().map(({ severity, message }) => ({ ...placeProblem(text, { message }), severity, message }));
    return [...own, ...syntaxFaults(view, language)];
  };
  // One and the same for as long as the editor lives: by it the library knows which answer belongs to which question.
  const data = [{ autocomplete: completionsFor(language, names) }];
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        languages[language](),
        EditorState.languageData.of(() => data),
        syntaxHighlighting(colours),
        history(),
        EditorState.readOnly.of(options.isReadOnly),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ icons: false }),
        tooltips({ position: 'fixed' }),
        linter(find, {
          delay: LOOK_AFTER_MS,
          needsRefresh: ({ transactions }) => transactions.some(({ effects }) => effects.some((one) => one.is(again))),
        }),
        // Tab goes on to the next field, as everywhere in a form.
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
        EditorView.lineWrapping,
        // It takes the focus anyway; said so, that a long text can be scrolled by keys is known to those who check.
        EditorView.contentAttributes.of({ 'aria-label': options.label, tabindex: '0' }),
        placeholder(options.hint ?? ''),
        look,
        EditorView.domEventHandlers({ blur: () => options.onLeave(), beforeinput: typeOver }),
        EditorView.updateListener.of(({ docChanged, transactions, state }) => {
          const isOurs = transactions.every((one) => one.annotation(Transaction.remote) === true);
          if (docChanged && !isOurs) options.onChange(state.doc.toString());
        }),
      ],
    }),
  });
  const { selected } = options;
  if (selected) {
    const within = (at: number) => Math.max(0, Math.min(view.state.doc.length, at));
    const [anchor, head] = [within(selected.start), within(selected.end)];
    view.dispatch({ selection: { anchor, head }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
    view.focus();
  }
  return {
    setText(text) {
      if (text === view.state.doc.toString()) return;
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
        annotations: [Transaction.remote.of(true), Transaction.addToHistory.of(false)],
      });
    },
    lookAgain() {
      view.dispatch({ effects: again.of(null) });
      forceLinting(view);
    },
    destroy: () => view.destroy(),
  };
}

/**
 * Typing over a selection, done by the editor: a browser keeps the colour of what stood there in a style attribute, which
 * the page's policy forbids.
 */
function typeOver(event: InputEvent, view: EditorView): boolean {
  const { main, ranges } = view.state.selection;
  const { inputType, data } = event;
  if (inputType !== 'insertText' || data === null || main.empty || ranges.length > 1 || view.composing) return false;
  event.preventDefault();
  const insert = () => view.state.update({ ...view.state.replaceSelection(data), userEvent: 'input.type' });
  const isTaken = view.state
    .facet(EditorView.inputHandler)
    .some((take) => take(view, main.from, main.to, data, insert));
  if (!isTaken) view.dispatch(insert());
  return true;
}

const languages: { readonly [L in CodeLanguage]: () => Extension } = {
  liquid: () => liquid,
  cel: () => cel,
  json,
  schema: json,
  javascript: () => javascript(),
  sql: () => sql({ dialect: SQLite }),
};

const parseJson = jsonParseLinter();

/** What the grammar alone tells; expressions and templates are read by the host, which says more. */
function syntaxFaults(view: EditorView, language: CodeLanguage): Diagnostic[] {
  if (view.state.doc.toString().trim() === '') return [];
  if (language === 'json' || language === 'schema') return parseJson(view);
  if (language !== 'javascript') return [];
  const faults: Diagnostic[] = [];
  syntaxTree(view.state).iterate({
    enter({ type, from, to }) {
      if (!type.isError || faults.length > 0) return;
      faults.push({ from, to: Math.max(to, from), severity: 'error', message: t('editor.syntax') });
    },
  });
  return faults;
}

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.bool, tags.null, tags.bracket], color: 'var(--accent)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--success)' },
  { tag: tags.number, color: 'var(--warning)' },
  { tag: [tags.variableName, tags.propertyName], color: 'var(--info)' },
  { tag: [tags.function(tags.variableName), tags.standard(tags.name)], color: 'var(--text)', fontWeight: '600' },
  { tag: tags.comment, color: 'var(--text-faint)', fontStyle: 'italic' },
  { tag: [tags.operator, tags.punctuation], color: 'var(--text-soft)' },
]);

const look = EditorView.theme({
  '&': { backgroundColor: 'transparent', color: 'var(--text)', fontSize: 'var(--size-s)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'var(--font-mono)',
    lineHeight: '1.5',
    minHeight: '46px',
    maxHeight: 'var(--editor-height, 320px)',
  },
  '.cm-content': { padding: '4px 0', caretColor: 'var(--text)' },
  '.cm-line': { padding: '0 8px' },
  '.cm-placeholder': { color: 'var(--text-faint)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-soft)' },
  '.cm-tooltip': {
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius)',
    backgroundColor: 'var(--surface-raised)',
    boxShadow: 'var(--shadow-popup)',
    color: 'var(--text)',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--font-mono)', maxHeight: '200px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--accent-fill)', color: 'var(--on-accent)' },
  '.cm-completionMatchedText': { fontWeight: '600', textDecoration: 'none' },
  '.cm-diagnostic': { padding: '4px 8px', maxWidth: '320px', fontFamily: 'var(--font)' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--danger)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--warning)' },
  '.cm-lintRange': { backgroundImage: 'none', textDecoration: 'underline wavy', textUnderlineOffset: '3px' },
  '.cm-lintRange-error': { textDecorationColor: 'var(--danger)' },
  '.cm-lintRange-warning': { textDecorationColor: 'var(--warning)' },
});
