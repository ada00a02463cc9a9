import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { setHead } from '../commands/set-head.ts';
import type { DocumentStore } from '../state/document-store.ts';
import { t } from '../strings/text.ts';
import { Field } from '../ui/field.tsx';
import styles from './inspector.module.css';
import { LockedPart } from './locked-part.tsx';
import { NameField } from './name-field.tsx';

/** What the workflow is called, is for, takes and gives. */
export function WorkflowInspector({ document }: { document: DocumentStore }): ReactNode {
  const doc = useStore(document.store, (state) => state.doc);
  return (
    <div className={styles['inspector']}>
      <div className={styles['head']}>
        <span className={styles['kind']}>{t('inspector.workflow')}</span>
        <LockedPart document={document}>
          <NameField
            label={t('inspector.workflowName')}
            value={doc.head.get('name') ?? ''}
            onCommit={(name) => document.run(setHead, { field: 'name', text: name })}
          />
          <Field label={t('inspector.description')}>
            {(control) => (
              <textarea
                {...control}
                value={doc.head.get('description') ?? ''}
                onChange={({ target }) => document.run(setHead, { field: 'description', text: target.value })}
                onBlur={() => document.seal()}
              />
            )}
          </Field>
        </LockedPart>
      </div>
      <Interface title={t('inspector.inputs')} none={t('inspector.noInputs')} ports={doc.inputs} />
      <Interface title={t('inspector.outputs')} none={t('inspector.noOutputs')} ports={doc.outputs} />
    </div>
  );
}

interface InterfaceProps {
  title: string;
  none: string;
  ports: ReadonlyMap<string, { type: string; description?: string | undefined }>;
}

function Interface({ title, none, ports }: InterfaceProps): ReactNode {
  return (
    <section className={styles['section']}>
      <h3>{title}</h3>
      {ports.size === 0 && <p className={styles['summary']}>{none}</p>}
      <ul className={styles['ports']}>
        {[...ports].map(([name, { type, description }]) => (
          <li key={name} data-port-type={type}>
            <span className={styles['dot']} aria-hidden />
            <span>{name}</span>
            <span className={styles['type']}>{[type, description].filter(Boolean).join(' · ')}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
