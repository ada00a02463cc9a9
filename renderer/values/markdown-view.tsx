import { markdownLanguage } from '@codemirror/lang-markdown';
import type { SyntaxNode } from '@lezer/common';
import { Fragment, type ReactNode } from 'react';
import styles from './markdown.module.css';

/** Markdown as elements of the page. Links are shown as their text: where they lead is on the disk of who wrote them. */
export function MarkdownView({ text }: { text: string }): ReactNode {
  return <div className={styles['markdown']}>{partsOf(markdownLanguage.parser.parse(text).topNode, text)}</div>;
}

/** Signs that say how something is meant, and are not read. */
const marks = /Mark$|^(URL|LinkTitle|TableDelimiter|CodeInfo|LinkReference|HTMLBlock|HTMLTag|Comment)$/;

/** The children of a node with the text between them. */
function partsOf(node: SyntaxNode, text: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let at = node.from;
  const between = (to: number) => {
    if (to > at) parts.push(text.slice(at, to));
  };
  for (let child = node.firstChild; child; child = child.nextSibling) {
    between(child.from);
    if (!marks.test(child.name)) parts.push(<Fragment key={child.from}>{elementOf(child, text)}</Fragment>);
    at = child.to;
  }
  between(node.to);
  return parts;
}

function elementOf(node: SyntaxNode, text: string): ReactNode {
  const inside = () => partsOf(node, text);
  switch (node.name) {
    case 'ATXHeading1':
    case 'SetextHeading1':
    case 'ATXHeading2':
    case 'SetextHeading2':
      return <h3>{inside()}</h3>;
    case 'ATXHeading3':
    case 'ATXHeading4':
      return <h4>{inside()}</h4>;
    case 'Paragraph':
      return <p>{inside()}</p>;
    case 'BulletList':
      return <ul>{items(node, text)}</ul>;
    case 'OrderedList':
      return <ol>{items(node, text)}</ol>;
    case 'FencedCode':
    case 'CodeBlock':
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide block is scrolled by keys
      return <pre tabIndex={0}>{codeOf(node, text)}</pre>;
    case 'InlineCode':
      return <code>{inside()}</code>;
    case 'StrongEmphasis':
      return <strong>{inside()}</strong>;
    case 'Emphasis':
      return <em>{inside()}</em>;
    case 'Blockquote':
      return <blockquote>{inside()}</blockquote>;
    case 'HorizontalRule':
      return <hr />;
    case 'Table':
      return (
        <table>
          <tbody>{rows(node, text)}</tbody>
        </table>
      );
    case 'Escape':
      return text.slice(node.from + 1, node.to);
    default:
      return inside();
  }
}

const items = (list: SyntaxNode, text: string): ReactNode[] =>
  list.getChildren('ListItem').map((item) => <li key={item.from}>{partsOf(item, text)}</li>);

const codeOf = (block: SyntaxNode, text: string): string =>
  block
    .getChildren('CodeText')
    .map(({ from, to }) => text.slice(from, to))
    .join('');

function rows(table: SyntaxNode, text: string): ReactNode[] {
  const head = table.getChild('TableHeader');
  const cells = (row: SyntaxNode, Cell: 'th' | 'td') => (
    <tr key={row.from}>
      {row.getChildren('TableCell').map((cell) => (
        <Cell key={cell.from}>{partsOf(cell, text)}</Cell>
      ))}
    </tr>
  );
  return [...(head ? [cells(head, 'th')] : []), ...table.getChildren('TableRow').map((row) => cells(row, 'td'))];
}
