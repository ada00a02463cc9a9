import { en } from './en.ts';
import type { StringTable } from './text.ts';

export const languageTags = ['en'] as const;
export type LanguageTag = (typeof languageTags)[number];

/** Every language that the studio speaks, by its tag: another one is a table with the same keys, and a line here. */
export const languages: { readonly [T in LanguageTag]: { name: string; strings: StringTable } } = {
  en: { name: 'English', strings: en },
};
