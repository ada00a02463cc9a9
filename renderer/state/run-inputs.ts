import * as z from 'zod';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { canonicalJson, type Json } from '../../app/core/graph/json.ts';
import { portSchemas } from '../../app/core/graph/ports.ts';
import type { Words } from '../strings/text.ts';
import type { WorkflowInput } from './document.ts';
import { keepValue, keptValue } from './kept.ts';

/** What stands in the form, by the name of the input: as it was typed. */
export type InputTexts = Readonly<Record<string, string>>;

export interface ReadInputs {
  values: { [name: string]: Json };
  /** What is wrong with a field; a run needs this to be empty. */
  faults: ReadonlyMap<string, Words>;
}

/** What was typed as the values that a run takes. An empty field is left out, so that the default of the file holds. */
export function readInputs(declared: ReadonlyMap<string, WorkflowInput>, texts: InputTexts): ReadInputs {
  const values: { [name: string]: Json } = {};
  const faults = new Map<string, Words>();
  for (const [name, input] of declared) {
    const text = texts[name] ?? '';
    if (text.trim() === '') {
      if (input.required && input.default === undefined) faults.set(name, { key: 'run.input.missing' });
      continue;
    }
    const value = readText(text, input);
    if (value === undefined) faults.set(name, { key: 'run.input.noJson' });
    else if (!portSchemas[input.type].safeParse(value).success)
      faults.set(name, { key: 'run.input.type', values: { type: input.type } });
    else values[name] = value;
  }
  return { values, faults };
}

/** Undefined for what is no JSON where JSON is wanted. */
function readText(text: string, { type }: WorkflowInput): Json | undefined {
  if (type === 'text') return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    // Whoever writes words where anything goes means a text.
    return type === 'any' ? text : undefined;
  }
}

/** A value as it would be typed. */
export function textOf(value: Json, { type }: WorkflowInput): string {
  return typeof value === 'string' && (type === 'text' || type === 'any') ? value : JSON.stringify(value, undefined, 2);
}

export interface InputDraft {
  texts: InputTexts;
  /** A run was asked for: what is wrong with the fields is shown. */
  checked: boolean;
}

/** The form of a workflow's inputs; what is typed into it is kept. */
export function createInputDraft(workflowId: string): StoreApi<InputDraft> {
  const store = createStore<InputDraft>(() => ({ texts: keptInputs(workflowId).draft, checked: false }));
  store.subscribe(({ texts }, before) => {
    if (texts !== before.texts) keepDraft(workflowId, texts);
  });
  return store;
}

const Kept = z.object({
  draft: z.record(z.string(), z.string()).catch({}),
  history: z.array(z.record(z.string(), z.string())).max(50).catch([]),
});
const MOST = 20;
const LONGEST = 100_000;

/** What was typed for a workflow, and what its runs were started with, newest first: kept for the user. */
export function keptInputs(workflowId: string): z.infer<typeof Kept> {
  return Kept.safeParse(keptValue('user', `inputs.${workflowId}`)).data ?? { draft: {}, history: [] };
}

function keepDraft(workflowId: string, draft: InputTexts): void {
  keep(workflowId, { ...keptInputs(workflowId), draft });
}

/** Puts what a run was started with first; the same twice stands there once. */
export function keepStarted(workflowId: string, started: InputTexts): void {
  const { history } = keptInputs(workflowId);
  const others = history.filter((one) => canonicalJson(one) !== canonicalJson(started));
  keep(workflowId, { draft: started, history: [started, ...others].slice(0, MOST) });
}

function keep(workflowId: string, value: { draft: InputTexts; history: readonly InputTexts[] }): void {
  // A pasted book would fill what a browser keeps for us.
  if (canonicalJson(value).length < LONGEST * MOST) keepValue('user', `inputs.${workflowId}`, value);
}
