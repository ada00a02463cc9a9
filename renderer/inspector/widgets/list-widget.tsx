import type { ReactNode } from 'react';
import { areWords } from './are-words.ts';
import { widget as json } from './json-widget.tsx';
import { Lines } from './lines.tsx';
import type { Widget, WidgetProps } from './widget.ts';

/** A list of words, one a line; any other list as JSON. */
function ListWidget(props: WidgetProps): ReactNode {
  const { items } = props.field.schema as { items?: { type?: string } };
  const isWords = items?.type === 'string' && (props.value === undefined || areWords(props.value));
  const Any = json.component;
  return isWords ? <Lines {...props} /> : <Any {...props} />;
}

export const widget: Widget = { for: ['list'], component: ListWidget };
