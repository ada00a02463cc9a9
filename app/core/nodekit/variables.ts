import * as z from 'zod';
import type { Port, Ports } from '../graph/ports.ts';

/**
 * Schema of a config field that lists names, each of which becomes an input port.
 *
 * @param taken names of the node's fixed inputs, which a variable cannot have
 */
export function variableNames(taken: readonly string[] = []) {
  return z
    .array(
      z
        .string()
        .regex(
          /^[A-Za-z][A-Za-z0-9_]{0,63}$/,
          'A name begins with a letter and holds letters, digits and underscores.',
        ),
    )
    .max(100)
    .refine((names) => new Set(names).size === names.length, 'A name stands twice.')
    .refine(
      (names) => !names.some((name) => taken.includes(name)),
      `The names ${taken.join(', ')} belong to fixed inputs.`,
    )
    .default([]);
}

/** The input ports for such a list; a step is skipped when one of them gets no value. */
export function variablePorts(names: readonly string[]): Ports {
  return Object.fromEntries(names.map((name): [string, Port] => [name, { type: 'any', required: true }]));
}

/**
 * The fixed input `value` of a node that fills `text`: required when the text names it, so that a silent wire skips
 * the step instead of failing it.
 */
export function valuePort(text: string): { value: Port<'any'> } {
  return { value: /\bvalue\b/.test(text) ? { type: 'any', required: true } : { type: 'any' } };
}
