import * as z from 'zod';
import { isAppError } from '../errors/app-error.ts';
import type { Json, JsonObject } from '../graph/json.ts';
import { nodePorts } from '../graph/node-ports.ts';
import { LayoutGroup, LayoutNote, Workflow, WorkflowNode } from '../graph/workflow.ts';
import type { AnyManifest, Registry, ResourceRef } from '../nodekit/define-node.ts';

/** Kinds of texts that a search may be limited to. */
export const textKinds = ['names', 'settings', 'notes', 'prompts'] as const;
export type TextKind = (typeof textKinds)[number];

/**
 * Where a text stands in a workflow: `name` or `description` of it, `inputs.q`, `outputs.a` (their descriptions),
 * `nodes.ask` (its name), `notes.n`, `groups.g`, or a string inside a node's config: `config.ask` with a path.
 */
export const TextPlace = z.strictObject({
  of: z.enum(['workflow', 'input', 'output', 'node', 'config', 'note', 'group', 'prompt']),
  /** Id of the node, note or group; name of the input or output; `name` or `description` of a workflow. */
  id: z.string().max(100),
  path: z
    .array(z.union([z.string().max(200), z.int()]))
    .max(64)
    .exactOptional(),
});
export type TextPlace = z.infer<typeof TextPlace>;

export interface WorkflowText {
  place: TextPlace;
  kind: TextKind;
  text: string;
}

/** One text for one place, to compare by. */
export const placeKey = ({ of, id, path = [] }: TextPlace): string => JSON.stringify([of, id, ...path]);

/**
 * The texts of a workflow that people write: names, descriptions, notes, and what stands in the configs of its nodes. Not
 * ids, names of ports, of resources, of secrets and of other workflows: whoever replaces one of those breaks what hangs on
 * it, and each is changed at its own place.
 */
export function textsOf(workflow: Workflow, registry: Registry): WorkflowText[] {
  const texts: WorkflowText[] = [];
  const add = (kind: TextKind, of: TextPlace['of'], id: string, text: string | undefined) => {
    if (text !== undefined && text !== '') texts.push({ place: { of, id }, kind, text });
  };
  add('names', 'workflow', 'name', workflow.name);
  add('names', 'workflow', 'description', workflow.description);
  for (const [name, { description }] of Object.entries(workflow.inputs)) add('names', 'input', name, description);
  for (const [name, { description }] of Object.entries(workflow.outputs)) add('names', 'output', name, description);
  for (const node of workflow.nodes) {
    add('names', 'node', node.id, node.name);
    texts.push(...configTexts(node, registry));
  }
  for (const { id, text } of workflow.layout?.notes ?? []) add('notes', 'note', id, text);
  for (const { id, title } of workflow.layout?.groups ?? []) add('names', 'group', id, title);
  return texts;
}

/** Widgets of fields whose text is a program: a name of a port may stand in it and is no name there. */
const programs: ReadonlySet<string> = new Set(['template', 'expression', 'code', 'sql', 'textarea']);

function configTexts(node: WorkflowNode, registry: Registry): WorkflowText[] {
  const manifest = registry.get(node.type)?.manifest;
  const held = manifest && heldNames(node, manifest);
  if (!held) return [];
  const { fields, names } = held;
  const texts: WorkflowText[] = [];
  const walk = (value: Json, path: readonly (string | number)[]): void => {
    if (typeof value === 'string') {
      const field = String(path[0]);
      const isProgram = programs.has(manifest.form?.[field]?.widget ?? '');
      const isName = fields.has(path.join('.')) || (!isProgram && names.has(value));
      if (value !== '' && !isName)
        texts.push({ place: { of: 'config', id: node.id, path: [...path] }, kind: 'settings', text: value });
    } else if (Array.isArray(value)) for (const [at, one] of value.entries()) walk(one, [...path, at]);
    else if (typeof value === 'object' && value !== null)
      for (const [key, one] of Object.entries(value)) walk(one as Json, [...path, key]);
  };
  for (const [field, value] of Object.entries(node.config))
    if (!fields.has(field) && manifest.form?.[field]?.widget !== 'hidden' && !isChoice(manifest, field))
      walk(value as Json, [field]);
  return texts;
}

/** Fields and values of a config that are names of something else; undefined where the type makes nothing of it. */
function heldNames(node: WorkflowNode, manifest: AnyManifest) {
  const parsed = manifest.config.safeParse(node.config);
  if (!parsed.success) return undefined;
  try {
    return namesIn(node, manifest, parsed.data);
  } catch (thrown) {
    // An address that is none, where the schema takes any text.
    if (isAppError(thrown)) return undefined;
    throw thrown;
  }
}

function namesIn(node: WorkflowNode, manifest: AnyManifest, config: unknown) {
  const fields = new Set<string>();
  const names = new Set<string>();
  // Patterns of documents are written by people like any text.
  for (const { kind, field = kind } of (manifest.reads?.(config) ?? []) as ResourceRef[])
    if (kind !== 'documents' && kind !== 'tables') fields.add(field);
  if (manifest.runsWorkflow) fields.add(manifest.runsWorkflow.field);
  const port = manifest.workflowPort?.(config);
  if (port) names.add(port.name);
  for (const { ability, target } of manifest.reaches?.(config) ?? []) if (ability === 'secret') names.add(target);
  const own = nodePorts(node, manifest, config);
  const fixed = [manifest.inputs, manifest.outputs, manifest.body?.sources ?? {}, manifest.body?.sinks ?? {}];
  for (const table of [own.inputs, own.outputs, own.sources, own.sinks])
    for (const name of Object.keys(table)) if (!fixed.some((ports) => Object.hasOwn(ports, name))) names.add(name);
  return { fields, names };
}

const choices = new WeakMap<AnyManifest, ReadonlySet<string>>();

/** Whether a field takes one of a few words only. */
function isChoice(manifest: AnyManifest, field: string): boolean {
  let known = choices.get(manifest);
  if (!known) {
    const schema = z.toJSONSchema(manifest.config, { io: 'input', unrepresentable: 'any' }) as {
      properties?: { [name: string]: { enum?: unknown; const?: unknown } };
    };
    known = new Set(
      Object.entries(schema.properties ?? {})
        .filter(([, one]) => one.enum !== undefined || one.const !== undefined)
        .map(([name]) => name),
    );
    choices.set(manifest, known);
  }
  return known.has(field);
}

/**
 * The workflow with another text at a place; undefined where there is none such, or where it may not stand: a name of two
 * lines, a config that its node could not work with.
 */
export function withText(workflow: Workflow, place: TextPlace, text: string, registry: Registry): Workflow | undefined {
  const { of, id, path = [] } = place;
  const inList = <T extends { id: string }>(list: readonly T[], change: (one: T) => T | undefined): T[] | undefined => {
    const at = list.findIndex((one) => one.id === id);
    const old = list[at];
    const now = old && change(old);
    return now && list.map((one, other) => (other === at ? now : one));
  };
  const layout = (part: NonNullable<Workflow['layout']> | undefined): Workflow | undefined =>
    part && { ...workflow, layout: { ...workflow.layout, ...part } };
  switch (of) {
    case 'workflow': {
      const field = id === 'name' ? 'name' : 'description';
      return Workflow.shape[field].safeParse(text).success ? { ...workflow, [field]: text } : undefined;
    }
    case 'input':
    case 'output': {
      const table = of === 'input' ? 'inputs' : 'outputs';
      const old = Object.hasOwn(workflow[table], id) ? workflow[table][id] : undefined;
      if (!old) return undefined;
      const now = { ...workflow[table], [id]: { ...old, description: text } };
      return Workflow.shape[table].safeParse(now).success ? { ...workflow, [table]: now } : undefined;
    }
    case 'node':
    case 'config': {
      const nodes = inList(workflow.nodes, (node) => {
        // A node without a name is called by its type: no name is made empty by chance.
        if (of === 'node' && text.trim() === '') return undefined;
        const now = of === 'node' ? { ...node, name: text } : withConfigText(node, path, text, registry);
        return now && WorkflowNode.safeParse(now).success ? now : undefined;
      });
      return nodes && { ...workflow, nodes };
    }
    case 'note': {
      const notes = inList(workflow.layout?.notes ?? [], (note) => fitting(LayoutNote, { ...note, text }));
      return layout(notes && { notes });
    }
    case 'group': {
      const groups = inList(workflow.layout?.groups ?? [], (group) => fitting(LayoutGroup, { ...group, title: text }));
      return layout(groups && { groups });
    }
    case 'prompt':
      return undefined;
  }
}

function fitting<T>(schema: z.ZodType<T>, value: T): T | undefined {
  return schema.safeParse(value).success ? value : undefined;
}

function withConfigText(
  node: WorkflowNode,
  path: readonly (string | number)[],
  text: string,
  registry: Registry,
): WorkflowNode | undefined {
  const config = withValue(node.config as JsonObject, path, text);
  const manifest = registry.get(node.type)?.manifest;
  if (!manifest || config === undefined) return undefined;
  const now = { ...node, config: config as JsonObject };
  return heldNames(now, manifest) && now;
}

function withValue(value: Json, [key, ...rest]: readonly (string | number)[], text: string): Json | undefined {
  if (key === undefined) return typeof value === 'string' ? text : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    const inner = typeof key === 'number' && key in value ? withValue(value[key] as Json, rest, text) : undefined;
    return inner === undefined ? undefined : value.map((one, at) => (at === key ? inner : one));
  }
  if (typeof key !== 'string' || !Object.hasOwn(value, key)) return undefined;
  const inner = withValue(value[key] as Json, rest, text);
  return inner === undefined ? undefined : { ...value, [key]: inner };
}
