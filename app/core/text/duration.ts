const units: { [unit: string]: number } = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const duration = /^(?:\d{1,12}(?:\.\d{1,6})?(?:ms|[smhdw]))+$/;

/** Milliseconds of a duration such as `90s`, `1h30m`, `2.5d` or `250ms`; undefined when the text is none. */
export function parseDuration(text: string): number | undefined {
  if (!duration.test(text)) return undefined;
  let ms = 0;
  for (const [, count, unit] of text.matchAll(/([\d.]+)(ms|[smhdw])/g)) ms += Number(count) * (units[unit ?? ''] ?? 0);
  return Math.round(ms);
}

const timestamp = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** Epoch milliseconds of a time in ISO 8601 with a time zone (`2027-01-31T09:00+01:00`); undefined for anything else. */
export function parseTimestamp(text: string): number | undefined {
  if (!timestamp.test(text)) return undefined;
  const at = Date.parse(text.replace(' ', 'T'));
  return Number.isNaN(at) ? undefined : at;
}
