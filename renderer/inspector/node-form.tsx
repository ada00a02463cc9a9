import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { WorkflowNode } from '../../app/core/graph/workflow.ts';
import type { AnyManifest } from '../../app/core/nodekit/define-node.ts';
import { setConfig } from '../commands/set-config.ts';
import type { OpenDocument } from '../state/open-documents.ts';
import { t } from '../strings/text.ts';
import { BoundBy, FieldBinding } from './field-binding.tsx';
import { fieldProblems } from './field-problems.ts';
import { fieldsOf } from './fields-of.ts';
import { FormField } from './form-field.tsx';
import styles from './inspector.module.css';

export interface NodeFormProps {
  open: OpenDocument;
  node: WorkflowNode;
  manifest: AnyManifest;
}

/** The config of a node as a form, made from its manifest. */
export function NodeForm({ open, node, manifest }: NodeFormProps): ReactNode {
  const { document } = open;
  const fields = fieldsOf(manifest);
  const issues = useStore(open.checking.store, (state) => state.issues);
  const problems = fieldProblems(issues, node.id);
  const groups = [...new Set(fields.map(({ group }) => group))];
  const parsed = manifest.config.safeParse(node.config);
  const faults = new Map<PropertyKey | undefined, string>();
  for (const { path, message } of parsed.error?.issues ?? []) faults.set(path[0], message);
  return groups.map((group) => (
    <section key={group ?? ''} className={styles['section']}>
      <h3>{group ?? t('inspector.settings')}</h3>
      {fields
        .filter((field) => field.group === group)
        .map((field) => (
          <FormField
            key={field.name}
            document={document}
            node={node.id}
            field={field}
            value={node.config[field.name]}
            onChange={(value) => document.run(setConfig, { node: node.id, field: field.name, value })}
            fault={faults.get(field.name)}
            problems={problems.get(field.name) ?? []}
            aside={<FieldBinding document={document} node={node} manifest={manifest} field={field} />}
            above={<BoundBy document={document} node={node} field={field} />}
          />
        ))}
    </section>
  ));
}
