/**
 * Milliseconds that a server asks to wait, from `retry-after-ms`, `x-ms-retry-after-ms`, or `retry-after` in seconds
 * or as an HTTP date (relative to `now`, epoch milliseconds). Undefined when there is none that can be read.
 */
export function retryAfterMs(headers: { [name: string]: string }, now: number): number | undefined {
  for (const name of ['retry-after-ms', 'x-ms-retry-after-ms']) {
    const ms = number(headers[name]);
    if (ms !== undefined) return Math.ceil(ms);
  }
  const text = headers['retry-after'];
  if (text === undefined) return undefined;
  const seconds = number(text);
  if (seconds !== undefined) return Math.ceil(seconds * 1000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

/** `34s`, `0.5s`: how Google's RetryInfo writes a duration. */
export function protobufDurationMs(text: unknown): number | undefined {
  const seconds = typeof text === 'string' ? /^(\d+(?:\.\d+)?)s$/.exec(text)?.[1] : undefined;
  return seconds === undefined ? undefined : Math.ceil(Number(seconds) * 1000);
}
