import fc from 'fast-check';

const SURROGATES = { first: 0xd800, count: 0x800 };

/** Any character of Unicode. `unit: 'binary'` of fast-check gives the same, after two seconds of writing a table of all. */
const character = fc.nat({ max: 0x10ffff - SURROGATES.count }).map(
  (n) => String.fromCodePoint(n < SURROGATES.first ? n : n + SURROGATES.count),
  (text) => {
    const code = typeof text === 'string' ? text.codePointAt(0) : undefined;
    if (code === undefined || text !== String.fromCodePoint(code)) throw new Error('This is not one character.');
    return code < SURROGATES.first ? code : code - SURROGATES.count;
  },
);

/** Well-formed texts of any characters, names that harm objects among them. */
export const anyText = fc.string({ unit: character });
