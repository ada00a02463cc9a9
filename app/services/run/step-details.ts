import { AppError } from '../../core/errors/app-error.ts';
import type { LogView, RunView } from '../../core/run/run-view.ts';
import type { ShownValue } from '../../core/run/shown-value.ts';
import type { StepSource } from '../../core/run/step-sources.ts';
import type { Trace, TracedStep, TracedWait } from './trace.ts';

/** One step as it may be shown, with what other steps handed to it. */
export interface StepDetails {
  step: TracedStep;
  inputs: (StepSource & { value?: ShownValue })[];
  waits: TracedWait[];
  logs: LogView[];
}

/** The part of a run that the details of a step are made of: of ten thousand steps only few payloads are read. */
export function narrowTo(view: RunView, step: string, sources: readonly StepSource[]): RunView {
  const needed = new Set([step, ...sources.map(({ from }) => from.step)]);
  const isOf = (one: { step: string }) => one.step === step;
  return {
    ...view,
    // Of a step that only feeds this one nothing but its outputs matters.
    steps: view.steps.filter((one) => needed.has(one.step)).map((one) => (isOf(one) ? one : { ...one, calls: [] })),
    waits: view.waits.filter(isOf),
    logs: view.logs.filter(isOf),
  };
}

/** @throws AppError run.step_not_found */
export function stepDetails(trace: Trace, step: string, sources: readonly StepSource[]): StepDetails {
  const byPath = new Map(trace.steps.map((one) => [one.step, one]));
  const found = byPath.get(step);
  if (!found) {
    throw new AppError('run.step_not_found', {
      message: `The run has no step “${step}”.`,
      where: trace.runId,
      remedy: '`pipewright trace` lists the steps of a run; one that has not begun has nothing to show yet.',
    });
  }
  return {
    step: found,
    inputs: sources.map((source) => {
      const outputs = source.from.perTurn ? undefined : byPath.get(source.from.step)?.outputs;
      const value = outputs && Object.hasOwn(outputs, source.from.port) ? outputs[source.from.port] : undefined;
      return { ...source, ...(value && { value }) };
    }),
    waits: trace.waits,
    logs: trace.logs,
  };
}
