import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ContractClient } from '../../app/core/contracts/client.ts';
import type { TrialSignal } from '../../app/core/contracts/prompt.ts';
import { fromWireError } from '../../app/core/contracts/wire-error.ts';
import type { JsonObject } from '../../app/core/graph/json.ts';
import { jsonOr } from './task-values.ts';

/** A text that was written and not saved yet, and the version on the disk that it was made from; null: a new file. */
export interface PromptDraft {
  text: string;
  base: string | null;
}

/** What is asked of a model with one text of a prompt. */
export interface TrialQuestion {
  text: string;
  /** What the text is called: its version, or nothing where it is being written. */
  version: string | undefined;
  profile: string;
  values: JsonObject;
  temperature?: number;
  maxTokens?: number;
  like?: { runId: string; step: string };
}

export interface Trial extends TrialQuestion {
  state: 'asking' | 'done' | 'stopped' | 'failed';
  /** What has come of the answer. */
  said: string;
  answer?: Extract<TrialSignal, { type: 'answer' }>;
  fault?: { message: string; remedy?: string };
}

export interface PromptWork {
  draft: PromptDraft | undefined;
  /** What a person filled in, by variable, in place of what the last run had. */
  values: Readonly<Record<string, string>>;
  /** The last question: one answer, or two beside each other. */
  trials: readonly Trial[];
}

export interface PromptsState {
  of: ReadonlyMap<string, PromptWork>;
}

/** What is written, filled in and asked about prompts; it stays while their panel is closed. */
export interface PromptDesk {
  readonly store: StoreApi<PromptsState>;
  /** Nothing in place of a draft gives up what was written. */
  write(file: string, draft: PromptDraft | undefined): void;
  fill(file: string, values: PromptWork['values']): void;
  /** Asks each question at once, in place of those before. Resolves when all are answered, stopped or have failed. */
  ask(file: string, questions: readonly TrialQuestion[]): Promise<void>;
  stop(file: string): void;
  /** Whether there is something that would be lost with the page. */
  isAtRisk(): boolean;
}

export const noWork: PromptWork = { draft: undefined, values: {}, trials: [] };

export function createPromptDesk(client: Pick<ContractClient, 'prompt'>): PromptDesk {
  const store = createStore<PromptsState>(() => ({ of: new Map() }));
  const asking = new Map<string, AbortController>();

  function change(file: string, more: (work: PromptWork) => Partial<PromptWork>): void {
    store.setState(({ of }) => {
      const work = of.get(file) ?? noWork;
      return { of: new Map(of).set(file, { ...work, ...more(work) }) };
    });
  }

  async function one(file: string, at: number, question: TrialQuestion, signal: AbortSignal): Promise<void> {
    const tell = (more: (trial: Trial) => Partial<Trial>) => {
      // Another question may have taken its place: its answer is not this one's.
      if (asking.get(file)?.signal !== signal) return;
      change(file, ({ trials }) => ({ trials: trials.map((one, i) => (i === at ? { ...one, ...more(one) } : one)) }));
    };
    const { text, values, profile, temperature, maxTokens, like } = question;
    try {
      const request = {
        ...{ file, text, values, profile },
        ...(temperature !== undefined && { temperature }),
        ...(maxTokens !== undefined && { maxTokens }),
        ...(like && { like }),
      };
      for await (const signalled of await client.prompt.ask(request, { signal })) {
        if (signalled.type === 'piece') tell(({ said }) => ({ said: said + signalled.text }));
        else if (signalled.type === 'restart') tell(() => ({ said: '' }));
        else tell(() => ({ state: 'done', said: signalled.text, answer: signalled }));
      }
      tell(({ state }) => (state === 'asking' ? { state: 'stopped' } : {}));
    } catch (thrown) {
      const { message, remedy } = fromWireError(thrown);
      if (signal.aborted) tell(() => ({ state: 'stopped' }));
      else tell(() => ({ state: 'failed', fault: { message, ...(remedy !== undefined && { remedy }) } }));
    }
  }

  return {
    store,
    write: (file, draft) => change(file, () => ({ draft })),
    fill: (file, values) => change(file, () => ({ values })),
    async ask(file, questions) {
      asking.get(file)?.abort();
      const stopping = new AbortController();
      asking.set(file, stopping);
      change(file, () => ({ trials: questions.map((question) => ({ ...question, state: 'asking', said: '' })) }));
      await Promise.all(questions.map((question, at) => one(file, at, question, stopping.signal)));
    },
    stop: (file) => asking.get(file)?.abort(),
    isAtRisk: () => [...store.getState().of.values()].some(({ draft }) => draft !== undefined),
  };
}

/**
 * The values of variables: what a person filled in, else what the last run had. What was no text there is read as JSON
 * where it is some.
 */
export function filledValues(
  names: readonly string[],
  sample: JsonObject,
  filled: Readonly<Record<string, string>>,
): JsonObject {
  const values: JsonObject = {};
  for (const name of names) {
    const written = filled[name];
    const was = Object.hasOwn(sample, name) ? sample[name] : undefined;
    if (written === undefined) {
      if (was !== undefined) values[name] = was;
    } else values[name] = was === undefined || typeof was === 'string' ? written : jsonOr(written);
  }
  return values;
}

/** A value as it is filled in. */
export function fillableText(value: JsonObject[string] | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);
}
