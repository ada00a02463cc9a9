import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { passageOf } from '../../app/core/graph/bypass.ts';
import type { Ports } from '../../app/core/graph/ports.ts';
import type { WorkflowNode } from '../../app/core/graph/workflow.ts';
import { renameNode } from '../commands/rename-node.ts';
import { setColor } from '../commands/set-color.ts';
import { setNodeFlag } from '../commands/set-node-flag.ts';
import { resolveNode } from '../nodes/ports-of.ts';
import { OutdatedNotice } from '../problems/outdated-notice.tsx';
import type { OpenDocument } from '../state/open-documents.ts';
import { t } from '../strings/text.ts';
import { knownColor } from '../theme/colors.ts';
import { Check } from '../ui/check.tsx';
import { ColorSwatches } from '../ui/color-swatches.tsx';
import { NodeIcon } from '../ui/node-icon.tsx';
import { fieldProblems } from './field-problems.ts';
import styles from './inspector.module.css';
import { LastStep } from './last-step.tsx';
import { LockedPart } from './locked-part.tsx';
import { NameField } from './name-field.tsx';
import { NodeExamples } from './node-examples.tsx';
import { NodeForm } from './node-form.tsx';
import { PolicyForm } from './policy-form.tsx';

/** Everything about one node. */
export function NodeInspector({ open, node }: { open: OpenDocument; node: WorkflowNode }): ReactNode {
  const { document } = open;
  const color = useStore(document.store, ({ doc }) => knownColor(doc.colors.get(node.id)));
  const { manifest, ports } = resolveNode(node);
  const problems = useStore(open.checking.store, ({ issues }) => issues);
  const others = fieldProblems(problems, node.id).get('') ?? [];
  const passage = manifest && passageOf(manifest, ports);
  const flag = (name: 'disabled' | 'bypassed' | 'personal') => (on: boolean) =>
    document.run(setNodeFlag, { nodes: [node.id], flag: name, on });
  return (
    <div className={styles['inspector']}>
      <div className={styles['head']}>
        <span className={styles['kind']}>
          <NodeIcon manifest={manifest} />
          {manifest?.title ?? node.type}
        </span>
        <NameField
          label={t('inspector.nodeName')}
          value={node.name ?? manifest?.title ?? node.type}
          onCommit={(name) => document.run(renameNode, { node: node.id, name: name === manifest?.title ? '' : name })}
        />
        <p className={styles['summary']}>{manifest?.summary ?? t('node.unknownType', { type: node.type })}</p>
      </div>
      {others.length > 0 && (
        <ul className={styles['problems']} aria-label={t('panel.problems')}>
          {others.map(({ severity, message }) => (
            <li key={message} data-severity={severity}>
              {message}
            </li>
          ))}
        </ul>
      )}
      <OutdatedNotice open={open} node={node.id} />
      <LockedPart document={document} node={node.id}>
        {manifest && <NodeForm open={open} node={node} manifest={manifest} />}
        <section className={styles['section']}>
          <h3>{t('inspector.behaviour')}</h3>
          <ColorSwatches
            label={t('node.color')}
            value={color}
            onChange={(next) => document.run(setColor, { nodes: [node.id], color: next })}
          />
          <Check label={t('inspector.disabled')} checked={node.disabled === true} onChange={flag('disabled')} />
          <Check
            label={t('inspector.bypassed')}
            help={t(passage ? 'inspector.bypassedHelp' : 'inspector.bypassedNot', passage && { ...passage })}
            checked={node.bypassed === true}
            isDisabled={!passage && node.bypassed !== true}
            onChange={flag('bypassed')}
          />
          <Check
            label={t('inspector.personal')}
            help={t('inspector.personalHelp')}
            checked={node.personal === true}
            onChange={flag('personal')}
          />
        </section>
        {manifest && manifest.inert !== true && <PolicyForm document={document} node={node} manifest={manifest} />}
      </LockedPart>
      {manifest?.inert !== true && <LastStep open={open} node={node.id} />}
      <PortList title={t('inspector.inputs')} ports={ports.inputs} />
      <PortList title={t('inspector.outputs')} ports={ports.outputs} />
      {manifest && <NodeExamples document={document} node={node} manifest={manifest} />}
    </div>
  );
}

function PortList({ title, ports }: { title: string; ports: Ports }): ReactNode {
  const entries = Object.entries(ports);
  if (entries.length === 0) return null;
  return (
    <section className={styles['section']}>
      <h3>{title}</h3>
      <ul className={styles['ports']}>
        {entries.map(([name, port]) => (
          <li key={name} data-port-type={port.type}>
            <span className={styles['dot']} aria-hidden />
            <span>{name}</span>
            <span className={styles['type']}>{[port.type, port.help].filter(Boolean).join(' · ')}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
