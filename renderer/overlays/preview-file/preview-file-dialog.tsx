import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { looksExported } from '../../../app/core/export/looks-exported.ts';
import { looksRunFile } from '../../../app/core/run/looks-run-file.ts';
import { WorkflowDrawing } from '../../canvas/workflow-drawing.tsx';
import { filePreview } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import type { OverlayProps } from '../overlay.ts';
import { ImportDialog } from './import-dialog.tsx';
import styles from './preview-file.module.css';
import { RunDialog } from './run-dialog.tsx';

/** What of its issues is shown before one looks into them on the canvas. */
const FIRST_ISSUES = 6;

/** A file from elsewhere: a workflow, an exported one with all that it needs, or a run. `given` is its name and text. */
export function PreviewFileDialog({ given, onClose }: OverlayProps): ReactNode {
  const { name, text } = given as GivenFile;
  // A large text is read once, not at each drawing.
  const Shown = useMemo(
    () => (looksExported(text) ? ImportDialog : looksRunFile(text) ? RunDialog : WorkflowPreview),
    [text],
  );
  return <Shown name={name} text={text} onClose={onClose} />;
}

interface GivenFile {
  name: string;
  text: string;
}

/**
 * A workflow file from elsewhere, shown before anything is done with it: nothing of it is kept until a person says so,
 * and nothing is run.
 */
function WorkflowPreview({ name, text, onClose }: GivenFile & { onClose: () => void }): ReactNode {
  const { client, documents, notices } = useStudio();
  const queries = useQueryClient();
  const { data, error } = useQuery(filePreview(client, text));
  const workflow = data?.workflow ?? undefined;
  const issues = data?.issues ?? [];

  async function take(): Promise<void> {
    if (!workflow) return;
    const made = await client.workflow.create({ title: workflow.name, from: { workflow } });
    await queries.invalidateQueries({ queryKey: ['workflows'] });
    await documents.open(made.file);
  }

  return (
    <Dialog
      title={t('preview.title', { file: name })}
      text={t(workflow ? 'preview.text' : data || error ? 'preview.unreadable' : 'preview.reading')}
      size="wide"
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('dialog.cancel')}</Button>
          <Button
            look="primary"
            disabled={!workflow}
            onClick={() => {
              onClose();
              void take().catch(notices.fail);
            }}
          >
            {t('preview.take')}
          </Button>
        </>
      }
    >
      {workflow && (
        <>
          <p className={styles['about']}>
            <strong>{workflow.name}</strong> · {t('preview.size', { nodes: workflow.nodes.length })}
          </p>
          {workflow.description !== undefined && <p>{workflow.description}</p>}
          <WorkflowDrawing workflow={workflow} />
        </>
      )}
      {issues.length > 0 && (
        <ul className={styles['issues']} aria-label={t('preview.issues')}>
          {issues.slice(0, FIRST_ISSUES).map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              {message} <code>{path}</code>
            </li>
          ))}
          {issues.length > FIRST_ISSUES && <li>{t('preview.more', { count: issues.length - FIRST_ISSUES })}</li>}
        </ul>
      )}
    </Dialog>
  );
}
