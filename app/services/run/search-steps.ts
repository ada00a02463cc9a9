import type { Json } from '../../core/graph/json.ts';
import type { ShownValue } from '../../core/run/shown-value.ts';
import type { TracedStep } from './trace.ts';

export interface FoundSteps {
  /** Paths, in the order of the run. */
  steps: string[];
  /** Values that were not looked at because of their size. */
  tooLarge: number;
}

/** The steps of which an output, a request, a response or an error holds the text; capitals do not matter. */
export function stepsWith(steps: readonly TracedStep[], text: string): FoundSteps {
  const wanted = text.toLowerCase();
  let tooLarge = 0;
  const isInText = (one: string | undefined) => one?.toLowerCase().includes(wanted) === true;
  const isIn = (shown: ShownValue | undefined): boolean => {
    if (shown === undefined) return false;
    if ('value' in shown) return textsOf(shown.value).some(isInText);
    if ('digest' in shown) tooLarge += 1;
    return false;
  };
  const found = steps.filter(({ outputs, calls, error }) => {
    // All of them, so that what is too large is counted also where something else was found.
    const values = [...Object.values(outputs), ...calls.flatMap(({ request, response }) => [request, response])];
    const inValues = values.filter(isIn).length > 0;
    return inValues || isInText(error?.message) || calls.some((call) => isInText(call.error?.message));
  });
  return { steps: found.map(({ step }) => step), tooLarge };
}

/** Everything in a value that a person reads: texts, names of fields, numbers. */
function textsOf(value: Json): string[] {
  if (value === null || typeof value === 'boolean') return [];
  if (typeof value !== 'object') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return Object.entries(value).flatMap(([key, member]) => [key, ...textsOf(member)]);
}
