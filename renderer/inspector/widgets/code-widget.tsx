import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { CodeBox } from '../../editor/code-box.tsx';
import type { CodeLanguage } from '../../editor/code-language.ts';
import { namesOf } from '../names-of.ts';
import type { Widget, WidgetProps } from './widget.ts';

const languages: { readonly [widget: string]: CodeLanguage } = {
  template: 'liquid',
  expression: 'cel',
  sql: 'sql',
  code: 'javascript',
};

/** A template, an expression, a query or a program. */
function CodeWidget({ control, field, value, onChange, document, node: id, problems }: WidgetProps): ReactNode {
  const node = useStore(document.store, ({ doc }) => doc.nodes.get(id));
  // A node that takes both says which beside it.
  const isTemplate = field.widget === 'expression' && node?.config['language'] === 'template';
  return (
    <CodeBox
      language={isTemplate ? 'liquid' : (languages[field.widget] ?? 'cel')}
      label={field.label}
      text={typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)}
      hint={typeof field.default === 'string' ? field.default : undefined}
      names={node ? namesOf(node) : []}
      problems={problems}
      isInvalid={control['aria-invalid']}
      onChange={(text) => onChange(text === '' && !field.required ? undefined : text)}
    />
  );
}

export const widget: Widget = { for: Object.keys(languages), component: CodeWidget };
