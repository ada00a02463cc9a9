import { Plug, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { boundField, holdsCode } from '../../app/core/graph/node-ports.ts';
import type { WorkflowNode } from '../../app/core/graph/workflow.ts';
import type { AnyManifest } from '../../app/core/nodekit/define-node.ts';
import { connectPorts } from '../commands/connect-ports.ts';
import { removeItems } from '../commands/remove-items.ts';
import { titleOfType } from '../nodes/node-types.ts';
import { useStudio } from '../shell/studio-context.ts';
import type { DocumentStore } from '../state/document-store.ts';
import { shownName } from '../state/graph-queries.ts';
import { itemRef } from '../state/items.ts';
import { t } from '../strings/text.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu } from '../ui/menu.tsx';
import { bindingWires } from './binding-wires.ts';
import type { Field } from './fields-of.ts';
import styles from './inspector.module.css';

export interface FieldBindingProps {
  document: DocumentStore;
  node: WorkflowNode;
  manifest: AnyManifest;
  field: Field;
}

/** Lets a wire fill a field, or says why none may. */
export function FieldBinding({ document, node, manifest, field }: FieldBindingProps): ReactNode {
  const { notices } = useStudio();
  const port = `config/${field.name}`;
  const isBound = useBinding(document, node.id, port) !== undefined;
  if (boundField(port, manifest) === undefined) {
    if (!holdsCode(field.name, manifest)) return null;
    return (
      <IconButton
        label={t('bind.code', { field: field.label })}
        icon={Plug}
        data-refused
        onClick={() => notices.tell({ key: 'bind.codeWhy' })}
      />
    );
  }
  if (isBound) return null;
  const entries = () => {
    const { doc } = document.store.getState();
    return bindingWires(doc, node.id, field).map((wire) => ({
      id: `${wire.from.node} ${wire.from.port}`,
      label: `${shownName(doc, wire.from.node, titleOfType)}: ${wire.from.port}`,
      run: () => {
        const refused = document.run(connectPorts, wire);
        if (refused) notices.tell(refused, { tone: 'warning' });
        document.select([node.id]);
      },
    }));
  };
  const none = { id: 'none', label: t('bind.none'), reason: '', run: () => undefined };
  return (
    <Menu
      align="end"
      trigger={<IconButton label={t('bind.fill', { field: field.label })} icon={Plug} />}
      groups={() => {
        const found = entries();
        return [found.length > 0 ? found : [none]];
      }}
    />
  );
}

/** Which wire fills a field, and the way to take it away; nothing where none does. */
export function BoundBy({ document, node, field }: Omit<FieldBindingProps, 'manifest'>): ReactNode {
  const edge = useBinding(document, node.id, `config/${field.name}`);
  const doc = useStore(document.store, (state) => state.doc);
  const from = edge === undefined ? undefined : doc.edges.get(edge)?.from;
  if (edge === undefined || !from) return null;
  return (
    <p className={styles['bound']}>
      <Plug aria-hidden />
      <span>{t('bind.by', { from: `${shownName(doc, from.node, titleOfType)}: ${from.port}` })}</span>
      <IconButton
        label={t('bind.remove', { field: field.label })}
        icon={Unplug}
        onClick={() => document.run(removeItems, { items: [itemRef('edge', edge)] })}
      />
    </p>
  );
}

/** The wire that leads to a port of a field. */
function useBinding(document: DocumentStore, node: string, port: string): string | undefined {
  return useStore(
    document.store,
    ({ doc }) => [...doc.edges.values()].find(({ to }) => to.node === node && to.port === port)?.id,
  );
}
