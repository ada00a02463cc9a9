import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { isJsonObject, type Json } from '../../app/core/graph/json.ts';
import type { WaitView } from '../../app/core/run/run-view.ts';
import { openReview } from '../rpc/queries.ts';
import { useStudio } from '../shell/studio-context.ts';
import { nodeIn } from '../state/stops.ts';
import { showPanel } from '../state/view-store.ts';
import { t } from '../strings/text.ts';
import { useCanvasDocument } from './canvas-context.ts';
import styles from './wire.module.css';

/** Letters of a value that a wire carries while the run is stopped behind it. */
const GLANCE = 32;

/** On a wire into a step that the run is stopped before: what it brings, and a way to change it. */
export function StopValue({ stop, edge: id }: { stop: WaitView; edge: string }): ReactNode {
  const studio = useStudio();
  const { document, debug } = useCanvasDocument();
  const edge = useStore(document.store, ({ doc }) => doc.edges.get(id));
  const node = useStore(document.store, ({ doc }) => nodeIn(doc, stop.step));
  const draft = useStore(debug.stops, ({ drafts }) => edge && drafts.get(stop.wait)?.get(edge.to.port));
  const { data } = useQuery(openReview(studio.client, stop.wait));
  const inputs = data && isJsonObject(data.payload) ? data.payload : undefined;
  if (!edge || !inputs || edge.to.node !== node || !Object.hasOwn(inputs, edge.to.port)) return null;
  const { port } = edge.to;
  const shown = draft ? draft.text : glance(valueAt(inputs[port], stop, id));
  return (
    <button
      type="button"
      className={styles['value']}
      data-edited={draft !== undefined}
      // Whoever speaks to the page says what stands there.
      aria-label={`${shown}: ${t('debug.onWire', { port })}`}
      title={t('debug.onWire', { port })}
      onClick={() => {
        showPanel(studio.view, 'left', 'debug');
        // The field stands there once the panel does.
        requestAnimationFrame(() =>
          globalThis.document.querySelector<HTMLElement>(`[data-stop-port="${CSS.escape(port)}"]`)?.focus(),
        );
      }}
    >
      {shown.length > GLANCE ? `${shown.slice(0, GLANCE)}…` : shown}
    </button>
  );
}

/** Of a port that takes many the one value of the wire that the run is stopped at. */
function valueAt(arrived: Json | undefined, { edge, place }: WaitView, id: string): Json | undefined {
  return edge === id && place !== undefined && Array.isArray(arrived) ? arrived[place] : arrived;
}

function glance(value: Json | undefined): string {
  if (typeof value === 'string') return value.replace(/\s+/g, ' ');
  if (Array.isArray(value)) return t('debug.items', { count: value.length });
  return JSON.stringify(value) ?? '';
}
