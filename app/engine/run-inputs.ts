import { AppError } from '../core/errors/app-error.ts';
import { didYouMean } from '../core/errors/suggest.ts';
import type { Json } from '../core/graph/json.ts';
import { portSchemas } from '../core/graph/ports.ts';
import type { Workflow } from '../core/graph/workflow.ts';

/**
 * The inputs of a run, checked against what the workflow declares, with defaults put in.
 * @throws AppError run.input naming the input
 */
export function runInputs(workflow: Workflow, given: { [name: string]: Json }): { [name: string]: Json } {
  const inputs: { [name: string]: Json } = {};
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(workflow.inputs, name)) continue;
    const names = Object.keys(workflow.inputs);
    throw new AppError('run.input', {
      message: `The workflow has no input “${name}”.${didYouMean(name, names)}`,
      where: `input ${name}`,
      remedy: names.length > 0 ? `Its inputs are: ${names.join(', ')}.` : 'It takes no inputs.',
    });
  }
  for (const [name, declared] of Object.entries(workflow.inputs)) {
    const value = Object.hasOwn(given, name) ? given[name] : declared.default;
    if (value === undefined) {
      if (!declared.required) continue;
      throw new AppError('run.input', {
        message: `The input “${name}” is missing${declared.description ? `: ${declared.description}` : '.'}`,
        where: `input ${name}`,
        remedy: `Give it a ${declared.type} value: --input ${name}=…`,
      });
    }
    const parsed = portSchemas[declared.type].safeParse(value);
    if (!parsed.success) {
      throw new AppError('run.input', {
        message: `The input “${name}” must be a ${declared.type}: ${parsed.error.issues[0]?.message ?? 'it does not fit'}.`,
        where: `input ${name}`,
        remedy: 'Give it as JSON of that type.',
      });
    }
    inputs[name] = parsed.data as Json;
  }
  return inputs;
}
