import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { allowedFilters, allowedTags } from '../../app/core/template/template-words.ts';
import { celFunctions, celWords } from './cel.ts';
import type { CodeLanguage } from './code-language.ts';

/** Words of a JSON Schema that models and checks understand. */
const schemaWords = `additionalProperties anyOf array boolean const default description enum format integer items
  maximum maxItems maxLength minimum minItems minLength null number object pattern properties required string title
  type`.split(/\s+/);

const asVariables = (names: readonly string[], before = ''): Completion[] =>
  names.map((name) => ({ label: `${before}${name}`, type: 'variable', boost: 10 }));
const asWords = (names: Iterable<string>, type: string): Completion[] => [...names].map((label) => ({ label, type }));

type Source = (context: CompletionContext, names: readonly string[]) => CompletionResult | null;

/** What may stand where the caret is, by language. The languages' own words come from their packages. */
const sources: { readonly [L in CodeLanguage]?: Source } = {
  liquid(context, names) {
    const line = context.state.sliceDoc(Math.max(0, context.pos - 2000), context.pos);
    const opened = Math.max(line.lastIndexOf('{{'), line.lastIndexOf('{%'));
    if (opened < 0 || /[}%]\}/.test(line.slice(opened + 2))) return null;
    const part = line.slice(opened);
    const word = /[\w-]*$/.exec(part)?.[0] ?? '';
    const before = part.slice(0, part.length - word.length).trimEnd();
    const from = context.pos - word.length;
    if (before.endsWith('.')) return null;
    if (before.endsWith('|')) return { from, options: asWords(allowedFilters, 'function'), validFor: /^\w*$/ };
    if (/^\{%-?$/.test(before)) {
      const tags = [...allowedTags].filter((tag) => /^\w+$/.test(tag));
      return { from, options: asWords(tags, 'keyword'), validFor: /^\w*$/ };
    }
    return { from, options: asVariables(names), validFor: /^\w*$/ };
  },
  cel(context, names) {
    const word = context.matchBefore(/\.?\w*$/);
    if (!word || (word.from === word.to && !context.explicit)) return null;
    if (word.text.startsWith('.'))
      return { from: word.from + 1, options: asWords(celFunctions, 'function'), validFor: /^\w*$/ };
    const options = [...asVariables(names), ...asWords(celFunctions, 'function'), ...asWords(celWords, 'keyword')];
    return { from: word.from, options, validFor: /^\w*$/ };
  },
  javascript(context, names) {
    const member = context.matchBefore(/\binputs\.\w*$/);
    if (member) return { from: member.from + 'inputs.'.length, options: asVariables(names), validFor: /^\w*$/ };
    const word = context.matchBefore(/(?<![.\w])\w+$/);
    if (!word && !context.explicit) return null;
    const options = [...asVariables(names, 'inputs.'), ...asWords(['now', 'random', 'log'], 'function')];
    return { from: word?.from ?? context.pos, options };
  },
  sql(context, names) {
    const word = context.matchBefore(/:\w*$/);
    return word ? { from: word.from, options: asVariables(names, ':') } : null;
  },
  schema(context) {
    const word = context.matchBefore(/"\w*$/);
    return word ? { from: word.from + 1, options: asWords(schemaWords, 'property'), validFor: /^\w*$/ } : null;
  },
};

/** @param names variables that the text may use; asked anew each time */
export function completionsFor(
  language: CodeLanguage,
  names: () => readonly string[],
): (context: CompletionContext) => CompletionResult | null {
  return (context) => sources[language]?.(context, names()) ?? null;
}
