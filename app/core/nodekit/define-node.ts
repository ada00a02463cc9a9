import type * as z from 'zod';
import type { Capabilities, CapabilityName, ToolOffer } from '../capabilities/capabilities.ts';
import type { Json, JsonObject } from '../graph/json.ts';
import type { Port, Ports, PortTypeName, PortValue } from '../graph/ports.ts';
import type { Workflow, WorkflowInterface } from '../graph/workflow.ts';
import type { Reach } from '../policy/reach.ts';
import type { IconName } from './icons.ts';

export type Family = 'ingest' | 'retrieve' | 'model' | 'logic' | 'check' | 'io';
/** pure: same inputs, same outputs, no calls. read: looks at the world. write: changes it. irreversible: once only. */
export type Effect = 'pure' | 'read' | 'write' | 'irreversible';

type PortOf<P> = P extends { type: infer T extends PortTypeName; many: true }
  ? PortValue<T>[]
  : P extends { type: infer T extends PortTypeName }
    ? PortValue<T>
    : never;
/** Values by port: a required one is there, any other may be undefined. */
export type ValuesOf<P extends Ports> = {
  [K in keyof P]: P[K] extends { required: true } ? PortOf<P[K]> : PortOf<P[K]> | undefined;
};
/** What a run gives back: every output named; `undefined` keeps a port silent, which is how branches work. */
export type OutputsOf<P extends Ports> = { [K in keyof P]: PortOf<P[K]> | undefined };

/** Something a step reads besides its inputs; its fingerprint is part of the memo key. */
export interface ResourceRef {
  kind: 'collection' | 'documents' | 'tables' | 'profile' | 'prompt';
  name: string;
  /** The config field that names it, where it is not called as the kind is: `reask.profile`. */
  field?: string;
}

/** How a node names the workflow that it runs, and where it is told of its interface. */
export interface RunsWorkflow<C> {
  /** The config field that holds the reference. */
  field: string;
  /** Id, file or name of a workflow in the workspace. */
  reference: (config: C) => string;
  /** The config (as it stands in the file) with what the workflow takes and gives. */
  withInterface: (config: JsonObject, face: WorkflowInterface) => JsonObject;
}

/** How a node names the conversation that it keeps. */
export interface KeepsSession<C> {
  /** The input that says which conversation it is. */
  input: string;
  /** Where it is kept: workflows that name the same space share its conversations. */
  space: (config: C) => string;
}

export interface FieldForm {
  widget:
    | 'text'
    | 'textarea'
    | 'number'
    | 'slider'
    | 'toggle'
    | 'select'
    | 'list'
    | 'json'
    | 'template'
    | 'expression'
    | 'sql'
    | 'code'
    | 'schema'
    | 'regex'
    | 'collection'
    | 'profile'
    | 'prompt'
    | 'workflow'
    | 'filter'
    | 'secret'
    | 'map'
    | 'files'
    /** An editor keeps it by itself: no form shows it. */
    | 'hidden';
  label?: string;
  help?: string;
  group?: string;
  unit?: string;
  /** Of a list of records: widgets of their parts, where their types do not say enough. */
  parts?: { readonly [part: string]: FieldForm['widget'] };
  /** Variables that its expression knows beside the inputs of the node. */
  names?: readonly string[];
  /** Holds expressions or templates, whatever its widget: no wire may fill it, for what flows on wires is data. */
  code?: true;
}

export interface Manifest<
  C extends z.ZodObject = z.ZodObject,
  I extends Ports = Ports,
  O extends Ports = Ports,
  N extends CapabilityName = CapabilityName,
> {
  /** The name in files; kebab-case, never changed. */
  type: string;
  version: number;
  family: Family;
  title: string;
  /** One sentence: what it does for its user. */
  summary: string;
  /** Its picture in the studio; that of its family when left out. */
  icon?: IconName;
  config: C;
  inputs: I;
  outputs: O;
  /** Ports that depend on the config, beside the fixed ones. Gets a config that fits the schema. */
  ports?: (config: z.output<C>) => { inputs?: Ports; outputs?: Ports; sources?: Ports; sinks?: Ports };
  /** A container: what its body may read from it and must give back to it. `run` drives the body through `cap.body`. */
  body?: {
    sources: Ports;
    sinks: Ports;
    /** Only tools stand in it, no wire joins them, and each runs when it is called through `cap.tools`. */
    tools?: true;
  };
  /** A tool: it stands in a container of tools, gets the input `arguments`, and gives its output `result`. */
  tool?: (config: z.output<C>) => ToolOffer;
  /** Its body is another workflow of the workspace: nobody puts nodes into it in its own file. */
  runsWorkflow?: RunsWorkflow<z.output<C>>;
  /** It keeps conversations (`cap.memory`): whoever starts a run can go on with one. */
  keepsSession?: KeepsSession<z.output<C>>;
  /** When a step may start: all wires settled (the default), or the first value to arrive wins and is journaled. */
  join?: (config: z.output<C>) => 'all' | 'race';
  /** What it is to chunks: traces follow a query through such nodes, by the reports in their facts. */
  retrieval?: 'search' | 'rank' | 'pack';
  /** The only capabilities that `run` receives. */
  needs: readonly N[];
  effect: Effect;
  /** Stands for an input or output of the whole workflow: an output's value is taken from its port `value`. */
  workflowPort?: (config: z.output<C>) => { direction: 'input' | 'output'; name: string };
  /** What it reads besides its inputs. */
  reads?: (config: z.output<C>) => ResourceRef[];
  /** What it reaches outside the workspace: nothing of it works before the user has granted it to this workflow. */
  reaches?: (config: z.output<C>) => Reach[];
  form?: { [K in keyof z.output<C> & string]?: FieldForm };
  /** Ready-made configs for documentation and the palette; each must fit the schema. */
  examples?: readonly { title: string; config: z.input<C> }[];
  /** Steps from one version of the config to the next, without gaps up to `version`. */
  migrations?: readonly { to: number; up: (config: JsonObject) => JsonObject }[];
  /** Stands on the canvas only: no ports, no run (a note). */
  inert?: true;
}

export interface RunContext<N extends CapabilityName> {
  cap: Pick<Capabilities, N>;
  /** Aborts on cancel, timeout and shutdown: pass it on, check it in long loops. */
  signal: AbortSignal;
  step: {
    runId: string;
    path: string;
    nodeId: string;
    attempt: number;
    /** Hash of what defines the step's work besides its inputs: type, version, config, and all that is inside a container. */
    definition: string;
  };
  /** Provisional text while the step works (streamed tokens); never journaled. */
  emit(delta: string): void;
  /** Text of a prompt file that the workflow refers to by this alias, as pinned when the run began. */
  prompt(alias: string): string;
  /** Facts for the trace: why this result (cache key preview, scores, counts). Journaled with the step. */
  detail(facts: JsonObject): void;
}

export type Run<M> =
  M extends Manifest<infer C, infer I, infer O, infer N>
    ? (
        args: { config: z.output<C>; inputs: ValuesOf<I>; ports: { [port: string]: Json | Json[] | undefined } },
        context: RunContext<N>,
      ) => Promise<OutputsOf<O> & { [port: string]: unknown }> | (OutputsOf<O> & { [port: string]: unknown })
    : never;

// biome-ignore lint/suspicious/noExplicitAny: the registry holds nodes of every shape; each is checked where it is defined
export type AnyManifest = Manifest<any, any, any, any>;
export type AnyRun = (
  // biome-ignore lint/suspicious/noExplicitAny: as above
  args: { config: any; inputs: any; ports: { [port: string]: Json | Json[] | undefined } },
  // biome-ignore lint/suspicious/noExplicitAny: as above
  context: any,
) => Promise<{ [port: string]: unknown }> | { [port: string]: unknown };

export interface CheckFinding {
  severity: 'error' | 'warning';
  /** Config field that is meant, as a path inside the config: `branches[1].when`. */
  field?: string;
  message: string;
  remedy?: string;
}
/** A node's own static check, run by validate and before a run; it runs nothing of the file. */
export type Check<M> =
  M extends Manifest<infer C, Ports, Ports, CapabilityName>
    ? (
        config: z.output<C>,
        about: {
          nodeId: string;
          /** Input ports that a wire leads into. */
          connected: ReadonlySet<string>;
          workflow: Workflow;
          prompts: ReadonlyMap<string, string>;
        },
      ) => CheckFinding[] | Promise<CheckFinding[]>
    : never;
export type AnyCheck = (
  // biome-ignore lint/suspicious/noExplicitAny: as above
  config: any,
  about: { nodeId: string; connected: ReadonlySet<string>; workflow: Workflow; prompts: ReadonlyMap<string, string> },
) => CheckFinding[] | Promise<CheckFinding[]>;

/** A node type as the registry holds it: data at once, code when it is used. */
export interface NodeType {
  manifest: AnyManifest;
  run?: () => Promise<AnyRun>;
  check?: () => Promise<AnyCheck>;
}
export type Registry = ReadonlyMap<string, NodeType>;

/** Infers every part of a manifest and freezes it. Capabilities that record values make a node impure: refused. */
export function defineNode<
  const C extends z.ZodObject,
  const I extends Ports,
  const O extends Ports,
  const N extends CapabilityName,
>(manifest: Manifest<C, I, O, N>): Readonly<Manifest<C, I, O, N>> {
  return Object.freeze(manifest);
}

export type { Port, Ports };
