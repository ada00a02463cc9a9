import { isJsonObject, type Json, type JsonObject } from '../../app/core/graph/json.ts';
import { Answer } from '../../app/core/graph/values.ts';

/** What a person may fill in beside a decision, by the form of the task. */
export interface TaskField {
  name: string;
  label: string;
  /** Of a text the words are taken as they stand, whatever they look like. */
  isText: boolean;
  /** The only texts that may be given, when the form names them. */
  choices: readonly string[];
  required: boolean;
}

/** The field of a decision that holds the edited payload (nodes/human-review). */
export const editedField = 'payload';

/** The fields of a form; that of the edited payload has an editor of its own. */
export function taskFields(form: JsonObject | null, actions: readonly string[]): TaskField[] {
  const properties = isJsonObject(form?.['properties']) ? form['properties'] : {};
  const required = Array.isArray(form?.['required']) ? form['required'] : [];
  return Object.entries(properties).flatMap(([name, schema]) => {
    if (name === editedField && actions.includes('edit')) return [];
    const about = isJsonObject(schema) ? schema : {};
    const { title, type, enum: choices } = about;
    const field: TaskField = {
      name,
      label: typeof title === 'string' ? title : name,
      isText: type === 'string',
      choices: Array.isArray(choices) ? choices.filter((one) => typeof one === 'string') : [],
      required: required.includes(name),
    };
    return [field];
  });
}

/** What was filled in, as values: empty fields say nothing. */
export function readFields(fields: readonly TaskField[], texts: Readonly<Record<string, string>>): JsonObject {
  const filled = fields.flatMap(({ name, isText }): [string, Json][] => {
    const text = texts[name] ?? '';
    return text.trim() === '' ? [] : [[name, isText ? text : jsonOr(text)]];
  });
  return Object.fromEntries(filled);
}

/** The part of a payload that people write: a text, what an answer says, else the whole as JSON. */
export function editableText(payload: Json): string {
  if (typeof payload === 'string') return payload;
  const answer = Answer.safeParse(payload);
  return answer.success ? answer.data.text : JSON.stringify(payload, undefined, 2);
}

/** The payload with its text edited; undefined where the text is no JSON and the payload must be some. */
export function editedPayload(payload: Json, text: string): { value: Json } | undefined {
  if (typeof payload === 'string') return { value: text };
  if (Answer.safeParse(payload).success && isJsonObject(payload)) {
    const { citations } = Answer.parse(payload);
    // A source that nothing in the text points to any more is no source of it.
    const kept = citations.filter(({ marker }) => text.includes(`[${marker}]`));
    return { value: { ...payload, text, citations: kept as unknown as Json } };
  }
  try {
    return { value: JSON.parse(text) as Json };
  } catch {
    return undefined;
  }
}

/** JSON where it is some, else the text. */
export function jsonOr(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
