/**
 * About how many tokens a model would make of a text, without a vocabulary: one pass, linear on any input,
 * deterministic. Calibrated against OpenAI's o200k_base; the measured error is in app/adapters/models/README.md.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  let i = 0;
  const n = text.length;
  while (i < n) {
    const kind = kindOf(text.charCodeAt(i));
    let end = i + 1;
    while (end < n && kindOf(text.charCodeAt(end)) === kind) end += 1;
    tokens += costOf(kind, end - i, text, i);
    i = end;
  }
  return Math.ceil(tokens);
}

type Kind = 'space' | 'letters' | 'digits' | 'marks' | 'accented' | 'ideographs' | 'foreign' | 'rare';

function kindOf(c: number): Kind {
  if (c === 32 || c === 10 || c === 13 || c === 9) return 'space';
  if ((c >= 97 && c <= 122) || (c >= 65 && c <= 90)) return 'letters';
  if (c >= 48 && c <= 57) return 'digits';
  if (c < 128) return 'marks';
  if (c < 0x250) return 'accented';
  if (c >= 0x2010 && c <= 0x206f) return 'marks';
  if ((c >= 0x2e80 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) || (c >= 0xff00 && c <= 0xffef)) return 'ideographs';
  if (c < 0x2e80 || (c >= 0xac00 && c <= 0xd7a3)) return 'foreign';
  return 'rare';
}

function costOf(kind: Kind, length: number, text: string, start: number): number {
  switch (kind) {
    case 'space':
      // One space joins the word after it; a line break with its indentation makes one token.
      return length === 1 && text.charCodeAt(start) === 32 ? 0 : length <= 16 ? 0.9 : length / 8;
    case 'letters':
      return lettersCost(length, text, start);
    case 'digits':
      return Math.ceil(length / 3);
    case 'marks':
      return length === 1 ? 0.85 : 0.4 + length / 3;
    case 'accented':
      return length * 0.8;
    case 'ideographs':
      return length * 0.87;
    case 'foreign':
      return 0.4 + length / 3.9;
    default:
      return length * 1.3;
  }
}

/** Common words are one token up to a dozen letters; long and mixed-case runs break about every four to five. */
function lettersCost(length: number, text: string, start: number): number {
  if (length > 24) return length / 3.5;
  let humps = 0;
  for (let i = start + 1; i < start + length; i += 1) {
    if (text.charCodeAt(i) <= 90 && text.charCodeAt(i - 1) > 90) humps += 1;
  }
  if (humps > 0) return 1 + humps * 0.9 + length / 30;
  return length <= 5 ? 1 : 1 + (length - 5) * 0.08;
}
