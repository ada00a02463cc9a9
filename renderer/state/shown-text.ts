// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** A text that a file takes: without control characters and marks that turn text around, which a paste may bring. */
export function shownText(text: string, longest: number): string {
  return text.replace(/\r\n?/g, '\n').replace(hidden, '').toWellFormed().slice(0, longest).toWellFormed();
}

/** The same on one line. */
export function shownLine(text: string, longest: number): string {
  return shownText(text.replace(/\s+/g, ' '), longest).trim();
}
