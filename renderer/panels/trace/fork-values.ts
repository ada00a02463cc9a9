import type { StepDetails } from '../../../app/core/contracts/trace.ts';
import { canonicalJson, type Json } from '../../../app/core/graph/json.ts';

/**
 * What may be given to a step in place of what it got: inputs that came by one wire and are shown, or, of a step that
 * got none, its outputs.
 */
export function editableValues({ inputs, step }: Pick<StepDetails, 'inputs' | 'step'>): Map<string, Json> {
  const wires = Map.groupBy(inputs, ({ port }) => port);
  const given = [...wires].flatMap(([port, all]) => (all.length === 1 ? [[port, all[0]?.value] as const] : []));
  const shown = inputs.length > 0 ? given : Object.entries(step.outputs);
  return new Map(shown.flatMap(([port, value]) => (value && 'value' in value ? [[port, value.value] as const] : [])));
}

/** What a person wrote in place of values: a text as it is, anything else as JSON. Only what is another value now. */
export function changedValues(
  values: ReadonlyMap<string, Json>,
  texts: ReadonlyMap<string, string>,
): { changed: { [port: string]: Json }; broken: Set<string> } {
  const changed: [string, Json][] = [];
  const broken = new Set<string>();
  for (const [port, text] of texts) {
    const before = values.get(port);
    try {
      const now = typeof before === 'string' ? text : (JSON.parse(text) as Json);
      if (canonicalJson(now) !== canonicalJson(before)) changed.push([port, now]);
    } catch {
      broken.add(port);
    }
  }
  return { changed: Object.fromEntries(changed), broken };
}
