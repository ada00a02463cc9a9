import { isJsonObject, type Json, type JsonObject } from '../graph/json.ts';
import type { Decision } from '../graph/values.ts';
import type { Capture, RunEvent, RunSignal } from './events.ts';
import { redactJson, shownValue } from './shown-value.ts';
import { nodeOf } from './step-path.ts';

export interface Showing {
  capture: Capture;
  /** Node ids whose payloads are personal data. */
  personal: ReadonlySet<string>;
  /** Replaces personal data and secrets in a text. */
  redactText: (text: string) => string;
}

/** Free facts (details, log data) under a capture setting: where payloads must not show, only numbers and flags stay. */
export function shownFacts(facts: JsonObject, capture: Capture, redactText: Showing['redactText']): JsonObject {
  if (capture === 'full') return facts;
  if (capture === 'redacted') return redactJson(facts, redactText);
  const shown: JsonObject = {};
  for (const [key, value] of Object.entries(facts)) {
    if (typeof value === 'number' || typeof value === 'boolean' || value === null) shown[key] = value;
    else if (isJsonObject(value)) shown[key] = shownFacts(value, capture, redactText);
  }
  return shown;
}

/** Whether every event shows as it is. */
export function showsAll({ capture, personal }: Showing): boolean {
  return capture === 'full' && personal.size === 0;
}

/** Whether a payload of a step may show at all. */
export function showsStep(step: string, { capture, personal }: Showing): Capture | 'personal' {
  return personal.has(nodeOf(step)) ? 'personal' : capture;
}

/** An event as it may be printed or sent: payloads in it under the capture setting, the rest as it is. */
export function shownEvent(event: RunEvent, showing: Showing): RunEvent {
  const capture = 'step' in event && event.step !== undefined ? showsStep(event.step, showing) : showing.capture;
  if (capture === 'full') return event;
  const shown = Object.fromEntries(
    Object.entries(event).map(([key, value]) => [key, shownMember(event, key, value as Json, capture, showing)]),
  );
  return shown as unknown as RunEvent;
}

/** A live signal as it may be shown; undefined when nothing of it may. */
export function shownSignal(signal: RunSignal, showing: Showing): RunSignal | undefined {
  if (signal.type === 'event') return { type: 'event', event: shownEvent(signal.event, showing) };
  // A streamed piece may cut personal data in two, so that neither half is recognised.
  if (signal.type === 'delta' && showsStep(signal.step, showing) !== 'full') return undefined;
  return signal;
}

const facts = new Set(['detail', 'data']);
/** Members that hold payloads, and how many records of names lie over each: a port may be called `value`, too. */
const payloads: ReadonlyMap<string, number> = new Map([
  ...['request', 'response', 'payload', 'sealed', 'value'].map((key): [string, number] => [key, 0]),
  ['inputs', 1],
  ['outputs', 1],
  // By step, by direction, by port.
  ['edits', 3],
]);

function shownMember(
  event: RunEvent,
  key: string,
  value: Json,
  capture: Capture | 'personal',
  { redactText }: Showing,
): Json {
  const hidden = capture === 'personal' ? 'off' : capture;
  const isFreeText =
    (event.type === 'log.written' && key === 'message') ||
    (event.type === 'step.waiting' && key === 'reason') ||
    key === 'breakpoint';
  if (isFreeText) return shownText(String(value), hidden, redactText);
  if (event.type === 'breakpoints.set' && key === 'breakpoints')
    return event.breakpoints.map(({ when, ...rest }) => ({
      ...rest,
      ...(when !== undefined && { when: shownText(when, hidden, redactText) }),
    })) as unknown as Json;
  const depth = payloads.get(key);
  if (depth !== undefined) return shownRefs(value, depth, hidden, redactText, capture === 'personal');
  if (!isJsonObject(value)) return value;
  if (key === 'error') return shownError(value, hidden, redactText);
  if (key === 'decision') return shownDecision(value as unknown as Decision, hidden, redactText) as unknown as Json;
  return facts.has(key) ? shownFacts(value, hidden, redactText) : value;
}

/** A sentence that a node wrote, perhaps out of a payload. */
export function shownText(text: string, capture: Capture, redactText: Showing['redactText']): string {
  if (capture === 'full') return text;
  return capture === 'redacted' ? redactText(text) : `[${text.length} characters]`;
}

/** Who decided what and when always shows; what was filled in is a payload. */
export function shownDecision(decision: Decision, capture: Capture, redactText: Showing['redactText']): Decision {
  if (capture === 'full') return decision;
  const { comment, values, ...rest } = decision;
  return {
    ...rest,
    values: capture === 'redacted' ? redactJson(values, redactText) : {},
    ...(comment !== undefined && { comment: shownText(comment, capture, redactText) }),
  };
}

/** The message of an error may quote what a node worked on; its code and class never do. */
export function shownError<T extends JsonObject>(error: T, capture: Capture, redactText: (text: string) => string): T {
  if (capture === 'full') return error;
  const { data: _data, ...rest } = error;
  return { ...rest, message: redactText(String(error['message'])) } as unknown as T;
}

/** Replaces each inline `{ value }` below so many records of names: references by digest say nothing and stay. */
function shownRefs(
  value: Json,
  depth: number,
  capture: Capture,
  redactText: Showing['redactText'],
  personal: boolean,
): Json {
  if (!isJsonObject(value)) return personal || capture !== 'redacted' ? null : redactJson(value, redactText);
  if (depth > 0) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, shownRefs(member, depth - 1, capture, redactText, personal)]),
    );
  }
  if ('digest' in value && 'bytes' in value) return value;
  if ('value' in value && Object.keys(value).length === 1) {
    if (personal) return { withheld: 'personal' };
    return shownValue(value['value'] as Json, capture, redactText) as unknown as Json;
  }
  // What a node recorded is no reference but the value itself.
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, shownRefs(member, 0, capture, redactText, personal)]),
  );
}
