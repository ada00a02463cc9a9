import { type ReactNode, useId } from 'react';
import type { Json } from '../../app/core/graph/json.ts';
import type { WorkflowNode } from '../../app/core/graph/workflow.ts';
import type { AnyManifest } from '../../app/core/nodekit/define-node.ts';
import { setConfig } from '../commands/set-config.ts';
import { useStudio } from '../shell/studio-context.ts';
import type { DocumentStore } from '../state/document-store.ts';
import { openOverlay } from '../state/studio.ts';
import { t } from '../strings/text.ts';
import { Button } from '../ui/button.tsx';
import styles from './inspector.module.css';

export interface NodeExamplesProps {
  document: DocumentStore;
  node: WorkflowNode;
  manifest: AnyManifest;
}

/** Ready-made settings, taken by a click, and the way to the documentation of the type. */
export function NodeExamples({ document, node, manifest }: NodeExamplesProps): ReactNode {
  const studio = useStudio();
  const id = useId();

  /** All of it is one step: undone, the settings are as they were. */
  function take(title: string, config: { [field: string]: Json }): void {
    // Typing before it is a step of its own.
    document.seal();
    const from = document.mark();
    for (const field of new Set([...Object.keys(node.config), ...Object.keys(config)]))
      document.run(setConfig, { node: node.id, field, value: config[field] });
    document.squash(from, { key: 'config.example', values: { title } });
  }

  return (
    <section className={styles['section']}>
      <h3>{t('inspector.help')}</h3>
      <ul className={styles['examples']} aria-label={t('inspector.examples')}>
        {(manifest.examples ?? []).map(({ title, config }, place) => (
          <li key={title}>
            <span id={`${id}-${place}`}>{title}</span>
            <Button aria-describedby={`${id}-${place}`} onClick={() => take(title, config)}>
              {t('inspector.useExample')}
            </Button>
          </li>
        ))}
      </ul>
      <Button className={styles['docs']} onClick={() => openOverlay(studio, 'node-docs', manifest.type)}>
        {t('inspector.docs')}
      </Button>
    </section>
  );
}
