import { Plus, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { JsonObject } from '../../../app/core/graph/json.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import styles from '../inspector.module.css';
import { asText, asValue, changedRow, type Row, rowsOf, tableOf } from './map-rows.ts';
import type { WidgetProps } from './widget.ts';

/** The rows of a table of names, each with its value. */
export function MapRows({ field, given, onChange }: WidgetProps & { given: JsonObject }): ReactNode {
  /** While they are written: a row without a name, or with one that is there twice, is not in the file yet. */
  const [draft, setDraft] = useState<readonly Row[]>();
  const rows = draft ?? rowsOf(given);
  const names = rows.map(({ name }) => name);

  function put(next: readonly Row[]): void {
    setDraft(next);
    const after = tableOf(next);
    if (JSON.stringify(after) !== JSON.stringify(given))
      onChange(Object.keys(after).length === 0 && !field.required ? undefined : after);
  }

  return (
    <fieldset
      className={styles['map']}
      aria-label={field.label}
      onBlur={({ currentTarget, relatedTarget }) => {
        const isInside = relatedTarget instanceof Node && currentTarget.contains(relatedTarget);
        if (!isInside && rows.every(({ name }, at) => name !== '' && names.indexOf(name) === at)) setDraft(undefined);
      }}
    >
      {rows.map(({ name, value }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row has no name of its own while it is written
        <div key={at} className={styles['mapRow']}>
          <input
            aria-label={t('map.name', { field: field.label, number: at + 1 })}
            aria-invalid={name === '' || names.indexOf(name) !== at}
            value={name}
            placeholder={t('map.namePlaceholder')}
            onChange={({ target }) => put(changedRow(rows, at, { name: target.value }))}
          />
          <input
            aria-label={t('map.value', { field: field.label, number: at + 1 })}
            value={asText(value)}
            placeholder={t('map.valuePlaceholder')}
            onChange={({ target }) => put(changedRow(rows, at, { value: asValue(target.value, field.schema) }))}
          />
          <IconButton
            icon={Trash2}
            label={t('map.remove', { name: name === '' ? String(at + 1) : name })}
            onClick={() => put(rows.filter((_, other) => other !== at))}
          />
        </div>
      ))}
      <Button onClick={() => put([...rows, { name: '', value: asValue('', field.schema) }])}>
        <Plus aria-hidden />
        {t('map.add')}
      </Button>
    </fieldset>
  );
}
