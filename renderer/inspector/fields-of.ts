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
  const schema = z.toJSONSchema(manifest.config, { io: 'input', unrepresentable: 'any' }) as JsonObject;
  const properties = (schema['properties'] ?? {}) as { [name: string]: JsonObject };
  const required = (schema['required'] ?? []) as string[];
  const form: { [name: string]: FieldForm | undefined } = manifest.form ?? {};
  const names = [...new Set([...Object.keys(form), ...Object.keys(properties)])];
  return names.flatMap((name) => {
    const property = properties[name];
    if (!property) return [];
    const { widget, label, help, group, unit } = form[name] ?? {};
    return [
      {
        name,
        label: label ?? spoken(name),
        help: help ?? (typeof property['description'] === 'string' ? property['description'] : undefined),
        group,
        unit,
        widget: widget ?? widgetFor(property),
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
