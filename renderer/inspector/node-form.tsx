import type { ReactNode } from 'react';
import type { WorkflowNode } from '../../app/core/graph/workflow.ts';
import type { AnyManifest } from '../../app/core/nodekit/define-node.ts';
import { setConfig } from '../commands/set-config.ts';
import type { DocumentStore } from '../state/document-store.ts';
import { t } from '../strings/text.ts';
import { Field } from '../ui/field.tsx';
import { type Field as FieldInfo, fieldsOf } from './fields-of.ts';
import styles from './inspector.module.css';
import { widgetOf } from './widgets/registry.ts';

export interface NodeFormProps {
  document: DocumentStore;
  node: WorkflowNode;
  manifest: AnyManifest;
}

/** The config of a node as a form, made from its manifest. */
export function NodeForm({ document, node, manifest }: NodeFormProps): ReactNode {
  const fields = fieldsOf(manifest);
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
          <FormField key={field.name} document={document} node={node} field={field} fault={faults.get(field.name)} />
        ))}
    </section>
  ));
}

interface FormFieldProps {
  document: DocumentStore;
  node: WorkflowNode;
  field: FieldInfo;
  fault: string | undefined;
}

function FormField({ document, node, field, fault }: FormFieldProps): ReactNode {
  const { component: Control } = widgetOf(field.widget);
  const { name, label, help, required, unit } = field;
  return (
    <Field label={unit === undefined ? label : `${label} (${unit})`} help={help} required={required} error={fault}>
      {(control) => (
        <Control
          control={control}
          field={field}
          value={node.config[name]}
          onChange={(value) => document.run(setConfig, { node: node.id, field: name, value })}
          document={document}
          node={node.id}
        />
      )}
    </Field>
  );
}
