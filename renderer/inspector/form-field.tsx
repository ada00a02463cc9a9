import { ArrowUp, Plus, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Json, JsonObject } from '../../app/core/graph/json.ts';
import type { DocumentStore } from '../state/document-store.ts';
import { t } from '../strings/text.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { type FieldProblem, problemsWithin } from './field-problems.ts';
import { type Field as FieldInfo, fieldsOfRecords } from './fields-of.ts';
import styles from './inspector.module.css';
import { widgetOf } from './widgets/registry.ts';

export interface FormFieldProps {
  document: DocumentStore;
  node: string;
  field: FieldInfo;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  /** What the schema says of the value as it is now. */
  fault?: string | undefined;
  problems: readonly FieldProblem[];
  /** At the end of its label's line, and above its control. */
  aside?: ReactNode;
  above?: ReactNode;
}

/** One field with its label, its help and what is wrong with it. */
export function FormField(props: FormFieldProps): ReactNode {
  const { field, value, fault, problems, aside, above } = props;
  const parts = fieldsOfRecords(field);
  if (parts.length > 0 && (value === undefined || areRecords(value)))
    return <RecordList {...props} parts={parts} records={value ?? []} />;
  const { component: Control } = widgetOf(field.widget);
  const { label, help, required, unit } = field;
  const said = (severity: FieldProblem['severity']) =>
    problems.find((problem) => problem.severity === severity)?.message;
  return (
    <Field
      label={unit === undefined ? label : `${label} (${unit})`}
      help={help}
      required={required}
      error={fault ?? said('error')}
      warning={said('warning')}
      aside={aside}
      above={above}
    >
      {(control) => <Control control={control} {...props} />}
    </Field>
  );
}

interface RecordListProps extends FormFieldProps {
  parts: readonly FieldInfo[];
  records: readonly JsonObject[];
}

/** A list of records, each a small form. */
function RecordList({ parts, records, ...props }: RecordListProps): ReactNode {
  const { field, onChange, problems } = props;
  const { label, help } = field;
  // Of what is wrong inside a record the record tells, once the host has said which.
  const error = problems.find(({ at }) => at === '')?.message;
  const put = (next: readonly JsonObject[]) => onChange(next.length === 0 && !field.required ? undefined : [...next]);
  return (
    <fieldset className={styles['records']}>
      <legend>{label}</legend>
      {help !== undefined && <p className={styles['type']}>{help}</p>}
      {records.map((record, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a record has no name but its place
        <fieldset key={place} className={styles['record']}>
          <legend className={styles['hidden']}>{t('inspector.record', { list: label, number: place + 1 })}</legend>
          <span className={styles['recordHead']}>
            <span className={styles['type']}>{place + 1}</span>
            {place > 0 && (
              <IconButton
                icon={ArrowUp}
                label={t('inspector.recordUp', { number: place + 1 })}
                onClick={() => put(movedUp(records, place))}
              />
            )}
            <IconButton
              icon={Trash2}
              label={t('inspector.recordRemove', { number: place + 1 })}
              onClick={() => put(records.filter((_, other) => other !== place))}
            />
          </span>
          {parts.map((part) => (
            <FormField
              {...props}
              aside={undefined}
              above={undefined}
              key={part.name}
              field={part}
              fault={undefined}
              value={record[part.name]}
              problems={problemsWithin(problems, `[${place}].${part.name}`)}
              onChange={(value) =>
                put(records.map((one, other) => (other === place ? changed(one, part, value) : one)))
              }
            />
          ))}
        </fieldset>
      ))}
      {error !== undefined && <p className={styles['fault']}>{error}</p>}
      <Button onClick={() => put([...records, emptyRecord(parts)])}>
        <Plus aria-hidden />
        {t('inspector.recordAdd')}
      </Button>
    </fieldset>
  );
}

const areRecords = (value: Json): value is JsonObject[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one));

function changed(record: JsonObject, { name }: FieldInfo, value: Json | undefined): JsonObject {
  const { [name]: _old, ...rest } = record;
  return value === undefined ? rest : { ...record, [name]: value };
}

function movedUp(records: readonly JsonObject[], place: number): JsonObject[] {
  const next = [...records];
  next.splice(place - 1, 0, ...next.splice(place, 1));
  return next;
}

/** With what each record must have: the first of a choice, and a text that is still to be written. */
function emptyRecord(parts: readonly FieldInfo[]): JsonObject {
  return Object.fromEntries(
    parts.filter(({ required }) => required).map(({ name, schema }) => [name, firstOf(schema)]),
  );
}

function firstOf(schema: JsonObject): Json {
  const { enum: choices, type, minimum } = schema;
  if (Array.isArray(choices)) return choices[0] ?? null;
  if (type === 'number' || type === 'integer') return typeof minimum === 'number' ? minimum : 0;
  if (type === 'boolean') return false;
  return type === 'object' ? {} : type === 'array' ? [] : '';
}
