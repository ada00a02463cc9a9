import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { WorkflowEdge } from '../../app/core/graph/workflow.ts';
import { titleOfType } from '../nodes/node-types.ts';
import { useStudio } from '../shell/studio-context.ts';
import { shownName } from '../state/graph-queries.ts';
import type { ShownGraph } from '../state/shown-graph.ts';
import { t } from '../strings/text.ts';
import styles from './inspector.module.css';

/** A wire: where it comes from and goes to, each of which leads to its node. */
export function WireInspector({ graph, edge }: { graph: ShownGraph; edge: WorkflowEdge }): ReactNode {
  const studio = useStudio();
  const doc = useStore(graph.document.store, (state) => state.doc);

  function lead(node: string): void {
    graph.document.select([node]);
    studio.canvas.getState().handle?.reveal(node);
  }

  return (
    <div className={styles['inspector']}>
      <div className={styles['head']}>
        <span className={styles['kind']}>{t('inspector.wire')}</span>
        <dl className={styles['ends']}>
          {(['from', 'to'] as const).map((side) => (
            <div key={side}>
              <dt>{t(`inspector.wire.${side}`)}</dt>
              <dd>
                <button type="button" className={styles['end']} onClick={() => lead(edge[side].node)}>
                  {shownName(doc, edge[side].node, titleOfType)}
                </button>
                <code>{edge[side].port}</code>
              </dd>
            </div>
          ))}
        </dl>
        {graph.kind === 'document' && <p className={styles['summary']}>{t('inspector.wire.help')}</p>}
      </div>
    </div>
  );
}
