import { load } from 'cheerio/slim';
import { decodeText } from './decode-text.ts';
import { asTitle, type ParsedFile } from './parsed-file.ts';
import { unreadable } from './unreadable.ts';

/** Never part of what a page says; `nav` and `footer` repeat on every page and would be found for every question. */
const dropped = new Set(
  'script style noscript template svg math canvas iframe object embed head nav footer button select textarea audio video'.split(
    ' ',
  ),
);
const blocks = new Set(
  'address article aside blockquote body caption dd details dialog div dl dt fieldset figcaption figure form header html legend main ol p pre section summary table tbody thead tfoot tr ul'.split(
    ' ',
  ),
);

interface Node {
  type: string;
  name?: string;
  data?: string;
  attribs?: { [name: string]: string };
  children?: Node[];
}

/** @throws AppError document.unreadable for binary data */
export function parseHtml(bytes: Uint8Array): ParsedFile {
  const head = Buffer.from(bytes.subarray(0, 2048)).toString('latin1');
  const charset = /<meta[^>]{0,200}?charset\s*=\s*["']?([\w-]{1,40})/i.exec(head)?.[1];
  const html = decodeText(bytes, charset);
  if (/^\s*%PDF-/.test(html)) throw unreadable('This is a PDF, not HTML.', 'Give the file the ending .pdf.');
  return { ...htmlToText(html), metadata: {} };
}

/**
 * The readable text of HTML: blocks on lines of their own, headings as `#` lines (so that they can be cut at), list
 * items as `- `, cells parted by ` | `, `pre` as it stands. Walks with its own stack: a page may nest 100,000 deep.
 */
export function htmlToText(html: string): { text: string; title?: string } {
  const $ = load(html, { xml: { xmlMode: false, decodeEntities: true, lowerCaseTags: true } });
  const out = new TextLines();
  let title: string | undefined;
  let heading: string | undefined;
  let inPre = 0;
  const stack: { node: Node; leave: boolean }[] = [{ node: $.root()[0] as unknown as Node, leave: false }];
  for (let step = stack.pop(); step; step = stack.pop()) {
    const { node, leave } = step;
    if (node.type === 'text') {
      out.write(node.data ?? '', inPre > 0);
      continue;
    }
    const name = node.name ?? '';
    const level = /^h[1-6]$/.test(name) ? Number(name[1]) : 0;
    if (leave) {
      if (name === 'pre') inPre -= 1;
      if (level > 0) heading ??= out.lastLine();
      if (level > 0 || blocks.has(name) || name === 'li')
        out.breakLine(level > 0 || name === 'p' || name === 'pre' || name === 'table');
      else if (name === 'td' || name === 'th') out.cell();
      continue;
    }
    if (name === 'title') title ??= asTitle(textOf(node));
    if (name === 'head') stack.push(...findTitle(node));
    if (dropped.has(name) || isHidden(node) || node.type === 'comment' || node.type === 'directive') continue;
    if (name === 'title') continue;
    if (name === 'br') out.breakLine(false);
    else if (name === 'hr') out.breakLine(true);
    else if (name === 'img') out.write(node.attribs?.['alt'] ?? '', false);
    else if (level > 0) out.open(`${'#'.repeat(level)} `, true);
    else if (name === 'li') out.open('- ', false);
    else if (blocks.has(name)) out.breakLine(name === 'p' || name === 'pre' || name === 'table');
    if (name === 'pre') inPre += 1;
    if (level > 0 || blocks.has(name) || name === 'li' || name === 'td' || name === 'th')
      stack.push({ node, leave: true });
    const children = node.children ?? [];
    for (let i = children.length - 1; i >= 0; i -= 1) {
      const child = children[i];
      if (child) stack.push({ node: child, leave: false });
    }
  }
  const named = title ?? asTitle(heading?.replace(/^#+ /, ''));
  return { text: out.text(), ...(named !== undefined && { title: named }) };
}

/** Collects text with single spaces within a line and at most one blank line between lines. */
class TextLines {
  readonly #parts: string[] = [];
  #line = '';
  #space = false;
  #blank = false;

  write(text: string, verbatim: boolean): void {
    if (verbatim) {
      const lines = text.split('\n');
      for (const [i, line] of lines.entries()) {
        if (i > 0) this.#flush();
        this.#line += line;
      }
      return;
    }
    const words = text.replaceAll(/[\s\u00a0]+/g, ' ');
    if (words === '') return;
    const needsSpace = (this.#space || words.startsWith(' ')) && this.#line !== '' && !this.#line.endsWith(' ');
    const core = words.trim();
    if (core !== '') this.#line += (needsSpace ? ' ' : '') + core;
    this.#space = words.endsWith(' ');
    if (core === '' && needsSpace) this.#space = true;
  }

  open(mark: string, blank: boolean): void {
    this.breakLine(blank);
    this.#line = mark;
  }

  cell(): void {
    if (this.#line !== '') this.#line += ' | ';
  }

  breakLine(blank: boolean): void {
    const line = this.#line.replace(/( \|)? *$/, '');
    if (line !== '' && !/^(#+|-)$/.test(line)) this.#flush();
    this.#line = '';
    this.#space = false;
    if (blank) this.#blank = true;
  }

  lastLine(): string {
    return this.#line;
  }

  text(): string {
    this.breakLine(false);
    return this.#parts.join('\n').toWellFormed();
  }

  #flush(): void {
    if (this.#blank && this.#parts.length > 0 && this.#parts.at(-1) !== '') this.#parts.push('');
    this.#parts.push(this.#line.replace(/( \|)? *$/, ''));
    this.#line = '';
    this.#blank = false;
  }
}

function isHidden(node: Node): boolean {
  const { attribs } = node;
  if (!attribs) return false;
  return (
    'hidden' in attribs ||
    attribs['role'] === 'navigation' ||
    /(^|;)\s*(display\s*:\s*none|visibility\s*:\s*hidden)/i.test((attribs['style'] ?? '').slice(0, 2000))
  );
}

function findTitle(head: Node): { node: Node; leave: boolean }[] {
  const title = head.children?.find(({ name }) => name === 'title');
  return title ? [{ node: title, leave: false }] : [];
}

function textOf(node: Node): string {
  return (node.children ?? []).map(({ data }) => data ?? '').join('');
}
