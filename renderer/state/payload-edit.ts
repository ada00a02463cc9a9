import { isJsonObject, type Json } from '../../app/core/graph/json.ts';
import { Answer, Confidence, Context, Table } from '../../app/core/graph/values.ts';
import { editableText, editedPayload } from './task-values.ts';

/** A member of a payload, which a person reads and writes by itself. */
export interface PayloadField {
  name: string;
  /** The name as words. */
  label: string;
  kind: 'text' | 'number' | 'flag' | 'json';
  /** As it is written: words as they stand, all else as JSON. */
  text: string;
}

/** A payload while a person edits it: member by member, or as one text. */
export type PayloadEdit = { as: 'fields'; fields: readonly PayloadField[] } | { as: 'text'; text: string };

/** Objects that are shown, and edited, as what they are. */
const shaped = [Answer, Confidence, Context, Table];

/** The members of a payload that is an object and nothing more special; else none. */
export function payloadFields(payload: Json): PayloadField[] {
  if (!isJsonObject(payload) || shaped.some((one) => one.safeParse(payload).success)) return [];
  return Object.entries(payload).map(([name, value]) => ({
    name,
    label: wordsOf(name),
    kind: kindOf(value),
    text: typeof value === 'string' ? value : JSON.stringify(value, undefined, 2),
  }));
}

/** What is written in a field, as a value; undefined where it is none of the field's kind. */
export function fieldValue({ kind, text }: PayloadField): { value: Json } | undefined {
  if (kind === 'text') return { value: text };
  try {
    const value = JSON.parse(text) as Json;
    return kind === 'json' || kindOf(value) === kind ? { value } : undefined;
  } catch {
    return undefined;
  }
}

/** How the edit of a payload begins. */
export function beginEdit(payload: Json): PayloadEdit {
  const fields = payloadFields(payload);
  return fields.length > 0 ? { as: 'fields', fields } : { as: 'text', text: editableText(payload) };
}

/** The edited payload; undefined where what is written is none. */
export function editResult(payload: Json, edit: PayloadEdit): { value: Json } | undefined {
  if (edit.as === 'text') return editedPayload(payload, edit.text);
  const isWhole = edit.fields.every((field) => fieldValue(field) !== undefined);
  return isWhole ? { value: JSON.parse(editText(edit)) as Json } : undefined;
}

/** An edit as one text; what cannot be read in a field stands there as it is written. */
export function editText(edit: PayloadEdit): string {
  if (edit.as === 'text') return edit.text;
  const members = edit.fields.map((field): [string, Json] => {
    const read = fieldValue(field);
    return [field.name, read ? read.value : field.text];
  });
  return JSON.stringify(Object.fromEntries(members), undefined, 2);
}

/** The same edit in its other form; undefined where it has none. */
export function otherForm(payload: Json, edit: PayloadEdit): PayloadEdit | undefined {
  const result = editResult(payload, edit);
  if (!result) return undefined;
  if (edit.as === 'fields') return { as: 'text', text: editText(edit) };
  const fields = payloadFields(result.value);
  return fields.length > 0 ? { as: 'fields', fields } : undefined;
}

function kindOf(value: Json): PayloadField['kind'] {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'flag' : 'json';
}

/** `due_date`, `dueDate` or `due-date` as “Due date”. */
function wordsOf(name: string): string {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
    .replace(/[_-]+/g, ' ')
    .trim();
  return words === '' ? name : words[0]?.toUpperCase() + words.slice(1);
}
