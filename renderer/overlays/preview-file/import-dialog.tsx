import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import type { ImportPreview } from '../../../app/core/contracts/exporting.ts';
import { fromWireError } from '../../../app/core/contracts/wire-error.ts';
import { importedName } from '../../../app/core/export/exported-workflow.ts';
import { WorkflowDrawing } from '../../canvas/workflow-drawing.tsx';
import { importPreview } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { openOverlay } from '../../state/studio.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Check } from '../../ui/check.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Fault } from '../../ui/fault.tsx';
import { Field } from '../../ui/field.tsx';
import { useRested } from '../../ui/use-rested.ts';
import { useTask } from '../../ui/use-task.ts';
import { askedFor } from '../export-file/asked-for.ts';
import { profileWords } from '../export-file/required-things.ts';
import styles from './preview-file.module.css';

export interface ImportDialogProps {
  /** How its user calls the file. */
  name: string;
  text: string;
  onClose: () => void;
}

/** An exported workflow from somebody: what it is, what it asks for and what importing does, before any of it is done. */
export function ImportDialog({ name, text, onClose }: ImportDialogProps): ReactNode {
  const studio = useStudio();
  const { client, documents, notices } = studio;
  const queries = useQueryClient();
  const task = useTask<void>();
  const [withProfiles, setWithProfiles] = useState(false);
  const [called, setCalled] = useState<string>();
  // A name that is being written is no name yet.
  const rested = useRested(called ?? '');
  const fault = called === undefined || importedName.test(called) ? undefined : t('importFile.noName');
  const as = called !== undefined && importedName.test(rested) ? { as: rested } : {};
  const { data, error, isPlaceholderData } = useQuery(importPreview(client, text, { withProfiles, ...as }));
  const isSettled = data !== undefined && !isPlaceholderData && (called ?? '') === rested && fault === undefined;
  const hasOwnProfiles = data?.requires.profiles.some(({ builtIn }) => !builtIn) ?? false;

  function take({ inTheWay, requires }: ImportPreview): void {
    task.run(async () => {
      const { file } = await client.exporting.take({ text, withProfiles, rename: inTheWay.length > 0, ...as });
      await queries.invalidateQueries();
      await documents.open(file);
      onClose();
      const n = requires.grants.length;
      if (n === 0) notices.tell({ key: 'importFile.done' });
      else {
        const show = {
          label: { key: 'importFile.show' } as const,
          run: () => openOverlay(studio, 'settings', 'grants'),
        };
        notices.tell({ key: 'importFile.doneAsking', values: { n } }, { actions: [show], stays: true });
      }
    });
  }

  return (
    <Dialog
      title={t('importFile.title', { file: name })}
      text={t(data ? 'importFile.text' : error ? 'importFile.unreadable' : 'preview.reading')}
      size="wide"
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('dialog.cancel')}</Button>
          <Button
            look="primary"
            disabled={!isSettled}
            aria-disabled={task.isBusy}
            onClick={() => isSettled && take(data)}
          >
            {t(data && data.inTheWay.length > 0 ? 'importFile.takeRenamed' : 'importFile.take')}
          </Button>
        </>
      }
    >
      {error && <Fault fault={fromWireError(error)} />}
      {task.fault && <Fault fault={task.fault} />}
      {data && (
        <div className={styles['import']}>
          <p>
            <strong>{data.workflow.name}</strong> ·{' '}
            {t('importFile.madeBy', { version: data.pipewright, hash: data.hash.slice(0, 12) })}
          </p>
          {data.workflow.description !== undefined && <p>{data.workflow.description}</p>}
          <WorkflowDrawing workflow={data.workflow} />
          <Field label={t('importFile.name')} help={t('importFile.nameHelp')} error={fault}>
            {(control) => (
              <input
                {...control}
                value={called ?? nameOf(data.report.file)}
                maxLength={100}
                spellCheck={false}
                onChange={({ target }) => setCalled(target.value)}
              />
            )}
          </Field>
          <Asked preview={data} />
          {hasOwnProfiles && (
            <Check
              label={t('importFile.withProfiles')}
              help={t('importFile.withProfilesHelp')}
              checked={withProfiles}
              onChange={setWithProfiles}
            />
          )}
          <Changes preview={data} />
        </div>
      )}
    </Dialog>
  );
}

/** `workflows/ship.flow.json` is called `ship`. */
const nameOf = (file: string) => file.replace(/^workflows\//, '').replace(/\.flow\.json$/, '');

/** What it reaches, whom it asks, and what it needs beside that. */
function Asked({ preview: { requires, report } }: { preview: ImportPreview }): ReactNode {
  const id = useId();
  const { profiles, grants, secrets, documents, collections, tables, abilities } = requires;
  const stateOf = (name: string) => {
    if (report.added.profiles.includes(name)) return 'added' as const;
    return Object.hasOwn(report.leftOut, name) ? ('leftOut' as const) : ('own' as const);
  };
  const others = [
    ...secrets.map((secret) => t('requires.secret', { name: secret })),
    ...tables.map(({ name, file }) => t('requires.table', { name, file })),
    ...collections.map(({ name, documents: files }) => t('requires.collection', { name, files: files.join(', ') })),
    ...documents.map((pattern) => t('requires.documents', { pattern })),
    ...(abilities.includes('code') ? [t('requires.code')] : []),
  ];
  return (
    <section aria-labelledby={id}>
      <h3 id={id}>{t('importFile.asks')}</h3>
      <ul>
        {grants.map((grant) => (
          <li key={grant}>
            {askedFor(grant)} <em>{t('importFile.notGranted')}</em>
          </li>
        ))}
        {profiles.map((profile) => (
          <li key={profile.name}>
            {profileWords(profile)} <em>{t(`importFile.profile.${stateOf(profile.name)}`)}</em>
          </li>
        ))}
        {others.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      {grants.length + profiles.length + others.length === 0 && <p>{t('exportFile.needsNothing')}</p>}
    </section>
  );
}

/** What importing writes. */
function Changes({ preview: { report, inTheWay } }: { preview: ImportPreview }): ReactNode {
  const id = useId();
  const { written, same, renamed, added, kept } = report;
  const config = Object.entries(added).flatMap(([part, names]) => names.map((one) => `${part}.${one}`));
  return (
    <section aria-labelledby={id}>
      <h3 id={id}>{t('importFile.writes')}</h3>
      {inTheWay.length > 0 && <p role="status">{t('importFile.inTheWay', { files: inTheWay.join(', ') })}</p>}
      <ul>
        {written.map((file) => (
          <li key={file}>{file}</li>
        ))}
        {same.map((file) => (
          <li key={file}>{t('importFile.same', { file })}</li>
        ))}
        {config.map((one) => (
          <li key={one}>pipewright.json: {one}</li>
        ))}
        {kept.map((one) => (
          <li key={one}>{t('importFile.kept', { name: one })}</li>
        ))}
        {Object.entries(renamed).map(([old, now]) => (
          <li key={old}>{t('importFile.renamed', { old, now })}</li>
        ))}
      </ul>
    </section>
  );
}
