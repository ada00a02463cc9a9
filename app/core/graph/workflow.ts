import * as z from 'zod';
import { NodeBudget, WorkflowBudget } from '../budget/budget.ts';
import { NodeCallPolicy, Retry } from '../policy/call-policy.ts';
import { later } from '../schema/later.ts';
import { portTypeNames } from './ports.ts';

/** Newest file format that this release reads and the only one that it writes. */
export const FORMAT = 1;

/** `values` counts objects, lists and scalars of a file, `members` the fields of one object: more than any graph needs. */
export const limits = {
  bytes: 10 * 1024 * 1024,
  depth: 64,
  nodes: 5000,
  edges: 40_000,
  values: 500_000,
  members: 10_000,
} as const;

const slug = (max: number) => z.string().regex(new RegExp(`^[A-Za-z0-9][A-Za-z0-9_-]{0,${max - 1}}$`));

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the rule is about
const hiddenMarks = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** Text that screens show: nothing in it moves a cursor, hides or turns what stands beside it. */
const shownText = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => !hiddenMarks.test(text), 'Control characters and marks that turn text around are not allowed.');
/** The same on one line. */
const shownLine = (max: number) => shownText(max).refine((text) => !/[\t\n]/.test(text), 'Only one line is allowed.');

/** A Markdown file in the folder `prompts` of the workspace; no name begins with a dot, so no step leads upwards. */
export const PromptFile = later(() =>
  z
    .string()
    .max(200)
    .regex(
      /^prompts(\/[^/\\.][^/\\]*)+\.md$/,
      'A prompt is a Markdown file in the folder “prompts” of the workspace, such as prompts/answer.md.',
    )
    .refine((path) => !hiddenMarks.test(path) && !/[\t\n]/.test(path), 'Control characters are not allowed in a path.'),
);

/** Stable over the life of a workflow: history, budgets, schedules and breakpoints hang on it. */
const WorkflowId = z.string().regex(/^wf_[a-z0-9][a-z0-9-]{2,62}$/);
const NodeId = slug(64);
const EdgeId = slug(64);
/** Port names: a word, or `config/<field>` for a config field bound to a wire. */
const PortName = z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}(\/[A-Za-z][A-Za-z0-9_]{0,63})?$/);
const FieldName = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/);

const milliseconds = z.int().min(1).max(86_400_000);

/** What the engine does around a node: the same for every type. */
export const Policy = later(() =>
  z.strictObject({
    /** Limit for one attempt, milliseconds. */
    timeoutMs: milliseconds.optional(),
    /** For the step, and for the calls that it makes: they are tried again in one place, never in both. */
    retry: z.optional(Retry),
    /** For the calls of models, embedders and rerankers that it makes, over what their profiles say. */
    calls: z.optional(NodeCallPolicy),
    /** What its calls may cost, each and together in one run. */
    budget: z.optional(NodeBudget),
    onError: z
      .discriminatedUnion('action', [
        z.strictObject({ action: z.literal('fail') }),
        /** Go on with these values on the named output ports. */
        z.strictObject({ action: z.literal('default'), outputs: z.record(PortName, z.json()) }),
        /** Send the error out of the port `error`; the other outputs stay silent. */
        z.strictObject({ action: z.literal('port') }),
      ])
      .optional(),
    /** Reuse the outputs of an earlier equal step of any run in this workspace, for so long. Not for writing nodes. */
    cache: z.strictObject({ ttlMs: z.int().min(1).max(31_536_000_000) }).optional(),
    /** Steps of one group (over all frames of a run) share `limit` places. */
    concurrency: z.strictObject({ group: FieldName, limit: z.int().min(1).max(1000) }).optional(),
  }),
);
export type Policy = z.infer<typeof Policy>;

export const WorkflowNode = later(() =>
  z.strictObject({
    id: NodeId,
    type: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
    /** Version of the node type that `config` was written for. */
    version: z.int().min(1),
    name: shownLine(200).optional(),
    /** The container (map, cache …) whose body this node belongs to. */
    parent: NodeId.optional(),
    config: z.record(z.string().max(64), z.json()).default({}),
    policy: z.optional(Policy),
    /** Takes no part in a run; what depends on it is skipped. */
    disabled: z.boolean().optional(),
    /** Does no work: the value of its main input goes straight to its main output (`passageOf`). */
    bypassed: z.boolean().optional(),
    /** Its payloads are personal data: encrypted at rest, left out of traces and exports, purged by retention. */
    personal: z.boolean().optional(),
  }),
);
export type WorkflowNode = z.infer<typeof WorkflowNode>;

const Endpoint = z.strictObject({ node: NodeId, port: PortName });
export const WorkflowEdge = later(() => z.strictObject({ id: EdgeId, from: Endpoint, to: Endpoint }));
export type WorkflowEdge = z.infer<typeof WorkflowEdge>;

const WorkflowInput = later(() =>
  z.strictObject({
    type: z.enum(portTypeNames),
    required: z.boolean().default(true),
    default: z.json().optional(),
    description: shownText(2000).optional(),
  }),
);
const WorkflowOutput = later(() =>
  z.strictObject({
    type: z.enum(portTypeNames),
    description: shownText(2000).optional(),
  }),
);

/** References into the workspace by alias: never a credential, never a path outside it. */
export const Resources = later(() =>
  z.strictObject({
    collections: z.record(FieldName, z.strictObject({ name: slug(64) })).optional(),
    prompts: z.record(FieldName, z.strictObject({ file: PromptFile })).optional(),
    profiles: z.record(FieldName, z.strictObject({ name: slug(64) })).optional(),
  }),
);
export type Resources = z.infer<typeof Resources>;

/** What a workflow takes and gives: all that a node which runs it must know of it. */
export const WorkflowInterface = later(() =>
  z.strictObject({
    inputs: z.record(FieldName, WorkflowInput).default({}),
    outputs: z.record(FieldName, WorkflowOutput).default({}),
  }),
);
export type WorkflowInterface = z.infer<typeof WorkflowInterface>;

const coordinate = z.number().min(-1e7).max(1e7);
const color = shownLine(32);
const size = { w: z.optional(coordinate), h: z.optional(coordinate) };

export const LayoutNote = later(() =>
  z.strictObject({
    id: NodeId,
    text: shownText(20_000),
    x: coordinate,
    y: coordinate,
    ...size,
    color: color.optional(),
  }),
);
export type LayoutNote = z.infer<typeof LayoutNote>;
export const LayoutGroup = later(() =>
  z.strictObject({
    id: NodeId,
    title: shownLine(200),
    nodes: z.array(NodeId).max(limits.nodes),
    color: color.optional(),
    /** Shown as one small box in place of its nodes. */
    collapsed: z.boolean().optional(),
  }),
);
export type LayoutGroup = z.infer<typeof LayoutGroup>;
/** Where a wire is led through, in order; inside a container counted from its corner. */
export const LayoutBends = later(() =>
  z
    .array(z.strictObject({ x: coordinate, y: coordinate }))
    .min(1)
    .max(20),
);
export type LayoutBends = z.infer<typeof LayoutBends>;
const Layout = later(() =>
  z.strictObject({
    positions: z.record(NodeId, z.strictObject({ x: coordinate, y: coordinate, ...size })).optional(),
    notes: z.array(LayoutNote).max(limits.nodes).optional(),
    groups: z.array(LayoutGroup).max(limits.nodes).optional(),
    colors: z.record(NodeId, color).optional(),
    bends: z.record(EdgeId, LayoutBends).optional(),
    /** Nobody moves or edits these nodes before they are unlocked; with `all` nothing of the workflow. */
    locked: z
      .strictObject({ all: z.literal(true).optional(), nodes: z.array(NodeId).max(limits.nodes).optional() })
      .optional(),
  }),
);

/** A workflow file (`*.flow.json`). Untrusted data: reading one runs nothing. */
export const Workflow = later(() =>
  z.strictObject({
    $schema: z.string().max(300).optional(),
    format: z.literal(FORMAT),
    id: WorkflowId,
    name: shownLine(200).min(1),
    description: shownText(10_000).optional(),
    ...WorkflowInterface.shape,
    resources: Resources.default({}),
    /** What a run, and all runs together, may cost; the budgets of the workspace hold beside it. */
    budget: z.optional(WorkflowBudget),
    nodes: z.array(WorkflowNode).max(limits.nodes),
    edges: z.array(WorkflowEdge).max(limits.edges),
    layout: z.optional(Layout),
  }),
);
export type Workflow = z.infer<typeof Workflow>;
