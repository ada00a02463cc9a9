import type { Json } from '../../core/graph/json.ts';
import type { PortValueGiven } from './run-edits.ts';
import type { StartRequest } from './run-service.ts';

type PortValues = { [step: string]: { [port: string]: Json } };

/** What a program gives a run: inputs by name, pins and edits by step and port. */
export interface ProgramValues {
  inputs?: { [name: string]: Json };
  pins?: PortValues;
  edits?: PortValues;
}

/** The same as a request carries it, where text that a person typed may stand as well. */
export function programValues({
  inputs = {},
  pins = {},
  edits = {},
}: ProgramValues): Pick<StartRequest, keyof ProgramValues> {
  return {
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, json]) => [name, { json }])),
    pins: portValues(pins),
    edits: portValues(edits),
  };
}

function portValues(values: PortValues): PortValueGiven[] {
  return Object.entries(values).flatMap(([step, ports]) =>
    Object.entries(ports).map(([port, json]) => ({ step, port, value: { json } })),
  );
}
