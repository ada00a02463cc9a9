/**
 * What outlives a reload: `user` for every window of this user at this host, `window` for this one alone. A browser may
 * refuse to keep anything, or keep what a person has damaged: reading then gives nothing, and writing does nothing.
 */
export type Keeper = 'user' | 'window';

const PREFIX = 'pipewright.';

function storageOf(keeper: Keeper): Storage | undefined {
  try {
    return keeper === 'user' ? window.localStorage : window.sessionStorage;
  } catch {
    return undefined;
  }
}

export function keptText(keeper: Keeper, name: string): string | undefined {
  try {
    return storageOf(keeper)?.getItem(PREFIX + name) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keepText(keeper: Keeper, name: string, text: string | undefined): void {
  try {
    if (text === undefined) storageOf(keeper)?.removeItem(PREFIX + name);
    else storageOf(keeper)?.setItem(PREFIX + name, text);
  } catch {
    // No room or not allowed: the studio works without.
  }
}

/** The value as it was kept, or nothing where it is missing or no JSON. */
export function keptValue(keeper: Keeper, name: string): unknown {
  const text = keptText(keeper, name);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function keepValue(keeper: Keeper, name: string, value: unknown): void {
  keepText(keeper, name, JSON.stringify(value));
}
