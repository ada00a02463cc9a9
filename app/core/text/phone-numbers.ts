import { type CountryCode, findPhoneNumbersInText, isSupportedCountry } from 'libphonenumber-js/min';
import type { PhoneFinder } from './personal-data.ts';

/** Texts longer than this are searched in pieces: the library's own search slows down on long ones. */
const PIECE = 2000;
const MARGIN = 40;
/** Fewer digits are a port, a year or a count far more often than a number of the shortest kind. */
const FEWEST_DIGITS = 7;
/** A run of that many digits. */
const candidate = /\d(?:[^\p{L}\n]{0,4}\d){6}/u;

/** Words that announce a phone number, a little before it. */
const announced =
  /(?:\b(?:phones?|tel|telephone|mobile|cell|fax|call(?: me| us)?|dial|reach (?:me|us|him|her|them)|text me|whatsapp|handy|telefon|tel[eé]fono|m[oó]vil|portable)\b)[^\d\n]{0,25}\n?$/i;
const numberLike = /(?<![\p{L}\p{N}.,#/-])[+(]{0,2}\d(?:[ ().-]{0,2}\d){6,14}(?![\p{L}\p{N}]|[.,]\d)/gu;

/** Numbers of no known plan after a word such as “phone”: local numbers and numbers of other countries. */
function findAnnounced(text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (const match of text.matchAll(numberLike)) {
    if (announced.test(text.slice(Math.max(0, match.index - 60), match.index))) {
      found.push({ start: match.index, end: match.index + match[0].length });
    }
  }
  return found;
}

/**
 * Finds phone numbers that are possible and valid in the number plans of the countries: international ones (+…)
 * anywhere, national ones of `regions` (ISO codes, unknown ones are left out),
 * any other only after a word that announces one.
 */
export function phoneFinder(regions: readonly string[]): PhoneFinder {
  const countries: (CountryCode | undefined)[] = regions.filter((region): region is CountryCode =>
    isSupportedCountry(region),
  );
  if (countries.length === 0) countries.push(undefined);
  return (text) => {
    const found: { start: number; end: number }[] = [];
    for (let from = 0; from < text.length; from += PIECE) {
      const piece = text.slice(Math.max(0, from - MARGIN), from + PIECE + MARGIN);
      if (!candidate.test(piece)) continue;
      const offset = Math.max(0, from - MARGIN);
      for (const defaultCountry of countries) {
        const numbers = findPhoneNumbersInText(piece, {
          ...(defaultCountry !== undefined && { defaultCountry }),
          extended: true,
        } as never);
        for (const { startsAt, endsAt } of numbers as unknown as { startsAt: number; endsAt: number }[]) {
          const span = { start: offset + startsAt, end: offset + endsAt };
          if (text.slice(span.start, span.end).replace(/\D/g, '').length < FEWEST_DIGITS) continue;
          if (found.every((other) => span.end <= other.start || span.start >= other.end)) found.push(span);
        }
      }
    }
    for (const span of findAnnounced(text))
      if (found.every((other) => span.end <= other.start || span.start >= other.end)) found.push(span);
    return found.sort((a, b) => a.start - b.start);
  };
}
