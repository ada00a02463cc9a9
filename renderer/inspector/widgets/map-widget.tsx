import type { ReactNode } from 'react';
import { isJsonObject } from '../../../app/core/graph/json.ts';
import { widget as json } from './json-widget.tsx';
import { MapRows } from './map-rows-list.tsx';
import type { Widget, WidgetProps } from './widget.ts';

/** Names with a value each, as rows. What is in the file and is no such table is shown as JSON. */
function MapWidget(props: WidgetProps): ReactNode {
  const { value } = props;
  const Any = json.component;
  return value === undefined || isJsonObject(value) ? <MapRows {...props} given={value ?? {}} /> : <Any {...props} />;
}

export const widget: Widget = { for: ['map'], component: MapWidget };
