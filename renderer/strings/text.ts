import { en } from './en.ts';

export type StringKey = keyof typeof en;
/** What stands for `{name}` in a text. */
export type Values = Readonly<Record<string, string | number>>;

/** A text by its key, filled in when it is shown: commands and refusals carry these, so that a change of language holds. */
export interface Words {
  readonly key: StringKey;
  readonly values?: Values;
}

/** Every text of the studio in one language; a translation has the same keys. */
export type StringTable = { readonly [K in StringKey]: string };

let table: StringTable = en;
let language = 'en';
/** Of the language, made when they are first needed: the first of them takes a browser longer than all texts of a screen. */
let plurals: Intl.PluralRules | undefined;
let numbers: Intl.NumberFormat | undefined;

/** What is drawn afterwards is drawn in it. */
export function setLanguage(tag: string, strings: StringTable): void {
  table = strings;
  language = tag;
  plurals = undefined;
  numbers = undefined;
}

/** The tag of the language that is shown, for formats of numbers and dates. */
export function shownLanguage(): string {
  return language;
}

const place = /\{(\w+)(?:, plural,((?: \w+ \{[^{}]*\})+))?\}/g;

/**
 * The text of a key. `{name}` is replaced by a value, `{n, plural, one {# node} other {# nodes}}` by the form of the
 * language for the number (a small part of ICU's message format).
 */
export function t(key: StringKey, values: Values = {}): string {
  return table[key].replace(place, (whole, name: string, forms: string | undefined) => {
    const value = values[name];
    if (value === undefined) return whole;
    if (forms === undefined) return String(value);
    const form = (wanted: string) => new RegExp(` ${wanted} \\{([^{}]*)\\}`).exec(forms)?.[1];
    plurals ??= new Intl.PluralRules(language);
    return (form(plurals.select(Number(value))) ?? form('other') ?? whole).replaceAll('#', () => {
      numbers ??= new Intl.NumberFormat(language);
      return numbers.format(Number(value));
    });
  });
}

export function say(words: Words): string {
  return t(words.key, words.values);
}
