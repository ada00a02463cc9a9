import { useQueryClient } from '@tanstack/react-query';
import { FileUp } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { PricePreview, WrittenPrices } from '../../../app/core/contracts/costs.ts';
import { AppError } from '../../../app/core/errors/app-error.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { pickFile } from '../../state/pick-file.ts';
import { shownUsd } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';
import { Field } from '../../ui/field.tsx';
import words from '../../ui/text.module.css';
import { useTask } from '../../ui/use-task.ts';
import styles from './settings.module.css';

/** A file larger than this is no list of prices. */
const MOST_BYTES = 1_000_000;

/** What was looked at: a text, or that the workspace has no prices of its own. */
interface Looked {
  text: string | null;
  preview: PricePreview;
}

/** The workspace's own prices: a file that a person picks or pastes, shown with what it changes before it counts. */
export function PriceForm({ written }: { written: WrittenPrices | null }): ReactNode {
  const { client } = useStudio();
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const looking = useTask<Looked>();
  const setting = useTask<string>();
  const looked = looking.result;

  const look = (given: string | null) =>
    looking.run(async () => ({ text: given, preview: await client.costs.previewPrices({ text: given }) }));

  function take(file: File): void {
    looking.run(async () => {
      if (file.size > MOST_BYTES) {
        throw new AppError('file.too_large', {
          message: t('prices.tooLarge', { file: file.name }),
          remedy: t('prices.tooLargeRemedy'),
        });
      }
      const given = await file.text();
      setText(given);
      return { text: given, preview: await client.costs.previewPrices({ text: given }) };
    });
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!looked) return;
    setting.run(async () => {
      await client.costs.setPrices({ text: looked.text, base: written?.hash ?? null });
      await queries.invalidateQueries({ queryKey: ['costs'] });
      await queries.invalidateQueries({ queryKey: ['profiles'] });
      looking.forget();
      setText('');
      return t(looked.text === null ? 'prices.removed' : 'prices.saved');
    });
  }

  return (
    <form className={styles['form']} onSubmit={submit} aria-label={t('prices.title')}>
      <h4>{t('prices.title')}</h4>
      <p className={words['about']}>{t('prices.text')}</p>
      <p>
        {written === null
          ? t('prices.ofRelease')
          : written.problem === null
            ? t('prices.own', { date: written.date ?? '', n: written.models })
            : t('prices.broken', { where: written.problem.where, message: written.problem.message })}
      </p>
      <Field label={t('prices.new')} help={t('prices.newHelp')}>
        {(control) => (
          <textarea
            {...control}
            rows={4}
            spellCheck={false}
            value={text}
            placeholder={
              '{ "format": 1, "date": "2026-12-01", "models": { "gpt-4o-mini": { "input": 0.15, "output": 0.6 } } }'
            }
            onChange={({ target }) => {
              setText(target.value);
              looking.forget();
            }}
          />
        )}
      </Field>
      {looking.fault && <Fault fault={looking.fault} />}
      {looked && <Preview {...looked} />}
      {setting.fault && <Fault fault={setting.fault} />}
      <div className={styles['buttons']}>
        <Button onClick={() => pickFile('.json', take)}>
          <FileUp aria-hidden />
          {t('prices.pick')}
        </Button>
        <Button onClick={() => look(text)} aria-disabled={text.trim() === ''}>
          {t('prices.look')}
        </Button>
        {written !== null && <Button onClick={() => look(null)}>{t('prices.remove')}</Button>}
        {looked && (
          <Button look="primary" type="submit" aria-disabled={setting.isBusy}>
            {t(looked.text === null ? 'prices.doRemove' : 'prices.save')}
          </Button>
        )}
        <span role="status" className={words['about']}>
          {setting.result}
        </span>
      </div>
    </form>
  );
}

/** What each profile costs now, and would cost. */
function Preview({ text, preview: { date, models, profiles } }: Looked): ReactNode {
  const shown = (price: PricePreview['profiles'][number]['before']) =>
    price
      ? t('profiles.priceOf', { input: shownUsd(price.input), output: shownUsd(price.output) })
      : t('profiles.priceUnknown');
  return (
    <>
      <p>{text === null ? t('prices.previewRelease') : t('prices.preview', { date, n: models })}</p>
      {profiles.length === 0 && <p className={words['about']}>{t('prices.noProfiles')}</p>}
      {profiles.length > 0 && (
        <table className={styles['table']} aria-label={t('prices.changes')}>
          <thead>
            <tr>
              <th scope="col">{t('prices.profile')}</th>
              <th scope="col">{t('prices.before')}</th>
              <th scope="col">{t('prices.after')}</th>
            </tr>
          </thead>
          <tbody>
            {profiles.map(({ profile, model, before, after }) => (
              <tr key={profile}>
                <th scope="row">
                  {profile} <span className={words['about']}>{model}</span>
                </th>
                <td>{shown(before)}</td>
                <td>{shown(after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
