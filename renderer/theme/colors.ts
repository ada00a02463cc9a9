/** Colours that a person may give to nodes, notes and groups. Files hold these names; theme/tokens.css has their values. */
export const colorNames = ['red', 'orange', 'yellow', 'green', 'teal', 'blue', 'purple', 'pink', 'grey'] as const;
export type ColorName = (typeof colorNames)[number];

/** A colour of a file that is one of ours; any other is left to whoever wrote it and shown as none. */
export function knownColor(name: string | undefined): ColorName | undefined {
  return colorNames.find((one) => one === name);
}
