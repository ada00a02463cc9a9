import PostalMime, { type Address } from 'postal-mime';
import type { Metadata } from '../../core/graph/values.ts';
import { decodeWide, kindOf } from './decode-text.ts';
import { htmlToText } from './parse-html.ts';
import { asTitle, type ParsedFile } from './parsed-file.ts';
import { unreadable } from './unreadable.ts';

/**
 * A mail: its main headers, a blank line, its body (plain text, or the text of its HTML). The headers are metadata too;
 * attachments are named there and not read.
 * @throws AppError document.unreadable for a file without mail headers
 */
export async function parseMail(bytes: Uint8Array): Promise<ParsedFile> {
  // Mail is ASCII by its standard, but some programs save it as UTF-16.
  const mail = await PostalMime.parse(decodeWide(bytes) ?? bytes, {
    maxNestingDepth: 32,
    maxHeadersSize: 1_048_576,
  }).catch((error: Error) => {
    throw unreadable(`The mail is damaged: ${error.message.slice(0, 200)}`, 'Save the mail again from a mail program.');
  });
  const subject = asTitle(mail.subject);
  const from = mail.from ? asTitle(nameOf(mail.from)) : undefined;
  const to = asTitle(mail.to?.map(nameOf).join(', '));
  // As ISO 8601 or not at all: filters compare it.
  const date = mail.date !== undefined && /^\d{4}-\d{2}-\d{2}T/.test(mail.date) ? mail.date.slice(0, 30) : undefined;
  if (subject === undefined && from === undefined && to === undefined && date === undefined) {
    throw unreadable(
      `This is no mail: it has no headers${kindOf(bytes)}.`,
      'Save the mail as .eml from a mail program.',
    );
  }
  const attachments = asTitle(mail.attachments.map(({ filename }) => filename ?? 'unnamed').join(', '));
  const shown = { Subject: subject, From: from, To: to, Date: date };
  const head = Object.entries(shown).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  const body = mail.text?.trim() ? mail.text : mail.html ? htmlToText(mail.html).text : '';
  const facts = { from, to, date, subject, attachments };
  return {
    text: `${head.join('\n')}\n\n${body.replaceAll(/\r\n?/g, '\n').replaceAll('\0', '').trim()}`
      .trimEnd()
      .toWellFormed(),
    ...(subject !== undefined && { title: subject }),
    metadata: Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Metadata,
  };
}

function nameOf(address: Address): string {
  if (address.group) return `${address.name}: ${address.group.map(nameOf).join(', ')}`;
  return address.name ? `${address.name} <${address.address}>` : (address.address ?? '');
}
