/**
 * Porter's stemmer for English (M. F. Porter, "An algorithm for suffix stripping", Program 14(3), 1980), steps 1a to 5b.
 * Words that are not plain lower-case ASCII letters come back unchanged, so it is harmless on other languages.
 */
const C = '[^aeiou]';
const V = '[aeiouy]';
const consonants = `${C}[^aeiouy]*`;
const vowels = `${V}[aeiou]*`;
const measure1 = new RegExp(`^(${consonants})?${vowels}${consonants}`);
const exactlyOne = new RegExp(`^(${consonants})?${vowels}${consonants}(${vowels})?$`);
const measure2 = new RegExp(`^(${consonants})?${vowels}${consonants}${vowels}${consonants}`);
const hasVowel = new RegExp(`^(${consonants})?${V}`);
const shortEnd = new RegExp(`^${consonants}${V}[^aeiouwxy]$`);

const step2: Record<string, string> = {
  ational: 'ate',
  tional: 'tion',
  enci: 'ence',
  anci: 'ance',
  izer: 'ize',
  bli: 'ble',
  alli: 'al',
  entli: 'ent',
  eli: 'e',
  ousli: 'ous',
  ization: 'ize',
  ation: 'ate',
  ator: 'ate',
  alism: 'al',
  iveness: 'ive',
  fulness: 'ful',
  ousness: 'ous',
  aliti: 'al',
  iviti: 'ive',
  biliti: 'ble',
  logi: 'log',
};
const step3: Record<string, string> = {
  icate: 'ic',
  ative: '',
  alize: 'al',
  iciti: 'ic',
  ical: 'ic',
  ful: '',
  ness: '',
};
const ends2 = new RegExp(`^(.+?)(${Object.keys(step2).join('|')})$`);
const ends3 = new RegExp(`^(.+?)(${Object.keys(step3).join('|')})$`);
const ends4 = /^(.+?)(al|ance|ence|er|ic|able|ible|ant|ement|ment|ent|ou|ism|ate|iti|ous|ive|ize)$/;
const plain = /^[a-z]{3,40}$/;

/** Stem of one lower-case word: `relational` → `relat`, `cats` → `cat`. */
export function stem(word: string): string {
  if (!plain.test(word)) return word;
  // A leading y is a consonant: hidden behind a capital while the rules run.
  const startsWithY = word.startsWith('y');
  let w = startsWithY ? `Y${word.slice(1)}` : word;

  if (/(ss|i)es$/.test(w)) w = w.slice(0, -2);
  else if (/[^s]s$/.test(w)) w = w.slice(0, -1);

  if (w.endsWith('eed')) {
    if (measure1.test(w.slice(0, -3))) w = w.slice(0, -1);
  } else {
    const past = /^(.+?)(ed|ing)$/.exec(w)?.[1];
    if (past !== undefined && hasVowel.test(past)) {
      w = past;
      if (/(at|bl|iz)$/.test(w)) w += 'e';
      else if (/([^aeiouylsz])\1$/.test(w)) w = w.slice(0, -1);
      else if (shortEnd.test(w)) w += 'e';
    }
  }
  if (w.endsWith('y') && hasVowel.test(w.slice(0, -1))) w = `${w.slice(0, -1)}i`;

  const second = ends2.exec(w);
  if (second?.[1] && second[2] && measure1.test(second[1])) w = second[1] + (step2[second[2]] ?? '');
  const third = ends3.exec(w);
  if (third?.[1] && third[2] && measure1.test(third[1])) w = third[1] + (step3[third[2]] ?? '');

  const fourth = ends4.exec(w)?.[1];
  if (fourth !== undefined) {
    if (measure2.test(fourth)) w = fourth;
  } else {
    const ion = /^(.+?[st])ion$/.exec(w)?.[1];
    if (ion !== undefined && measure2.test(ion)) w = ion;
  }

  if (w.endsWith('e')) {
    const rest = w.slice(0, -1);
    if (measure2.test(rest) || (exactlyOne.test(rest) && !shortEnd.test(rest))) w = rest;
  }
  if (w.endsWith('ll') && measure2.test(w.slice(0, -1))) w = w.slice(0, -1);
  return startsWithY ? w.toLowerCase() : w;
}
