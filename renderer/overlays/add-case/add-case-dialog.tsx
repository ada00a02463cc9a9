import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import * as z from 'zod';
import { fromWireError } from '../../../app/core/contracts/wire-error.ts';
import { inputsOf } from '../../../app/core/dataset/dataset-case.ts';
import { expectations } from '../../../app/core/dataset/expectations.ts';
import { datasetList, type PreparedCase, preparedCase } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { openOverlay } from '../../state/studio.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Fault } from '../../ui/fault.tsx';
import { Field } from '../../ui/field.tsx';
import words from '../../ui/text.module.css';
import type { OverlayProps } from '../overlay.ts';
import styles from './add-case.module.css';

const Given = z.object({ run: z.string() });
/** In place of the name of a file. */
const NEW = '';

/** A run as a case of a dataset: what it was asked, and what it should answer. */
export function AddCaseDialog({ given, onClose }: OverlayProps): ReactNode {
  const { client } = useStudio();
  const { run } = Given.parse(given);
  const { data, error } = useQuery(preparedCase(client, run));
  const { data: files } = useQuery(datasetList(client));
  return (
    <Dialog title={t('cases.title')} text={t('cases.text')} size="wide" onClose={onClose}>
      {error && <Fault fault={fromWireError(error)} />}
      {data && files && <CaseForm run={run} prepared={data} files={files} onClose={onClose} />}
    </Dialog>
  );
}

interface CaseFormProps {
  run: string;
  prepared: PreparedCase;
  files: readonly string[];
  onClose: () => void;
}

function CaseForm({ run, prepared, files, onClose }: CaseFormProps): ReactNode {
  const studio = useStudio();
  const queries = useQueryClient();
  const { case: made, personal, referenceFrom } = prepared;
  const was = typeof made.reference === 'string' ? made.reference : '';
  const [file, setFile] = useState(files[0] ?? NEW);
  const [name, setName] = useState('cases');
  const [reference, setReference] = useState(was);
  const [expect, setExpect] = useState(made.expect ?? 'answer');
  const [why, setWhy] = useState(made.why ?? '');
  const [tags, setTags] = useState((made.tags ?? []).join(', '));
  const [choice, setChoice] = useState<'redact' | 'keep'>();
  const [fault, setFault] = useState<unknown>();
  const target = file === NEW ? `datasets/${name.trim().replace(/\.jsonl$/, '')}.jsonl` : file;
  const code = fault === undefined ? undefined : fromWireError(fault).code;
  const isDuplicate = code === 'dataset.duplicate';
  const mustChoose = personal.length > 0 || code === 'dataset.personal';

  async function add(update: boolean): Promise<void> {
    setFault(undefined);
    try {
      const added = await studio.client.dataset.add({
        ...{ run, file: target, expect },
        ...((reference !== was || referenceFrom === null) && reference.trim() !== '' && { reference }),
        ...(why.trim() !== '' && { why }),
        tags: tags.split(',').flatMap((tag) => (tag.trim() === '' ? [] : [tag.trim()])),
        ...(choice && { personal: choice }),
        ...(update && { update }),
      });
      await queries.invalidateQueries({ queryKey: ['datasets'] });
      studio.notices.tell({ key: added.updated ? 'cases.updated' : 'cases.added', values: { file: added.file } });
      openOverlay(studio, 'dataset', { file: added.file, line: added.line });
    } catch (thrown) {
      setFault(thrown);
    }
  }

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void add(isDuplicate);
  };

  return (
    <form className={styles['form']} onSubmit={submit}>
      <div className={styles['row']}>
        <Field label={t('cases.dataset')}>
          {(control) => (
            <select
              {...control}
              value={file}
              onChange={({ target: { value } }) => {
                setFile(value);
                setFault(undefined);
              }}
            >
              {files.map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
              <option value={NEW}>{t('cases.newDataset')}</option>
            </select>
          )}
        </Field>
        {file === NEW && (
          <Field label={t('cases.newName')}>
            {(control) => <input {...control} value={name} onChange={({ target: { value } }) => setName(value)} />}
          </Field>
        )}
        <Field label={t('cases.expect')}>
          {(control) => (
            <select
              {...control}
              value={expect}
              onChange={({ target: { value } }) => setExpect(value as (typeof expectations)[number])}
            >
              {expectations.map((one) => (
                <option key={one} value={one}>
                  {t(`cases.expect.${one}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <dl className={styles['inputs']} aria-label={t('cases.inputs')}>
        {Object.entries(inputsOf(made)).map(([input, value]) => (
          <div key={input}>
            <dt>{input}</dt>
            <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
      <Field
        label={t('cases.reference')}
        required
        help={t(referenceFrom === null ? 'cases.referenceMissing' : `cases.from.${referenceFrom}`)}
      >
        {(control) => (
          <textarea
            {...control}
            rows={4}
            required
            value={reference}
            onChange={({ target: { value } }) => setReference(value)}
          />
        )}
      </Field>
      {(made.sources ?? []).length > 0 && (
        <p className={words['about']}>{t('cases.sources', { files: (made.sources ?? []).join(', ') })}</p>
      )}
      <div className={styles['row']}>
        <Field label={t('cases.why')}>
          {(control) => <input {...control} value={why} onChange={({ target: { value } }) => setWhy(value)} />}
        </Field>
        <Field label={t('cases.tags')}>
          {(control) => <input {...control} value={tags} onChange={({ target: { value } }) => setTags(value)} />}
        </Field>
      </div>
      {mustChoose && (
        <fieldset className={styles['personal']}>
          <legend>{t('cases.personal', { members: personal.join(', ') })}</legend>
          {(['redact', 'keep'] as const).map((one) => (
            <label key={one}>
              <input type="radio" name="personal" checked={choice === one} onChange={() => setChoice(one)} />
              {t(`cases.personal.${one}`)}
            </label>
          ))}
        </fieldset>
      )}
      {fault !== undefined && <Fault fault={fromWireError(fault)} />}
      <div className={styles['buttons']}>
        <Button onClick={onClose}>{t('dialog.cancel')}</Button>
        <Button type="submit" look="primary" disabled={mustChoose && choice === undefined}>
          {t(isDuplicate ? 'cases.update' : 'cases.addNow')}
        </Button>
      </div>
    </form>
  );
}
