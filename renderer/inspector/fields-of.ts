import * as z from 'zod';
import type { Json, JsonObject } from '../../app/core/graph/json.ts';
import type { AnyManifest, FieldForm } from '../../app/core/nodekit/define-node.ts';

/** One field of a node's config, as a form shows it. */
export interface Field {
  name: string;
  label: string;
  help: string | undefined;
  group: string | undefined;
  unit: string | undefined;
  widget: string;
  /** It holds expressions or templates, whatever its widget. */
  isCode: boolean;
  /** Of a list of records: widgets of their parts. */
  parts?: { readonly [part: string]: string };
  /** JSON Schema of its value. */
  schema: JsonObject;
  required: boolean;
  default: Json | undefined;
}

const known = new WeakMap<AnyManifest, readonly Field[]>();

/** The fields of a node type in the order of its form, then those that the form does not name. */
export function fieldsOf(manifest: AnyManifest): readonly Field[] {
  const made = known.get(manifest) ?? make(manifest);
  known.set(manifest, made);
  return made;
}

function make(manifest: AnyManifest): Field[] {
  return fieldsIn(
    z.toJSONSchema(manifest.config, { io: 'input', unrepresentable: 'any' }) as JsonObject,
    manifest.form ?? {},
  );
}

/** From so many letters on a text is written in lines. */
const LONG = 1000;

/** The fields of each record of a list; none where a list holds something else. */
export function fieldsOfRecords({ schema, widget, isCode, parts }: Field): readonly Field[] {
  const items = schema['items'];
  if (schema['type'] !== 'array' || !isObject(items) || items['type'] !== 'object') return [];
  return fieldsIn(items, {}).map((field) => {
    const own = parts?.[field.name];
    if (own !== undefined) return { ...field, widget: own };
    const { maxLength } = field.schema;
    if (field.widget !== 'text' || typeof maxLength !== 'number' || maxLength < LONG) return field;
    return { ...field, widget: widget === 'template' ? 'template' : isCode ? 'expression' : 'textarea' };
  });
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fieldsIn(schema: JsonObject, form: { [name: string]: FieldForm | undefined }): Field[] {
  const properties = (schema['properties'] ?? {}) as { [name: string]: JsonObject };
  const required = (schema['required'] ?? []) as string[];
  const names = [...new Set([...Object.keys(form), ...Object.keys(properties)])];
  return names.flatMap((name) => {
    const property = properties[name];
    if (!property || form[name]?.widget === 'hidden') return [];
    const { widget, label, help, group, unit, code, parts } = form[name] ?? {};
    return [
      {
        name,
        label: label ?? spoken(name),
        help: help ?? (typeof property['description'] === 'string' ? property['description'] : undefined),
        group,
        unit,
        widget: widget ?? widgetFor(property),
        isCode: code === true,
        ...(parts && { parts }),
        schema: property,
        required: required.includes(name),
        default: property['default'],
      },
    ];
  });
}

function widgetFor(schema: JsonObject): string {
  if (Array.isArray(schema['enum'])) return 'select';
  const { type } = schema;
  if (type === 'boolean') return 'toggle';
  if (type === 'number' || type === 'integer') return 'number';
  if (type === 'string') return 'text';
  return 'json';
}

/** `maxTokens` as people say it: “Max tokens”. */
function spoken(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
