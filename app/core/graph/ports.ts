import * as z from 'zod';
import * as v from './values.ts';

/**
 * The closed list of port types. A wire joins two ports of the same type, or of types that `accepts` allows.
 * The editor colours by these names; files never carry schemas of their own for them.
 */
export const portSchemas = {
  any: z.json(),
  text: z.string(),
  number: z.number(),
  boolean: z.boolean(),
  json: z.json(),
  list: z.array(z.json()),
  documents: z.array(v.Document),
  chunks: z.array(v.Chunk),
  context: v.Context,
  messages: z.array(v.Message),
  answer: v.Answer,
  verdict: v.Verdict,
  confidence: v.Confidence,
  table: v.Table,
  decision: v.Decision,
  error: v.ErrorValue,
} as const;

export type PortTypeName = keyof typeof portSchemas;
export const portTypeNames = Object.keys(portSchemas) as [PortTypeName, ...PortTypeName[]];
export type PortValue<T extends PortTypeName> = z.infer<(typeof portSchemas)[T]>;

export interface Port<T extends PortTypeName = PortTypeName> {
  type: T;
  /** Takes several wires; the step receives a list in the order of the edges' ids. Inputs only. */
  many?: boolean;
  /** An input that must have a value (its step is skipped when all its wires stay silent). */
  required?: boolean;
  help?: string;
}

export type Ports = Readonly<Record<string, Port>>;

const lists: readonly PortTypeName[] = ['documents', 'chunks', 'messages'];

/** Whether a wire may lead from a port of type `from` into one of type `to`. */
export function accepts(to: PortTypeName, from: PortTypeName): boolean {
  if (to === from || to === 'any' || to === 'json' || from === 'any' || from === 'json') return true;
  return to === 'list' && lists.includes(from);
}

/** What is wrong with a value for a port, with the place inside it; undefined when it fits. */
export function portFault({ type, many }: Port, value: unknown): string | undefined {
  const schema = many ? z.array(portSchemas[type]) : portSchemas[type];
  const parsed = schema.safeParse(value);
  if (parsed.success) return undefined;
  const issue = parsed.error.issues[0];
  const at = issue?.path.map(String).join('.') ?? '';
  return `${issue?.message ?? 'it does not fit'}${at === '' ? '' : ` at ${at}`}`;
}

/**
 * Whether a value coming from type `from` needs a check at run time before it enters `to`:
 * everything statically equal or wider does not.
 */
export function needsCheck(to: PortTypeName, from: PortTypeName): boolean {
  return to !== 'any' && to !== 'json' && to !== from && !(to === 'list' && lists.includes(from));
}
