import { AppError } from '../errors/app-error.ts';
import { isJsonObject, type Json } from '../graph/json.ts';
import type { Attachment } from '../graph/values.ts';
import { isTextFile } from './attachments.ts';
import { base64Size, decodeBase64 } from './base64.ts';
import { mediaFacts } from './media-facts.ts';

const extensions: { [extension: string]: string } = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  pdf: 'application/pdf',
  md: 'text/markdown',
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  html: 'text/html',
  htm: 'text/html',
  xml: 'application/xml',
  svg: 'application/xml',
  json: 'application/json',
  jsonl: 'application/jsonl',
  yaml: 'application/yaml',
  yml: 'application/yaml',
};
/** Other names for the same type that are met in the wild. */
const aliases: { [mime: string]: string } = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/x-png': 'image/png',
  'application/x-pdf': 'application/pdf',
};

export interface GivenFile {
  /** Base64 of the bytes. */
  data: string;
  name?: string | undefined;
  /** The type that whoever gave it says it has. */
  mime?: string | undefined;
  /** Where it came from, for errors. */
  where: string;
}

/**
 * An attachment of bytes, whose type their own first bytes decide; what a name or sender says of it must agree.
 * @throws AppError attachment.type, attachment.invalid, attachment.too_large
 */
export function readAttachment({ data, name, mime, where }: GivenFile, maxBytes: number): Attachment {
  const size = base64Size(data);
  if (size > maxBytes) {
    throw new AppError('attachment.too_large', {
      message: `${named(name)} has ${megabytes(size)}; at most ${megabytes(maxBytes)} are taken.`,
      where,
      remedy: 'Make the image smaller or split the file, or raise maxFileBytes.',
      data: { bytes: size, maxBytes },
    });
  }
  const bytes = decodeBase64(data);
  if (bytes === undefined || bytes.length === 0) {
    throw new AppError('attachment.invalid', {
      message: bytes === undefined ? `${named(name)} is no base64.` : `${named(name)} is empty.`,
      where,
      remedy: 'Give the bytes in base64 (standard alphabet, padded, without line breaks) or as data:<type>;base64,….',
    });
  }
  const said = saidType(name, mime);
  const facts = mediaFacts(bytes);
  const type = facts?.mime ?? (isText(bytes) ? textType(said) : undefined);
  if (type === undefined) {
    throw new AppError('attachment.type', {
      message: `${named(name)} is neither an image (PNG, JPEG, GIF, WebP) nor a PDF nor text in UTF-8.`,
      where,
      remedy: 'Convert it; documents of other kinds can be read with the node load-documents.',
    });
  }
  if (said !== undefined && said !== type) {
    throw new AppError('attachment.type', {
      message: `${named(name)} says that it is ${said}, and its bytes say ${type}.`,
      where,
      remedy: 'Give it its right name or type; what a file really is decides who may be shown it.',
      data: { said, found: type },
    });
  }
  return { kind: type.startsWith('image/') ? 'image' : 'file', mime: type, ...(name !== undefined && { name }), data };
}

/** The type that a file claims: what was declared, else its ending; undefined for one that we have no use for. */
function saidType(name: string | undefined, mime: string | undefined): string | undefined {
  const declared = mime?.split(';')[0]?.trim().toLowerCase();
  if (declared !== undefined && declared !== '' && declared !== 'application/octet-stream')
    return Object.hasOwn(aliases, declared) ? aliases[declared] : declared;
  const ending = /\.([A-Za-z0-9]{1,8})$/.exec(name ?? '')?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(extensions, ending) ? extensions[ending] : undefined;
}

function textType(said: string | undefined): string {
  return said !== undefined && isTextFile(said) ? said : 'text/plain';
}

function isText(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/**
 * The attachments in a value that came on a wire: an attachment, `{ data, name?, mime? }`, a `data:` address, base64
 * of an image or PDF, or a list of those.
 * @throws AppError attachment.*
 */
export function attachmentsIn(
  value: Json,
  limits: { maxBytes: number; maxFiles: number },
  where: string,
): Attachment[] {
  const list = Array.isArray(value) ? value : [value];
  if (list.length > limits.maxFiles) {
    throw new AppError('attachment.too_large', {
      message: `There are ${list.length} files; at most ${limits.maxFiles} are taken.`,
      where,
      remedy: 'Show the model fewer at a time, for example with the node map, or raise maxFiles.',
    });
  }
  return list.map((item, i) =>
    attachmentIn(item, limits.maxBytes, list.length > 1 ? `${where}, item ${i + 1}` : where),
  );
}

function attachmentIn(value: Json, maxBytes: number, where: string): Attachment {
  const given = isJsonObject(value) ? value : { data: value };
  const { data, name, mime } = given;
  if (typeof data !== 'string') {
    throw new AppError('attachment.invalid', {
      message: 'The value is no image or file.',
      where,
      remedy: 'Wire text with data:<type>;base64,… or base64, or an object { data, name, mime }.',
    });
  }
  const text = data.trim();
  const address = /^data:([^,;]{0,100})((?:;[^,;]{0,100}){0,5}),/.exec(text);
  if (address !== null && !/;\s*base64$/i.test(address[2] ?? '')) {
    throw new AppError('attachment.invalid', {
      message: 'The data: address is not in base64.',
      where,
      remedy: 'Give it as data:<type>;base64,….',
    });
  }
  const file = {
    data: address === null ? text : text.slice(address[0].length),
    name: typeof name === 'string' && name !== '' ? name.slice(0, 200) : undefined,
    mime: typeof mime === 'string' ? mime : address?.[1] || undefined,
    where,
  };
  const attachment = readAttachment(file, maxBytes);
  // Words may happen to be base64: without a type, only bytes that say what they are count.
  if (file.mime === undefined && file.name === undefined && isTextFile(attachment.mime)) {
    throw new AppError('attachment.type', {
      message: 'The base64 holds neither an image nor a PDF, and nothing says that it is a file.',
      where,
      remedy: 'Give it as data:text/plain;base64,…, or as { data, name }.',
    });
  }
  return attachment;
}

function named(name: string | undefined): string {
  return name === undefined ? 'The file' : `“${name}”`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(bytes < 104_858 ? 3 : 1)} MB`;
}
