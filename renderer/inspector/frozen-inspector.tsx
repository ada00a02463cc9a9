import type { ReactNode } from 'react';
import type { WorkflowNode } from '../../app/core/graph/workflow.ts';
import { resolveNode } from '../nodes/ports-of.ts';
import type { ShownGraph } from '../state/shown-graph.ts';
import { t } from '../strings/text.ts';
import { NodeIcon } from '../ui/node-icon.tsx';
import { ValueView } from '../values/value-view.tsx';
import styles from './inspector.module.css';
import { LastStep } from './last-step.tsx';

/** A node of a graph that cannot be edited: how it was set, and what it did. */
export function FrozenInspector({ graph, node }: { graph: ShownGraph; node: WorkflowNode }): ReactNode {
  const { manifest } = resolveNode(node);
  const flags = [node.disabled && t('inspector.disabled'), node.personal && t('inspector.personal')].filter(Boolean);
  return (
    <div className={styles['inspector']}>
      <div className={styles['head']}>
        <span className={styles['kind']}>
          <NodeIcon manifest={manifest} />
          {manifest?.title ?? node.type}
        </span>
        <h3>{node.name ?? manifest?.title ?? node.type}</h3>
        <p className={styles['summary']}>{manifest?.summary ?? t('node.unknownType', { type: node.type })}</p>
        {flags.length > 0 && <p>{flags.join(' · ')}</p>}
      </div>
      <section className={styles['section']} aria-label={t('frozen.settings')}>
        <h3>{t('frozen.settings')}</h3>
        {Object.keys(node.config).length === 0 && <p className={styles['summary']}>{t('value.none')}</p>}
        {Object.entries(node.config).map(([field, value]) => (
          <div key={field} className={styles['frozenField']}>
            <span>{manifest?.form?.[field]?.label ?? field}</span>
            <ValueView value={value} />
          </div>
        ))}
      </section>
      {manifest?.inert !== true && graph.comparison === undefined && <LastStep open={graph} node={node.id} />}
    </div>
  );
}
