/** Everything up to the path, written out: what a grant can be for. */
export const writtenOrigin = /^(https?:\/\/[^/?#{}\s\\@]+)(?=[/?#]|$)/i;
const wholeVariable = /^\s*\{\{-?\s*([A-Za-z][A-Za-z0-9_]*)\s*-?\}\}\s*$/;

/** Where an address template leads: an origin that stands in it, or one variable that is the whole address. */
export type AddressKind = { origin: string } | { variable: string } | undefined;

export function addressKind(template: string): AddressKind {
  const origin = writtenOrigin.exec(template)?.[1];
  if (origin !== undefined) return URL.canParse(origin) ? { origin: new URL(origin).origin } : undefined;
  const variable = wholeVariable.exec(template)?.[1];
  return variable === undefined ? undefined : { variable };
}
