import { type ReactNode, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { WorkflowChange } from '../../../app/core/graph/diff-workflows.ts';
import { nodeTypes, titleOfType } from '../../nodes/node-types.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { type ChangedPart, changedParts, placeIn } from '../../state/changed-parts.ts';
import type { Doc } from '../../state/document.ts';
import type { ComparedVersions } from '../../state/frozen-graph.ts';
import { EARLIER } from '../../state/graph-marks.ts';
import { shownName } from '../../state/graph-queries.ts';
import { itemOf, itemRef } from '../../state/items.ts';
import type { ShownGraph } from '../../state/shown-graph.ts';
import { t } from '../../strings/text.ts';
import words from '../../ui/text.module.css';
import { WordDiff } from '../../ui/word-diff.tsx';
import { valueText } from '../../values/value-text.ts';
import shared from '../panel-body.module.css';
import { ChangeList } from './change-list.tsx';
import styles from './compare.module.css';
import { useChosenNode } from './use-chosen-node.ts';

const keyOf = ({ kind, id }: ChangedPart) => `${kind} ${id}`;

/** Two versions of a workflow: what is new, gone or set otherwise, and each field of it with the words that differ. */
export function VersionComparison({ graph, about }: { graph: ShownGraph; about: ComparedVersions }): ReactNode {
  const studio = useStudio();
  const doc = useStore(graph.document.store, (state) => state.doc);
  const parts = useMemo(() => changedParts(about.diff), [about]);
  const [looked, setLooked] = useState(parts[0] && keyOf(parts[0]));
  useChosenNode(graph, (item) => {
    const { kind, id } = itemOf(item);
    const part = parts.find((one) => one.kind === kind && (one.id === id || EARLIER + one.id === id));
    if (part) setLooked(keyOf(part));
  });
  const part = parts.find((one) => keyOf(one) === looked);
  const rows = parts.map((one) => ({
    key: keyOf(one),
    name: nameOf(one, doc),
    text: one.kind === 'layout' ? t('compare.places', { count: one.changes.length }) : t(`mark.versions.${one.mark}`),
    mark: one.mark,
  }));

  function look(key: string): void {
    setLooked(key);
    const chosen = parts.find((one) => keyOf(one) === key);
    if (chosen?.kind === 'node') {
      graph.document.select([chosen.id]);
      studio.canvas.getState().handle?.reveal(chosen.id);
    }
    if (chosen?.kind === 'edge')
      graph.document.select([chosen.id, EARLIER + chosen.id].map((id) => itemRef('edge', id)));
  }

  return (
    <div className={styles['body']}>
      <section className={styles['list']} aria-label={t('compare.versions')}>
        <p className={words['note']} role="status">
          {parts.length === 0 ? t('compare.sameVersions') : t('compare.parts', { count: parts.length })}
        </p>
        <ChangeList label={t('compare.list')} rows={rows} looked={looked} onLook={look} />
      </section>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is long is scrolled by keys */}
      <section className={shared['details']} aria-label={t('compare.details')} tabIndex={0}>
        {part && (
          <div className={styles['step']}>
            <h3>{nameOf(part, doc)}</h3>
            {part.changes.map((change) => (
              <Change key={change.path} part={part} change={change} doc={doc} />
            ))}
          </div>
        )}
      </section>
    </div>
  );
}

function Change({ part, change, doc }: { part: ChangedPart; change: WorkflowChange; doc: Doc }): ReactNode {
  const label = fieldName(part, change, doc);
  const [before, after] = [change.before, change.after].map((value) => (value === undefined ? '' : valueText(value)));
  return (
    <div>
      <div className={shared['portName']}>
        {[label, change.kind === 'changed' ? undefined : t(`compare.field.${change.kind}`)].filter(Boolean).join(' · ')}
      </div>
      <WordDiff before={before ?? ''} after={after ?? ''} label={label} />
    </div>
  );
}

/** What the form of a node calls a field; elsewhere where it stands in the file. */
function fieldName(part: ChangedPart, change: WorkflowChange, doc: Doc): string {
  const place = placeIn(part, change);
  const [, field = ''] = /^config\.([^.]+)$/.exec(place) ?? [];
  const type = part.kind === 'node' ? doc.nodes.get(part.id)?.type : undefined;
  return nodeTypes.get(type ?? '')?.manifest.form?.[field]?.label ?? place;
}

function nameOf({ kind, id, changes }: ChangedPart, doc: Doc): string {
  if (kind === 'workflow' || kind === 'layout') return t(`compare.${kind}`);
  if (kind === 'node') return shownName(doc, id, titleOfType);
  const edge = doc.edges.get(id) ?? doc.edges.get(EARLIER + id);
  if (!edge) return changes[0]?.path ?? id;
  const end = ({ node, port }: { node: string; port: string }) => `${shownName(doc, node, titleOfType)}.${port}`;
  return t('compare.wire', { from: end(edge.from), to: end(edge.to) });
}
