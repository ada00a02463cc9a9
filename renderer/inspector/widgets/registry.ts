import type { Widget } from './widget.ts';

/** Every widget: each file `*-widget.tsx` here exports `widget`, and nothing else says that it exists. */
const modules = import.meta.glob<{ widget: Widget }>('./*-widget.tsx', { eager: true });

const byName = new Map<string, Widget>(
  Object.values(modules).flatMap(({ widget }) => widget.for.map((name): [string, Widget] => [name, widget])),
);

/** The widget of that name; where there is none, any value can be written as JSON. */
export function widgetOf(name: string): Widget {
  const widget = byName.get(name) ?? byName.get('json');
  if (!widget) throw new Error('there is no widget for JSON');
  return widget;
}
