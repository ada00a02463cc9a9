import type { Attachment } from '../graph/values.ts';
import { estimateTokens } from '../text/estimate-tokens.ts';
import { base64Size, decodeBase64 } from './base64.ts';
import { mediaFacts, mediaHeadBytes } from './media-facts.ts';

/** Files that a model reads as text: they are written into the message, so that every provider takes them. */
export function isTextFile(mime: string): boolean {
  return /^text\/[a-z0-9.+-]+$|^application\/(json|xml|yaml|x-yaml|jsonl|x-ndjson|[a-z0-9.-]+\+(json|xml))$/.test(mime);
}

/** The text of a file that `isTextFile` says is one; bytes that are no UTF-8 show as the mark for them. */
export function attachmentText(attachment: Attachment): string {
  const bytes = decodeBase64(attachment.data);
  return bytes === undefined ? '' : new TextDecoder('utf-8').decode(bytes);
}

/** How a text file stands in a message: its name before it, so that a model can speak of it. */
export function writtenFile(attachment: Attachment): string {
  return `File ${attachment.name ?? attachment.mime}:\n\n${attachmentText(attachment)}`;
}

/** Of an image whose size its header does not tell: a picture of 1,024 × 1,024 pixels. */
const unknownImage = { width: 1024, height: 1024 };

/**
 * About what an image counts as input: the dearest of three public rules, so that a prompt that is let through fits
 * (Anthropic: pixels / 750 after scaling to 1.15 megapixels; OpenAI: 85 and 170 a tile of 512 after scaling to 768 on
 * the short side; Google: 258 a tile of 768).
 */
export function imageTokens(width: number, height: number): number {
  const pixels = Math.min((width * height) / 750, 1_600);
  const long = Math.max(width, height, 1);
  const fit = Math.min(1, 2048 / long);
  const short = Math.min(width, height) * fit;
  const scale = fit * Math.min(1, 768 / Math.max(short, 1));
  const tiles = Math.ceil((width * scale) / 512) * Math.ceil((height * scale) / 512);
  const squares = Math.min(Math.ceil(width / 768) * Math.ceil(height / 768), 6);
  return Math.ceil(Math.max(pixels, 85 + 170 * tiles, 258 * squares));
}

/** Of a page, text and picture together, by what providers say of PDFs: 1,500 to 3,000. */
const PAGE_TOKENS = 2_000;
/** Bytes a page where the file does not show its pages. */
const PAGE_BYTES = 25_000;

/** Pages of a PDF as far as its bytes show them: page objects, the count of the page tree, that of a linearised file. */
function pdfPages(data: string): number {
  const bytes = decodeBase64(data);
  if (bytes === undefined) return 0;
  let objects = 0;
  let counted = 0;
  const digits = (from: number): number => {
    let number = 0;
    for (let i = from; i < from + 6 && (bytes[i] ?? 0) >= 48 && (bytes[i] ?? 0) <= 57; i += 1)
      number = number * 10 + (bytes[i] ?? 0) - 48;
    return number;
  };
  const isAt = (at: number, word: string): boolean => {
    for (let i = 0; i < word.length; i += 1) if (bytes[at + i] !== word.charCodeAt(i)) return false;
    return true;
  };
  for (let i = bytes.indexOf(47); i !== -1; i = bytes.indexOf(47, i + 1)) {
    if (isAt(i + 1, 'Count ')) counted = Math.max(counted, digits(i + 7));
    else if (isAt(i + 1, 'N ') && i < 2048) counted = Math.max(counted, digits(i + 3));
    else if (isAt(i + 1, 'Page') && bytes[i + 5] !== 115 && (isAt(i - 5, '/Type') || isAt(i - 6, '/Type ')))
      objects += 1;
  }
  return Math.max(objects, counted);
}

/** About the tokens of an attachment, counted in little time for any size. */
export function attachmentTokens(attachment: Attachment): number {
  if (isTextFile(attachment.mime)) return estimateTokens(writtenFile(attachment));
  if (attachment.kind === 'image') {
    const head = decodeBase64(attachment.data.slice(0, Math.ceil(mediaHeadBytes / 3) * 4), mediaHeadBytes);
    const { width, height } = { ...unknownImage, ...(head && mediaFacts(head)) };
    return imageTokens(width, height);
  }
  const pages = pdfPages(attachment.data) || Math.ceil(base64Size(attachment.data) / PAGE_BYTES);
  return Math.max(1, Math.min(pages, 10_000)) * PAGE_TOKENS;
}
