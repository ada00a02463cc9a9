import type { TokenizerCapability } from '../../core/capabilities/capabilities.ts';
import { estimateTokens } from '../../core/text/estimate-tokens.ts';

/** The default counter: an estimate in one pass, loaded at once. Its measured error is in this room's README. */
export const estimatingTokenizer: TokenizerCapability = { count: estimateTokens };

/** Texts beyond this are estimated whole. */
const exactLimit = 400_000;
/** A run without a boundary costs the encoder the square of its length: longer ones are counted in slices. */
const runLimit = 96;
const wideRunLimit = 24;
/** Characters of such runs that are counted, some ten microseconds each; the rest of them is estimated. */
const slicedLimit = 40_000;

/**
 * Counts by OpenAI's o200k_base vocabulary, exact for ordinary text of up to 400,000 characters. Runs without
 * white space longer than words are (Chinese, encoded data) are counted in slices, which is at most some hundredths more;
 * longer texts, and very many such runs, are estimated: an encoder can be made to take minutes by 30 kB of one letter. Loading the vocabulary takes about 0.2 s, so it is loaded only by who needs it.
 */
export async function loadExactTokenizer(): Promise<TokenizerCapability> {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
  // Text that looks like a control token is text: it must neither throw nor count as one.
  const encode = (text: string): number => countTokens(text, { disallowedSpecial: new Set() });
  return {
    count(text) {
      if (text.length > exactLimit) return estimateTokens(text);
      let tokens = 0;
      let from = 0;
      let sliced = 0;
      for (const { start, end } of longRuns(text)) {
        if (start > from) tokens += encode(text.slice(from, start));
        const run = text.slice(start, end);
        sliced += run.length;
        if (sliced > slicedLimit) tokens += estimateTokens(run);
        else for (const slice of slices(run)) tokens += encode(slice);
        from = end;
      }
      return from < text.length ? tokens + encode(text.slice(from)) : tokens;
    },
  };
}

function* slices(run: string): Generator<string> {
  const size = /[^ -~\s]/.test(run) ? wideRunLimit : runLimit;
  for (let from = 0; from < run.length; ) {
    const isHalf = /[\ud800-\udbff]/.test(run[from + size - 1] ?? '');
    const to = from + size + (isHalf ? 1 : 0);
    yield run.slice(from, to);
    from = to;
  }
}

/** Runs of one kind (white space or not) that are too long to encode. */
function* longRuns(text: string): Generator<{ start: number; end: number }> {
  let start = 0;
  let wide = 0;
  let space = isSpace(text.charCodeAt(0));
  for (let i = 0; i <= text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (i < text.length && isSpace(c) === space) {
      if (c > 127) wide += 1;
      continue;
    }
    if (i - start > runLimit || wide > wideRunLimit) yield { start, end: i };
    start = i;
    wide = c > 127 ? 1 : 0;
    space = isSpace(c);
  }
}

function isSpace(c: number): boolean {
  return c === 32 || (c >= 9 && c <= 13);
}
