import { type ReactNode, useState } from 'react';
import type { Json } from '../../app/core/graph/json.ts';
import { Policy, type WorkflowNode } from '../../app/core/graph/workflow.ts';
import type { AnyManifest } from '../../app/core/nodekit/define-node.ts';
import { setPolicy } from '../commands/set-policy.ts';
import type { DocumentStore } from '../state/document-store.ts';
import { t } from '../strings/text.ts';
import { FormField } from './form-field.tsx';
import styles from './inspector.module.css';
import { type PolicyField, policyFields, policyValue, withPolicyValue } from './policy-fields.ts';

export interface PolicyFormProps {
  document: DocumentStore;
  node: WorkflowNode;
  manifest: AnyManifest;
}

/** What the engine does around a node: errors, retries, time limits, cache, budget. */
export function PolicyForm({ document, node, manifest }: PolicyFormProps): ReactNode {
  const [refused, setRefused] = useState<{ field: string; message: string }>();
  const policy = node.policy ?? {};

  function change({ path, field }: PolicyField, value: Json | undefined): void {
    const next = Policy.safeParse(withPolicyValue(policy, path, value));
    // A file with a policy that is none could not be saved: such a value stays out of it.
    if (!next.success) {
      setRefused({ field: field.name, message: next.error.issues[0]?.message ?? '' });
      return;
    }
    setRefused(undefined);
    document.run(setPolicy, { node: node.id, policy: { [path[0]]: next.data[path[0]] } });
  }

  return (
    <details className={styles['section']} open={node.policy !== undefined}>
      <summary>{t('policy.title')}</summary>
      {policyFields(manifest, policy).map((one) => (
        <FormField
          key={one.field.name}
          document={document}
          node={node.id}
          field={one.field}
          value={policyValue(policy, one.path)}
          onChange={(value) => change(one, value)}
          fault={refused?.field === one.field.name ? refused.message : undefined}
          problems={[]}
        />
      ))}
    </details>
  );
}
