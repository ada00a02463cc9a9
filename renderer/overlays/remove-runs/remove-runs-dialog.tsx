import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { fromWireError } from '../../../app/core/contracts/wire-error.ts';
import { type KeptBecause, keptBecause } from '../../../app/core/run/run-removal.ts';
import { runRemoval } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { shownBytes } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Fault } from '../../ui/fault.tsx';
import { useTask } from '../../ui/use-task.ts';
import type { OverlayProps } from '../overlay.ts';

/** Says what removing runs frees, and which stay and why, before anything goes. */
export function RemoveRunsDialog({ given, onClose }: OverlayProps): ReactNode {
  const { client, notices } = useStudio();
  const queries = useQueryClient();
  const task = useTask<void>();
  const runs = Array.isArray(given) ? given.map(String) : [];
  const { data, error } = useQuery(runRemoval(client, runs));
  const count = data?.runs.length ?? 0;

  function remove(): void {
    task.run(async () => {
      const { runs: gone, bytes } = await client.run.remove({ runs });
      notices.tell({ key: 'removeRuns.done', values: { n: gone.length, bytes: shownBytes(bytes) } });
      await queries.invalidateQueries({ queryKey: ['runs'] });
      onClose();
    });
  }

  return (
    <Dialog
      title={t('removeRuns.title')}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('dialog.cancel')}</Button>
          {count > 0 && (
            <Button look="danger" onClick={remove} aria-disabled={task.isBusy}>
              {t('removeRuns.remove', { n: count })}
            </Button>
          )}
        </>
      }
    >
      {error && <Fault fault={fromWireError(error)} />}
      {data && (
        <>
          <p>
            {count > 0 ? t('removeRuns.text', { n: count, bytes: shownBytes(data.bytes) }) : t('removeRuns.nothing')}
          </p>
          {keptBecause
            .map((because) => ({ because, n: data.kept.filter((one) => one.because === because).length }))
            .filter(({ n }) => n > 0)
            .map(({ because, n }) => (
              <Kept key={because} because={because} n={n} />
            ))}
        </>
      )}
      {task.fault && <Fault fault={task.fault} />}
    </Dialog>
  );
}

function Kept({ because, n }: { because: KeptBecause; n: number }): ReactNode {
  return <p>{t(`removeRuns.kept.${because}`, { n })}</p>;
}
