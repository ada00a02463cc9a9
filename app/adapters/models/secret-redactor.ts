export type Redactor = (text: string) => string;

/** Shapes of keys that no registered value covers: what a provider echoes from elsewhere. */
const keyShapes = /\b(?:sk|pk|rk|gsk|xai|key)-[A-Za-z0-9_*-]{8,}|\bAIza[\w-]{20,}|\bBearer\s+[\w.~+/=-]{8,}/g;

/**
 * Replaces the given secret values wherever they stand in a text: as they are, as base64 (also as the user's half of
 * Basic authentication), URL-encoded, or JSON-escaped. Values under 4 characters are left alone: they would match anything.
 */
export function createSecretRedactor(values: Iterable<string>): Redactor {
  const forms = new Set<string>();
  for (const value of values) {
    if (value.length < 4) continue;
    const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '');
    const basic = Buffer.from(`:${value}`).toString('base64').replace(/=+$/, '');
    for (const form of [
      value,
      base64,
      basic,
      Buffer.from(value).toString('base64url'),
      encodeURIComponent(value),
      JSON.stringify(value).slice(1, -1),
    ]) {
      forms.add(form);
    }
  }
  // The longest form first: a key may be the beginning of another.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const form of ordered) clean = clean.replaceAll(form, '[secret]');
    return clean.replace(keyShapes, '[secret]');
  };
}
