import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import type { Cleaned, Keeping } from '../../../app/core/contracts/storage.ts';
import { type DiskPart, diskParts } from '../../../app/core/workspace/disk-parts.ts';
import { diskUsage, storagePreview } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { shownBytes } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';
import { Field } from '../../ui/field.tsx';
import words from '../../ui/text.module.css';
import { useTask } from '../../ui/use-task.ts';
import styles from './settings.module.css';

/** What the workspace takes of the disk, what it keeps, and cleaning up. */
export function StorageSection(): ReactNode {
  const { client } = useStudio();
  const { data } = useQuery(diskUsage(client));
  if (!data) return null;
  const bytes = new Map(data.parts.map((one) => [one.part, one]));
  const total = data.parts.reduce((sum, one) => sum + one.bytes, 0);
  return (
    <>
      <p className={styles['intro']}>{t('storage.text', { bytes: shownBytes(total), runs: data.runs })}</p>
      <ul className={styles['rows']} aria-label={t('storage.parts')}>
        {diskParts.map((part) => (
          <PartRow
            key={part}
            part={part}
            bytes={bytes.get(part)?.bytes ?? 0}
            share={(bytes.get(part)?.bytes ?? 0) / Math.max(1, total)}
            cleanable={bytes.get(part)?.cleanable ?? false}
          />
        ))}
      </ul>
      <KeepingForm keeping={data.keeping} />
    </>
  );
}

interface PartProps {
  part: DiskPart;
  bytes: number;
  share: number;
  cleanable: boolean;
}

function PartRow({ part, bytes, share, cleanable }: PartProps): ReactNode {
  const { client } = useStudio();
  const queries = useQueryClient();
  const task = useTask<Cleaned | undefined>();
  const [progress, setProgress] = useState<{ done: number; total: number }>();
  const stopping = useRef<AbortController>(undefined);

  function clean(): void {
    const stop = new AbortController();
    stopping.current = stop;
    setProgress(undefined);
    task.run(async () => {
      let report: Cleaned | undefined;
      try {
        for await (const one of await client.storage.clean({ part }, { signal: stop.signal })) {
          if (one.type === 'report') report = one.report;
          else setProgress(one);
        }
      } catch (thrown) {
        // What was stopped here is no fault.
        if (!stop.signal.aborted) throw thrown;
      }
      await queries.invalidateQueries({ queryKey: ['storage'] });
      await queries.invalidateQueries({ queryKey: ['runs'] });
      return report;
    });
  }

  const name = t(`storage.part.${part}`);
  return (
    <li className={styles['row']} aria-label={name}>
      <div className={styles['words']}>
        <div className={styles['head']}>
          <span className={styles['name']}>{name}</span>
          <span>{shownBytes(bytes)}</span>
        </div>
        <span className={words['about']}>{t(`storage.about.${part}`)}</span>
        <div role="status" className={words['about']}>
          {task.isBusy && progress && progress.total > 0 && t('storage.progress', { ...progress })}
          {!task.isBusy &&
            task.result &&
            t('storage.cleaned', { n: task.result.removed, bytes: shownBytes(task.result.bytes) })}
          {!task.isBusy && stopping.current?.signal.aborted && t('storage.stopped')}
        </div>
        {task.fault && <Fault fault={task.fault} />}
      </div>
      <meter className={styles['share']} aria-label={t('storage.shareOf', { name })} min={0} max={1} value={share} />
      <span className={styles['act']}>
        {!cleanable ? null : task.isBusy ? (
          <Button onClick={() => stopping.current?.abort()} aria-label={t('storage.stopOf', { name })}>
            {t('storage.stop')}
          </Button>
        ) : (
          <Button onClick={clean} aria-label={t('storage.cleanOf', { name })}>
            {t('storage.clean')}
          </Button>
        )}
      </span>
    </li>
  );
}

type Filled = { payloads: string; days: string; runs: string; mb: string };

const amount = (text: string): number | undefined => {
  const value = Number(text);
  return text.trim() === '' || !Number.isInteger(value) || value < 1 ? undefined : value;
};

function limitsOf({ days, runs, mb }: Filled): Keeping['limits'] {
  const [byDays, byRuns, byMb] = [amount(days), amount(runs), amount(mb)];
  return {
    ...(byDays !== undefined && { days: byDays }),
    ...(byRuns !== undefined && { runs: byRuns }),
    ...(byMb !== undefined && { mb: byMb }),
  };
}

/** What a clean-up keeps, with what it would remove as it is filled in. */
function KeepingForm({ keeping: { payloadDays, limits } }: { keeping: Keeping }): ReactNode {
  const { client } = useStudio();
  const queries = useQueryClient();
  const task = useTask<true>();
  const [filled, setFilled] = useState<Filled>({
    payloads: payloadDays === 0 ? '' : String(payloadDays),
    days: String(limits.days ?? ''),
    runs: String(limits.runs ?? ''),
    mb: String(limits.mb ?? ''),
  });
  const { data: preview } = useQuery(storagePreview(client, limitsOf(filled)));

  function submit(event: FormEvent): void {
    event.preventDefault();
    task.run(async () => {
      await client.storage.keep({ payloadDays: amount(filled.payloads) ?? 0, limits: limitsOf(filled) });
      await queries.invalidateQueries({ queryKey: ['storage'] });
      return true;
    });
  }

  const field = (of: keyof Filled, most: number) => (
    <Field label={t(`storage.keep.${of}`)} help={t(`storage.keepHelp.${of}`)}>
      {(control) => (
        <input
          {...control}
          type="number"
          min={1}
          max={most}
          step={1}
          value={filled[of]}
          placeholder={t('storage.noLimit')}
          onChange={({ target }) => setFilled({ ...filled, [of]: target.value })}
        />
      )}
    </Field>
  );
  return (
    <form className={styles['form']} onSubmit={submit} aria-label={t('storage.keeping')}>
      <h4>{t('storage.keeping')}</h4>
      <p className={words['about']}>{t('storage.keepingText')}</p>
      <div className={styles['pair']}>
        {field('days', 36_500)}
        {field('runs', 10_000_000)}
        {field('mb', 10_000_000)}
        {field('payloads', 3650)}
      </div>
      <p role="status">
        {preview &&
          (preview.runs.length > 0
            ? t('storage.preview', { n: preview.runs.length, bytes: shownBytes(preview.bytes) })
            : t('storage.previewNothing'))}
      </p>
      {task.fault && <Fault fault={task.fault} />}
      <div className={styles['buttons']}>
        <Button look="primary" type="submit" aria-disabled={task.isBusy}>
          {t('storage.save')}
        </Button>
        {task.result && <span className={words['about']}>{t('storage.saved')}</span>}
      </div>
    </form>
  );
}
