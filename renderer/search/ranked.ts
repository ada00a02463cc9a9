import { scoreOf } from './score-of.ts';

/** Of a list what fits a search, best first; `wordsOf` gives what is searched: what counts most, then what it is about. */
export function ranked<T>(list: readonly T[], search: string, wordsOf: (one: T) => readonly string[]): T[] {
  return list
    .map((one) => ({ one, score: scoreOf(search, wordsOf(one)) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ one }) => one);
}
