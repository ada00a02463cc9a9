import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useStudio } from '../../shell/studio-context.ts';
import { addressOfRun } from '../../state/frozen-graph.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Fault } from '../../ui/fault.tsx';
import { useTask } from '../../ui/use-task.ts';
import type { ImportDialogProps } from './import-dialog.tsx';

/** A run that somebody exported: taken in to be looked back at, once a person says so. */
export function RunDialog({ name, text, onClose }: ImportDialogProps): ReactNode {
  const { client, documents } = useStudio();
  const queries = useQueryClient();
  const task = useTask<void>();

  const take = () =>
    task.run(async () => {
      const { runId } = await client.run.importFile({ text });
      await queries.invalidateQueries({ queryKey: ['runs'] });
      await documents.open(addressOfRun(runId));
      onClose();
    });

  return (
    <Dialog
      title={t('importRun.title', { file: name })}
      text={t('importRun.text')}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('dialog.cancel')}</Button>
          <Button look="primary" aria-disabled={task.isBusy} onClick={take}>
            {t('importRun.take')}
          </Button>
        </>
      }
    >
      {task.fault && <Fault fault={task.fault} />}
    </Dialog>
  );
}
