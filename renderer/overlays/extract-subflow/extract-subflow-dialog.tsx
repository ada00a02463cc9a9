import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { fromWireError } from '../../../app/core/contracts/wire-error.ts';
import { type CrossPort, type Extraction, extraction } from '../../commands/extraction.ts';
import { manifestOf } from '../../nodes/node-types.ts';
import { workflowList } from '../../rpc/queries.ts';
import { useActiveDocument, useStudio } from '../../shell/studio-context.ts';
import { convertToSubflow, freeFile } from '../../state/convert-subflow.ts';
import { shownName } from '../../state/graph-queries.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { say, t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import type { OverlayProps } from '../overlay.ts';
import styles from './extract-subflow.module.css';

/** What the workflow that is made of the selection is called, where it is kept, and what its ports are called. */
export function ExtractSubflowDialog({ onClose }: OverlayProps): ReactNode {
  const open = useActiveDocument();
  const [asked] = useState(() => {
    const state = open?.document.store.getState();
    return state && { items: [...state.selection], piece: extraction(state.doc, state.selection) };
  });
  if (!open || !asked || 'refused' in asked.piece) return null;
  return <Form open={open} items={asked.items} piece={asked.piece} onClose={onClose} />;
}

interface FormProps {
  open: OpenDocument;
  items: readonly string[];
  piece: Extraction;
  onClose: () => void;
}

function Form({ open, items, piece, onClose }: FormProps): ReactNode {
  const studio = useStudio();
  const { data = [] } = useQuery(workflowList(studio.client));
  const files = data.map(({ file }) => file);
  const [name, setName] = useState(t('extract.untitled'));
  const [ownFile, setFile] = useState<string>();
  const [inputs, setInputs] = useState(() => piece.inputs.map((port) => port.name));
  const [outputs, setOutputs] = useState(() => piece.outputs.map((port) => port.name));
  const [fault, setFault] = useState<string>();
  const [isWorking, setWorking] = useState(false);
  const form = useId();
  const { doc } = open.document.store.getState();
  const nameOf = (id: string) => shownName(doc, id, (type) => manifestOf(type)?.title);
  const file = ownFile ?? freeFile(name, files);
  const faults = {
    name: name.trim() === '' ? t('workflow.nameless') : undefined,
    file: fault ?? fileFault(file, files),
    inputs: inputs.map((one) => nameFault(one, inputs)),
    outputs: outputs.map((one) => nameFault(one, outputs)),
  };
  const isRight = [faults.name, faults.file, ...faults.inputs, ...faults.outputs].every((one) => one === undefined);

  async function convert(): Promise<void> {
    setWorking(true);
    try {
      await convertToSubflow(studio, open, { items, piece, name: name.trim(), file, names: { inputs, outputs } });
      onClose();
    } catch (thrown) {
      const { code, message } = fromWireError(thrown);
      if (code === 'file.exists' || code === 'host.bad_request') setFault(message);
      else studio.notices.fail(thrown);
    } finally {
      setWorking(false);
    }
  }

  return (
    <Dialog
      title={t('extract.title')}
      text={t('extract.text', { count: piece.tops.length })}
      size="wide"
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('dialog.cancel')}</Button>
          <Button look="primary" type="submit" form={form} disabled={!isRight || isWorking}>
            {t('extract.convert')}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className={styles['form']}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          if (isRight && !isWorking) void convert();
        }}
      >
        <div className={styles['row']}>
          <Field label={t('new.name')} error={faults.name}>
            {(control) => (
              <input
                {...control}
                value={name}
                maxLength={200}
                onFocus={({ target }) => target.select()}
                onChange={({ target }) => setName(target.value)}
              />
            )}
          </Field>
          <Field label={t('extract.file')} error={faults.file}>
            {(control) => (
              <input
                {...control}
                value={file}
                maxLength={300}
                spellCheck={false}
                onChange={({ target }) => {
                  setFault(undefined);
                  setFile(target.value);
                }}
              />
            )}
          </Field>
        </div>
        <div className={styles['row']}>
          <Ports
            title={t('inspector.inputs')}
            none={t('extract.noInputs')}
            ports={piece.inputs}
            nameOf={nameOf}
            names={inputs}
            faults={faults.inputs}
            onChange={setInputs}
          />
          <Ports
            title={t('inspector.outputs')}
            none={t('extract.noOutputs')}
            ports={piece.outputs}
            nameOf={nameOf}
            names={outputs}
            faults={faults.outputs}
            onChange={setOutputs}
          />
        </div>
      </form>
      {piece.warnings.map((warning) => (
        <p key={say(warning)} className={styles['warning']}>
          <TriangleAlert role="img" aria-label={t('problems.warning')} />
          {say(warning)}
        </p>
      ))}
    </Dialog>
  );
}

interface PortsProps {
  title: string;
  none: string;
  ports: readonly CrossPort[];
  /** What a node is called. */
  nameOf: (id: string) => string;
  names: readonly string[];
  faults: readonly (string | undefined)[];
  onChange: (names: string[]) => void;
}

/** The ports of one side, each with a name that can be changed. */
function Ports({ title, none, ports, nameOf, names, faults, onChange }: PortsProps): ReactNode {
  return (
    <fieldset className={styles['ports']}>
      <legend>{title}</legend>
      {ports.length === 0 && <p className={styles['none']}>{none}</p>}
      {ports.map(({ type, from, required }, at) => (
        <div key={`${from.node} ${from.port}`} className={styles['port']} data-port-type={type}>
          <span className={styles['dot']} data-optional={!required} aria-hidden />
          <Field label={t('extract.port', { type, node: nameOf(from.node), port: from.port })} error={faults[at]}>
            {(control) => (
              <input
                {...control}
                value={names[at] ?? ''}
                maxLength={64}
                spellCheck={false}
                onChange={({ target }) => onChange(names.map((one, other) => (other === at ? target.value : one)))}
              />
            )}
          </Field>
        </div>
      ))}
    </fieldset>
  );
}

function nameFault(name: string, all: readonly string[]): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name)) return t('workflow.badName');
  return all.filter((other) => other === name).length > 1 ? t('extract.twice') : undefined;
}

function fileFault(file: string, files: readonly string[]): string | undefined {
  if (!/^workflows\/.+\.flow\.json$/.test(file)) return t('extract.badFile');
  return files.includes(file) ? t('extract.exists') : undefined;
}
