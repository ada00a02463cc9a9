import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { canonicalJson } from '../../app/core/graph/json.ts';
import type { WorkflowNode } from '../../app/core/graph/workflow.ts';
import { setColor } from '../commands/set-color.ts';
import { setConfig } from '../commands/set-config.ts';
import { setLock } from '../commands/set-lock.ts';
import { type SetFlagArgs, setNodeFlag } from '../commands/set-node-flag.ts';
import { manifestOf } from '../nodes/node-types.ts';
import { useStudio } from '../shell/studio-context.ts';
import type { OpenDocument } from '../state/open-documents.ts';
import type { Words } from '../strings/text.ts';
import { t } from '../strings/text.ts';
import { knownColor } from '../theme/colors.ts';
import { Check } from '../ui/check.tsx';
import { ColorSwatches } from '../ui/color-swatches.tsx';
import { fieldsOf } from './fields-of.ts';
import { FormField } from './form-field.tsx';
import styles from './inspector.module.css';

export interface SeveralInspectorProps {
  open: OpenDocument;
  nodes: readonly WorkflowNode[];
  /** Everything that is selected, wires and notes too. */
  count: number;
}

/** What can be set for several nodes at once: states and colour of any, and the fields of those of one type. */
export function SeveralInspector({ open, nodes, count }: SeveralInspectorProps): ReactNode {
  const { notices } = useStudio();
  const { document } = open;
  const doc = useStore(document.store, (state) => state.doc);
  const ids = nodes.map(({ id }) => id);
  const tell = (refused: Words | undefined) => {
    if (refused) notices.tell(refused, { tone: 'warning' });
  };
  const flag = (name: SetFlagArgs['flag'], label: string) => {
    const on = nodes.filter((node) => node[name] === true).length;
    return (
      <Check
        label={label}
        checked={on === nodes.length}
        isMixed={on > 0 && on < nodes.length}
        onChange={(next) => tell(document.run(setNodeFlag, { nodes: ids, flag: name, on: next }))}
      />
    );
  };
  const locked = ids.filter((id) => doc.locks.has(id)).length;
  const [color, ...otherColors] = new Set(ids.map((id) => doc.colors.get(id)));
  return (
    <div className={styles['inspector']}>
      <div className={styles['head']}>
        <h3 className={styles['many']}>{t('inspector.many', { count })}</h3>
        <p className={styles['summary']}>{t('inspector.manyHelp')}</p>
      </div>
      <section className={styles['section']}>
        <h3>{t('inspector.behaviour')}</h3>
        <ColorSwatches
          label={t('node.color')}
          value={otherColors.length === 0 ? knownColor(color) : undefined}
          onChange={(next) => document.run(setColor, { nodes: ids, color: next })}
        />
        {flag('disabled', t('inspector.disabled'))}
        {flag('bypassed', t('inspector.bypassed'))}
        {flag('personal', t('inspector.personal'))}
        <Check
          label={t('inspector.locked')}
          checked={locked === ids.length}
          isMixed={locked > 0 && locked < ids.length}
          onChange={(on) => document.run(setLock, { nodes: ids, on })}
        />
      </section>
      <CommonFields open={open} nodes={nodes} />
    </div>
  );
}

/** The fields of nodes that are all of one type; a field in which they differ is empty until it is written. */
function CommonFields({ open, nodes }: Pick<SeveralInspectorProps, 'open' | 'nodes'>): ReactNode {
  const [first, ...others] = nodes;
  const manifest = first && manifestOf(first.type);
  if (!manifest || others.some(({ type }) => type !== first.type)) return null;
  // What stands for a port of the workflow has a name of its own.
  if (manifest.workflowPort) return null;
  return (
    <section className={styles['section']}>
      <h3>{t('inspector.allOf', { type: manifest.title })}</h3>
      {fieldsOf(manifest).map((field) => {
        const values = nodes.map(({ config }) => config[field.name]);
        const isSame = new Set(values.map((value) => (value === undefined ? '' : canonicalJson(value)))).size === 1;
        return (
          <FormField
            key={field.name}
            document={open.document}
            node={first.id}
            field={isSame ? field : { ...field, help: t('inspector.differs') }}
            value={isSame ? values[0] : undefined}
            onChange={(value) =>
              open.document.run(setConfig, { node: nodes.map(({ id }) => id), field: field.name, value })
            }
            problems={[]}
          />
        );
      })}
    </section>
  );
}
