/** Names of classes as one attribute: what is shared first, then what is special. */
export function classes(...names: readonly (string | undefined | false)[]): string {
  return names.filter(Boolean).join(' ');
}
