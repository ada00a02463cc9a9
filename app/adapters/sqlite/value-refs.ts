import type { PortRefs, RunEvent, StepEdits, ValueRef } from '../../core/run/events.ts';

/** What a purged value's place holds: reading it says that the run cannot be replayed. */
export const PURGED_DIGEST = 'purged';

function mapPorts(ports: PortRefs, map: (ref: ValueRef) => ValueRef): PortRefs {
  const mapped: PortRefs = {};
  for (const port of Object.keys(ports)) {
    const ref = ports[port];
    if (ref !== undefined) mapped[port] = map(ref);
  }
  return mapped;
}

function mapEdits(edits: StepEdits, map: (ref: ValueRef) => ValueRef): StepEdits {
  const mapped: StepEdits = {};
  for (const [step, { inputs, outputs }] of Object.entries(edits)) {
    mapped[step] = {
      ...(inputs && { inputs: mapPorts(inputs, map) }),
      ...(outputs && { outputs: mapPorts(outputs, map) }),
    };
  }
  return mapped;
}

function visitPorts(ports: PortRefs, digests: string[]): void {
  for (const port in ports) {
    const ref = ports[port];
    if (ref !== undefined && 'digest' in ref) digests.push(ref.digest);
  }
}

const visit = (ref: ValueRef, digests: string[]): void => {
  if ('digest' in ref) digests.push(ref.digest);
};

/** Adds to `digests` what the event names beside the log. */
export function collectDigests(event: RunEvent, digests: string[]): void {
  switch (event.type) {
    case 'run.created':
      visitPorts(event.inputs, digests);
      for (const edit of Object.values(event.edits ?? {})) {
        visitPorts(edit.inputs ?? {}, digests);
        visitPorts(edit.outputs ?? {}, digests);
      }
      return;
    case 'call.completed':
      visit(event.request, digests);
      visit(event.response, digests);
      return;
    case 'step.finished':
    case 'step.failed':
    case 'run.finished':
      visitPorts(event.outputs, digests);
      return;
    case 'step.waiting':
      visit(event.payload, digests);
      if (event.sealed) visit(event.sealed, digests);
      return;
    case 'wait.decided':
      if (event.sealed) visit(event.sealed, digests);
      return;
    default:
  }
}

const withoutValue = (ref: ValueRef): ValueRef =>
  'digest' in ref ? ref : { digest: PURGED_DIGEST, bytes: JSON.stringify(ref.value).length };

/** The event without anything that people or documents said: what is left after retention. Sizes and times stay. */
export function withoutPayload(event: RunEvent): RunEvent {
  switch (event.type) {
    case 'run.created':
      return {
        ...event,
        inputs: mapPorts(event.inputs, withoutValue),
        ...(event.edits && { edits: mapEdits(event.edits, withoutValue) }),
      };
    case 'call.completed':
      return { ...event, request: withoutValue(event.request), response: withoutValue(event.response) };
    case 'step.finished':
    case 'step.failed': {
      const { detail: _, ...rest } = event;
      return { ...rest, outputs: mapPorts(event.outputs, withoutValue) };
    }
    case 'run.finished':
      return { ...event, outputs: mapPorts(event.outputs, withoutValue) };
    case 'step.waiting': {
      const { reason: _, sealed: _sealed, breakpoint: _breakpoint, ...rest } = event;
      return { ...rest, payload: withoutValue(event.payload) };
    }
    case 'wait.decided': {
      const { sealed: _, ...rest } = event;
      const { comment: _comment, ...decision } = event.decision;
      return { ...rest, decision: { ...decision, values: {} } };
    }
    // A condition may quote what it looks for.
    case 'breakpoints.set':
      return { ...event, breakpoints: [] };
    case 'breakpoint.hit':
      return { ...event, breakpoint: '(purged)' };
    case 'value.recorded':
      return { ...event, value: null };
    case 'log.written': {
      const { data: _, ...rest } = event;
      return { ...rest, message: '(purged)' };
    }
    default:
      return event;
  }
}
