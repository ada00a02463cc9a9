import type { ReactNode } from 'react';
import type { Json } from '../../../app/core/graph/json.ts';
import {
  editResult,
  editText,
  fieldValue,
  otherForm,
  type PayloadEdit,
  type PayloadField,
  payloadFields,
} from '../../state/payload-edit.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import styles from './reviews.module.css';

export interface PayloadEditorProps {
  payload: Json;
  edit: PayloadEdit;
  onChange: (edit: PayloadEdit) => void;
}

const MOST_ROWS = 8;

/** A payload in the hands of a person: a field for each member of an object, or one text. */
export function PayloadEditor({ payload, edit, onChange }: PayloadEditorProps): ReactNode {
  const other = otherForm(payload, edit);
  return (
    <div className={styles['fields']}>
      {edit.as === 'fields' ? (
        edit.fields.map((field, at) => (
          <MemberInput
            key={field.name}
            field={field}
            isFirst={at === 0}
            onChange={(text) => onChange({ ...edit, fields: edit.fields.with(at, { ...field, text }) })}
          />
        ))
      ) : (
        <Field label={t('review.edit')} error={editResult(payload, edit) ? undefined : t('reviews.noJson')}>
          {(control) => (
            <textarea
              {...control}
              // biome-ignore lint/a11y/noAutofocus: who asks to edit begins to write
              autoFocus
              rows={5}
              value={editText(edit)}
              onChange={({ target }) => onChange({ as: 'text', text: target.value })}
            />
          )}
        </Field>
      )}
      {payloadFields(payload).length > 0 && (
        <div>
          <Button look="quiet" disabled={!other} onClick={() => other && onChange(other)}>
            {t(edit.as === 'fields' ? 'reviews.asJson' : 'reviews.asFields')}
          </Button>
        </div>
      )}
    </div>
  );
}

interface MemberInputProps {
  field: PayloadField;
  isFirst: boolean;
  onChange: (text: string) => void;
}

function MemberInput({ field, isFirst, onChange }: MemberInputProps): ReactNode {
  const { label, kind, text } = field;
  const fault = kind === 'number' ? t('reviews.noNumber') : t('reviews.noJson');
  const rows = Math.min(MOST_ROWS, text.split('\n').length);
  return (
    <Field label={label} error={fieldValue(field) ? undefined : fault}>
      {(control) => {
        // Who asks to edit begins to write.
        const shared = { ...control, autoFocus: isFirst, value: text };
        if (kind === 'flag')
          return (
            <select {...shared} onChange={({ target }) => onChange(target.value)}>
              <option value="true">{t('value.true')}</option>
              <option value="false">{t('value.false')}</option>
            </select>
          );
        if (kind === 'number')
          return <input {...shared} inputMode="decimal" onChange={({ target }) => onChange(target.value)} />;
        return <textarea {...shared} rows={rows} onChange={({ target }) => onChange(target.value)} />;
      }}
    </Field>
  );
}
