import { isJsonObject, type JsonObject } from '../../app/core/nodekit/index.ts';

/** The field of a decision that holds the edited payload. */
export const editedField = 'payload';

/** The schema that the values of a decision must fit: the node's own form, and room for the edited payload. */
export function decisionForm(actions: readonly string[], form: JsonObject | undefined): JsonObject | undefined {
  if (!actions.includes('edit')) return form;
  const properties = isJsonObject(form?.['properties']) ? form['properties'] : {};
  return { type: 'object', ...form, properties: { ...properties, [editedField]: { title: 'Edited payload' } } };
}
