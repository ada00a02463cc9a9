/** Kinds of personal data that are found by their form. Names and places are not: that needs a language model. */
export const personalDataKinds = ['email', 'phone', 'iban', 'credit-card', 'ip', 'ssn'] as const;
export type PersonalDataKind = (typeof personalDataKinds)[number];

export interface PersonalDatum {
  kind: PersonalDataKind;
  start: number;
  end: number;
}

/** Finds phone numbers: passed in, because its number plans are large (phone-numbers.ts). */
export type PhoneFinder = (text: string) => { start: number; end: number }[];

interface Recogniser {
  /** Finds candidates. Every repetition is bounded, so time stays linear in the text. */
  pattern: RegExp;
  /** Whether a candidate is one, by checksum or rule. */
  accept(candidate: string, before: string): boolean;
}

/** Check digit of payment cards (ISO/IEC 7812-1, annex B). */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    let digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    if (i % 2 === 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 === 0 && /[1-9]/.test(digits);
}

/** Length of an account number by country: the IBAN registry of SWIFT (ISO 13616). */
const ibanLengths = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 ' +
    'FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 ' +
    'LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 ' +
    'SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** Check digits and length of an account number without spaces (ISO 13616: mod 97 of the rearranged number is 1). */
export function isIban(iban: string): boolean {
  if (ibanLengths.get(iban.slice(0, 2)) !== iban.length) return false;
  let rest = 0;
  for (const c of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(c, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** Rules of the US Social Security Administration since 2011: no area 000, 666 or 9xx, no group 00, no serial 0000. */
function isSsn(digits: string): boolean {
  return /^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/.test(digits) && !/^(\d)\1{8}$/.test(digits);
}

function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  // `a::b` is as likely a name in a program; an address of that form has some more in it.
  return halves.length === 2 ? groups.length >= 2 && groups.length < 8 && /\d/.test(text) : groups.length === 8;
}

const recognisers: { [kind in Exclude<PersonalDataKind, 'phone' | 'iban'>]: Recogniser[] } = {
  email: [
    {
      pattern:
        /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}_%+-][\p{L}\p{N}._%+'-]{0,63}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}[\p{L}]{2,24}(?![\p{L}\p{N}])/gu,
      accept: (text) => !text.includes('..') && !text.includes('.@'),
    },
  ],
  'credit-card': [
    {
      pattern: /(?<![\p{L}\d.+-])(?<!\d )(?:[2-6]\d{3}|1800)(?:[ -]?\d){8,15}(?![\d-]|\.\d)/gu,
      accept(text) {
        const digits = text.replace(/[ -]/g, '');
        return digits.length >= 12 && digits.length <= 19 && passesLuhn(digits);
      },
    },
  ],
  ip: [
    {
      pattern: /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d]|\.\d)/g,
      accept: (text, before) =>
        text.split('.').every((part) => Number(part) < 256 && !/^0\d/.test(part)) &&
        !/\b(?:v|version|release)\s?$/i.test(before),
    },
    { pattern: /(?<![\p{L}\p{N}:.])[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?![\p{L}\p{N}:])/gu, accept: isIpv6 },
  ],
  ssn: [
    { pattern: /(?<![\d-])\d{3}([- ])\d{2}\1\d{4}(?![\d-])/g, accept: (text) => isSsn(text.replace(/[- ]/g, '')) },
    {
      pattern: /(?<![\d.-])\d{9}(?![\d.-])/g,
      accept: (text, before) => isSsn(text) && /\b(?:ssn|social security)\b/i.test(before),
    },
  ],
};

/** Account numbers may be written in groups, and a word may follow: the country tells how much belongs to them. */
function findIbans(text: string): PersonalDatum[] {
  const found: PersonalDatum[] = [];
  for (const match of text.matchAll(/(?<![\p{L}\p{N}])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9])/gu)) {
    const length = ibanLengths.get(match[0].slice(0, 2).toUpperCase());
    if (length === undefined) continue;
    let iban = '';
    let at = match.index;
    for (; at < text.length && iban.length < length; at += 1) {
      const c = text[at] ?? '';
      if (/[A-Za-z0-9]/.test(c)) iban += c.toUpperCase();
      else if (c !== ' ' && c !== '-') break;
    }
    if (isIban(iban) && !/[\p{L}\p{N}]/u.test(text[at] ?? ''))
      found.push({ kind: 'iban', start: match.index, end: at });
  }
  return found;
}

/**
 * Personal data of the given kinds, in order, none overlapping another. Found by form, checksums and number plans;
 * what has no such form (names, addresses, dates of birth) is not found. Never proof that a text holds none.
 */
export function findPersonalData(
  text: string,
  kinds: readonly PersonalDataKind[],
  findPhones?: PhoneFinder,
): PersonalDatum[] {
  const found: PersonalDatum[] = [];
  // The surer the form, the earlier, and also when that kind is not wanted: neither a card number nor an address of a
  // machine with its port must be taken for a phone number.
  const order: PersonalDataKind[] = ['email', 'iban', 'credit-card', 'ssn', 'ip', 'phone'];
  const free = (start: number, end: number) => found.every((other) => end <= other.start || start >= other.end);
  for (const kind of order) {
    if (!kinds.includes(kind) && !kinds.includes('phone')) continue;
    const batch: PersonalDatum[] = [];
    if (kind === 'iban') batch.push(...findIbans(text));
    else if (kind === 'phone') batch.push(...(findPhones?.(text) ?? []).map((span) => ({ kind, ...span })));
    else {
      for (const { pattern, accept } of recognisers[kind]) {
        for (const match of text.matchAll(pattern)) {
          const before = text.slice(Math.max(0, match.index - 40), match.index);
          if (accept(match[0], before)) batch.push({ kind, start: match.index, end: match.index + match[0].length });
        }
      }
    }
    found.push(...batch.filter(({ start, end }) => free(start, end)));
  }
  return found.filter(({ kind }) => kinds.includes(kind)).sort((a, b) => a.start - b.start);
}

/** The text with each piece of personal data replaced by its kind in brackets: `[email]`. */
export function redactPersonalData(text: string, data: readonly PersonalDatum[]): string {
  let redacted = '';
  let at = 0;
  for (const { kind, start, end } of data) {
    if (start < at) continue;
    redacted += `${text.slice(at, start)}[${kind}]`;
    at = end;
  }
  return redacted + text.slice(at);
}
