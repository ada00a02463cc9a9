/** As many digits of a text's hash tell its versions apart. */
const DIGITS = 12;

/** The version of a prompt's text by its SHA-256 in hex: the same text is the same version, wherever it comes from. */
export const promptVersion = (sha256: string): string => sha256.slice(0, DIGITS);

/** A prompt file in one version, as runs and costs name it: `prompts/answer.md@1a2b3c4d5e6f`. */
export const promptName = (file: string, version: string): string => `${file}@${version}`;

/** Between several prompt files behind one request. */
export const PROMPTS_JOINED = ' + ';
