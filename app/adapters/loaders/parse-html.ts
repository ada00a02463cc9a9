import { load } from 'cheerio/slim';
import { decodeText } from './decode-text.ts';
import { asTitle, type ParsedFile } from './parsed-file.ts';
import { TextLines } from './text-lines.ts';
import { unreadable } from './unreadable.ts';

/** Never part of what a page says; `nav` and `footer` repeat on every page and would be found for every question. */
const dropped = words(
  'script style noscript template svg math canvas iframe object embed nav footer button select textarea audio video title',
);
const blocks = words(
  'address article aside blockquote body caption dd details dialog div dl dt fieldset figcaption figure form header html legend main ol p pre section summary table tbody thead tfoot tr ul',
);
/** Blocks with a blank line around them. */
const paragraphs = words('p pre table blockquote ul ol');
/** What makes a cell more than a cell: pages and mails are laid out by tables. */
const structures = words('table ul ol pre h1 h2 h3 h4 h5 h6');

/** What we need of domhandler's nodes. */
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
  if (html.trimStart().startsWith('%PDF-'))
    throw unreadable('This is a PDF, not HTML.', 'Give the file the ending .pdf.');
  return { ...htmlToText(html), metadata: {} };
}

/**
 * The readable text of HTML: blocks on lines of their own, headings as `#` lines (so that they can be cut at), list
 * items as `- `, cells parted by ` | `, `pre` as it stands. Walks with its own stack: a page may nest 100,000 deep.
 */
export function htmlToText(html: string): { text: string; title?: string } {
  const $ = load(html, { xml: { xmlMode: false, decodeEntities: true, lowerCaseTags: true } });
  const walk = new Walk();
  const stack: { node: Node; leave: boolean }[] = [{ node: $.root()[0] as unknown as Node, leave: false }];
  for (let step = stack.pop(); step; step = stack.pop()) {
    const { node, leave } = step;
    if (leave) walk.leave(node);
    else if (walk.enter(node)) {
      stack.push({ node, leave: true });
      const children = node.children ?? [];
      for (let i = children.length - 1; i >= 0; i -= 1) {
        const child = children[i];
        if (child) stack.push({ node: child, leave: false });
      }
    }
  }
  const title = walk.title ?? asTitle(walk.heading);
  return { text: walk.lines.text(), ...(title !== undefined && { title }) };
}

class Walk {
  readonly lines = new TextLines();
  title: string | undefined;
  heading: string | undefined;
  #inPre = 0;
  /** The cells that we are in and that are short enough for a line: blocks in them do not break it. */
  readonly #flatCells: Node[] = [];

  /** Whether the children are to be walked. */
  enter(node: Node): boolean {
    if (node.type === 'text') {
      if (this.#inPre > 0) this.lines.writeVerbatim(node.data ?? '');
      else this.lines.write(node.data ?? '');
      return false;
    }
    if (node.type === 'comment' || node.type === 'directive') return false;
    const name = node.name ?? '';
    if (name === 'title') this.title ??= asTitle(node.children?.map(({ data }) => data ?? '').join(''));
    if (dropped.has(name) || isHidden(node)) return false;
    const level = headingLevel(name);
    if (name === 'img') this.lines.write(node.attribs?.['alt'] ?? '');
    else if (level > 0) this.lines.begin(`${'#'.repeat(level)} `, true);
    else if (this.#flatCells.length > 0) this.lines.write(name === 'br' || blocks.has(name) ? ' ' : '');
    else if (name === 'br' || name === 'hr') this.lines.split(name === 'hr');
    else if (name === 'li') this.lines.begin('- ', false);
    else if (blocks.has(name)) this.lines.split(paragraphs.has(name));
    if (name === 'pre') this.#inPre += 1;
    if (isCell(name) && isShort(node)) this.#flatCells.push(node);
    return true;
  }

  leave(node: Node): void {
    const name = node.name ?? '';
    if (name === 'pre') this.#inPre -= 1;
    if (isCell(name)) {
      if (this.#flatCells.at(-1) === node) this.#flatCells.pop();
      if (this.#flatCells.length === 0) this.lines.endCell();
    } else if (headingLevel(name) > 0) {
      this.heading ??= this.lines.current();
      this.lines.end(true);
    } else if (this.#flatCells.length === 0 && (blocks.has(name) || name === 'li'))
      this.lines.end(paragraphs.has(name));
  }
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

function headingLevel(name: string): number {
  return /^h[1-6]$/.test(name) ? Number(name[1]) : 0;
}

function isCell(name: string): boolean {
  return name === 'td' || name === 'th';
}

/** Whether a cell holds a few words and no structure. Looks at a bounded number of nodes. */
function isShort(cell: Node): boolean {
  const open = [...(cell.children ?? []).slice(0, 41)];
  let length = 0;
  for (let seen = 0, node = open.pop(); node; seen += 1, node = open.pop()) {
    length += node.data?.length ?? 0;
    if (seen > 40 || length > 400 || structures.has(node.name ?? '')) return false;
    open.push(...(node.children ?? []).slice(0, 41));
  }
  return true;
}

function isHidden({ attribs }: Node): boolean {
  if (!attribs) return false;
  if ('hidden' in attribs || attribs['role'] === 'navigation') return true;
  const style = (attribs['style'] ?? '').slice(0, 2000).replaceAll(/\s/g, '').toLowerCase();
  return style.includes('display:none') || style.includes('visibility:hidden');
}
