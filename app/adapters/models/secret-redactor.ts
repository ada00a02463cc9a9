export interface Redactor {
  /** For errors and logs: also what merely looks like a key. */
  (text: string): string;
  /** For texts that are worked with: nothing but the given values. */
  known(text: string): string;
  /** The same for a text that comes in pieces: each call gives what can be shown of it by then, `end` the rest. */
  stream(): { push(piece: string): string; end(): string };
}

/**
 * Shapes of keys that no registered value covers: what a provider echoes from elsewhere. `key-` is a word as well, and part
 * of names (`cache-key-from-text`): it begins a key only at the beginning of one, with a figure in it.
 */
const keyShapes =
  /\b(?:sk|pk|rk|gsk|xai)-[A-Za-z0-9_*-]{8,}|(?<![\w-])key-(?=[A-Za-z_*-]*\d)[A-Za-z0-9_*-]{8,}|\bAIza[\w-]{20,}|\bBearer\s+[\w.~+/=-]{8,}/g;
/** Shorter values and pieces would match what is no secret. */
const LEAST = 4;
const LEAST_PIECE = 8;

/**
 * Replaces the given secret values wherever they stand in a text: as they are, as base64 (also within more that is
 * encoded, such as the two halves of Basic authentication), as hex, or escaped for a URL, JSON, JSON in JSON, or XML.
 * Values under 4 characters are left alone: they would match anything.
 */
export function createSecretRedactor(values: Iterable<string>): Redactor {
  const forms = new Set<string>();
  for (const value of values) if (value.length >= LEAST) for (const form of formsOf(value)) forms.add(form);
  // The longest form first: a key may be the beginning of another.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  const known = (text: string): string => {
    let clean = text;
    for (const form of ordered) clean = clean.replaceAll(form, '[secret]');
    return clean;
  };
  return Object.assign((text: string) => known(text).replace(keyShapes, '[secret]'), {
    known,
    stream() {
      let held = '';
      return {
        push(piece: string): string {
          const text = held + piece;
          const cut = uncut(text, text.length - begun(text, ordered), ordered);
          held = text.slice(cut);
          return known(text.slice(0, cut));
        },
        end: () => known(held),
      };
    },
  });
}

/** The place `at`, or before it the beginning of a form that would be cut in two there. */
function uncut(text: string, at: number, forms: readonly string[]): number {
  for (const form of forms) {
    const start = text.indexOf(form, Math.max(0, at - form.length + 1));
    if (start >= 0 && start < at) return uncut(text, start, forms);
  }
  return at;
}

/** How many characters at the end of a text may be the beginning of one of these forms. */
function begun(text: string, forms: readonly string[]): number {
  let most = 0;
  for (const form of forms) {
    for (let length = Math.min(form.length - 1, text.length); length > most; length -= 1) {
      if (text.endsWith(form.slice(0, length))) most = length;
    }
  }
  return most;
}

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const hex = bytes.toString('hex');
  const inUrl = encodeURIComponent(value);
  const inForm = new URLSearchParams({ v: value }).toString().slice(2);
  const inJson = escapedForJson(value);
  return [
    value,
    inJson,
    escapedForJson(inJson),
    inUrl,
    inForm,
    ...[inUrl, inForm].map((text) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
    value.replace(/[&<>"']/g, (sign) => xmlSigns[sign] as string),
    hex,
    hex.toUpperCase(),
    ...[bytes, Buffer.from(`:${value}`)].flatMap((whole) => {
      const base64 = whole.toString('base64').replace(/=+$/, '');
      return [base64, forUrls(base64)];
    }),
    ...base64Pieces(bytes).flatMap((piece) => [piece, forUrls(piece)]),
  ];
}

const xmlSigns: { [sign: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapedForJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function forUrls(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_');
}

/** What base64 of a text that holds these bytes must contain, whichever of three places they begin at. */
function base64Pieces(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    // Digits of six bits that hang on these bytes alone.
    const piece = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    return piece.length >= LEAST_PIECE ? [piece] : [];
  });
}
