import type { Reckoner } from '../../core/budget/reckoning.ts';
import type {
  CallOptions,
  ModelCapability,
  ModelProfileInfo,
  ModelRequest,
  ModelResponse,
} from '../../core/capabilities/capabilities.ts';
import { isAppError } from '../../core/errors/app-error.ts';
import { sha256Hex } from '../../core/graph/hash.ts';
import { isJsonObject, type Json, type JsonObject } from '../../core/graph/json.ts';
import type { Message } from '../../core/graph/values.ts';
import type { Workflow } from '../../core/graph/workflow.ts';
import type { Registry } from '../../core/nodekit/define-node.ts';
import { promptsBefore } from '../../core/plan/prompts-before.ts';
import type { ShownValue } from '../../core/run/shown-value.ts';
import { parsePrompt } from '../../core/template/prompt-file.ts';
import { promptName, promptVersion } from '../../core/template/prompt-version.ts';
import type { RunService } from '../run/run-service.ts';
import type { PromptHistory } from './prompt-history.ts';
import { promptsUsedBy } from './prompt-uses.ts';

/** A run and a step in it that asked a model with this prompt. */
export interface SampleCall {
  runId: string;
  step: string;
  profile: string;
}

/** What a prompt was filled with the last time. */
export interface PromptSample {
  /** Null where no run has filled it yet. */
  from: { runId: string; step: string; workflowName: string; at: number } | null;
  values: JsonObject;
  /** Variables whose values may not be shown: personal, or not kept. */
  withheld: string[];
  /** The call that was made with it. */
  call: SampleCall | null;
}

export interface PromptVariable {
  name: string;
  /** By a template of the file. */
  isUsed: boolean;
}

/** What is wrong with a prompt's text, or with filling it. */
export interface PromptFault {
  message: string;
  where: string | null;
  remedy: string | null;
  /** Line of the file, counted from 1. */
  line: number | null;
}

/** What asking one chat profile would need. Money is integer nano-dollars. */
export interface ProfileFit {
  profile: string;
  provider: string;
  model: string;
  builtIn: boolean;
  /** Tokens that prompt and answer may have together; null when not known. */
  contextWindow: number | null;
  maxOutputTokens: number | null;
  /** Of the prompt alone, and of the prompt with the longest answer; null when the price is not known. */
  promptNanoUsd: number | null;
  mostNanoUsd: number | null;
}

export interface PromptPreview {
  description: string | null;
  variables: PromptVariable[];
  fault: PromptFault | null;
  /** What a model would get; null while something is wrong. */
  messages: Message[] | null;
  /** An estimate: providers count differently. */
  tokens: number | null;
  profiles: ProfileFit[];
}

export interface TrialRequest {
  file: string;
  text: string;
  values: JsonObject;
  profile: string;
  temperature?: number;
  maxTokens?: number;
  /** A call of an earlier run: what it gave the model besides the messages is given here too. */
  like?: Pick<SampleCall, 'runId' | 'step'>;
}

export interface PromptTrialPorts {
  history: Pick<PromptHistory, 'snapshotsOf' | 'runs'>;
  /** Undefined where nothing ever ran. */
  runs(): Promise<Pick<RunService, 'trace' | 'step' | 'workflowOf'> | undefined>;
  registry: Registry;
  /** Names of the chat profiles of the workspace. */
  profiles: readonly string[];
  models(): Promise<ModelCapability & { reckon: Reckoner; info(profile: string): Promise<ModelProfileInfo> }>;
  countTokens(request: ModelRequest): number;
}

export interface PromptTrial {
  /** The values of the last run that filled a prompt; of this version where one is named and was used. */
  sample(file: string, version?: string): Promise<PromptSample>;
  /** What a text says, filled with values, and which profiles it fits. Asks nobody. */
  preview(request: { file: string; text: string; values: JsonObject }): Promise<PromptPreview>;
  /**
   * Asks a model once with a text filled with values. It goes through the gateway as every call does, held to the budgets,
   * and stands in the ledger under the tag `try`.
   * @throws AppError prompt.invalid, template.*, profile.*, provider.*, budget.*
   */
  ask(request: TrialRequest, options?: Pick<CallOptions, 'signal' | 'onDelta' | 'onRestart'>): Promise<ModelResponse>;
}

/** What trials are counted under in the ledger. */
export const TRY_TAG = 'try';
/** A call of a chat model, as the log names it. */
const ASKS = 'model.generate';
/** Runs that are looked through for values, the newest first. */
const MOST_TRIES = 10;

export function createPromptTrial(ports: PromptTrialPorts): PromptTrial {
  const { history, registry, profiles, models, countTokens } = ports;

  /** The newest step of a run that filled this prompt, and the call that was made with it. */
  async function sampleOf(
    runs: NonNullable<Awaited<ReturnType<PromptTrialPorts['runs']>>>,
    runId: string,
    file: string,
  ) {
    const workflow = await runs.workflowOf(runId);
    const nodes = new Set((promptsUsedBy(workflow, registry).get(file) ?? []).map(({ id }) => id));
    const { steps, workflowName, createdAt } = await runs.trace(runId, { payloads: 'none' });
    const filled = steps.find(({ node, state }) => nodes.has(node) && (state === 'succeeded' || state === 'cached'));
    if (!filled) return undefined;
    const asking = steps.find(
      ({ node, calls }) => calls.some(({ kind }) => kind === ASKS) && isBehind(file, node, workflow, registry),
    );
    const { inputs } = await runs.step(runId, filled.step, { large: true });
    const config = workflow.nodes.find(({ id }) => id === filled.node)?.config;
    const defaults = isJsonObject(config) && isJsonObject(config['defaults']) ? config['defaults'] : {};
    const values: JsonObject = { ...defaults };
    const withheld: string[] = [];
    for (const { port, value } of inputs) {
      if (value && 'value' in value) values[port] = value.value;
      else if (value) withheld.push(port);
    }
    const request = asking && requestOf((await runs.step(runId, asking.step, { large: true })).step.calls);
    const sample: PromptSample = {
      from: { runId, step: filled.step, workflowName, at: createdAt },
      values,
      withheld,
      call: asking && request ? { runId, step: asking.step, profile: request.profile } : null,
    };
    return sample;
  }

  async function fitOf(profile: string, messages: Message[] | null): Promise<ProfileFit> {
    const gateway = await models();
    const { provider, model, builtIn, contextWindow, maxOutputTokens } = await gateway.info(profile);
    const cost = async (answerTokens?: number) => {
      if (!messages) return null;
      const { cost } = await gateway.reckon.generate({ profile, messages }, answerTokens);
      return cost.known ? cost.nanoUsd : null;
    };
    return {
      ...{ profile, provider, model, builtIn },
      contextWindow: contextWindow ?? null,
      maxOutputTokens: maxOutputTokens ?? null,
      promptNanoUsd: await cost(0),
      mostNanoUsd: await cost(),
    };
  }

  return {
    async sample(file, version) {
      const nothing: PromptSample = { from: null, values: {}, withheld: [], call: null };
      const runs = await ports.runs();
      if (!runs) return nothing;
      const versions = [...new Set((await history.snapshotsOf(file)).map((one) => one.version))];
      const wanted = versions.sort((a, b) => Number(b === version) - Number(a === version));
      let tries = 0;
      for (const one of wanted) {
        for (const { runId } of await history.runs(file, one, MOST_TRIES)) {
          if (tries >= MOST_TRIES) return nothing;
          tries += 1;
          const sample = await sampleOf(runs, runId, file);
          if (sample) return sample;
        }
      }
      return nothing;
    },

    async preview({ file, text, values }) {
      const preview: PromptPreview = {
        ...{ description: null, variables: [], fault: null, messages: null, tokens: null },
        profiles: [],
      };
      try {
        const prompt = parsePrompt(text, file);
        const used = new Set(prompt.messages.flatMap(({ template }) => template.variables));
        preview.description = prompt.description ?? null;
        preview.variables = prompt.variables.map((name) => ({ name, isUsed: used.has(name) }));
        preview.messages = prompt.render(values);
      } catch (thrown) {
        preview.fault = faultOf(thrown);
      }
      if (preview.messages) preview.tokens = countTokens({ profile: '', messages: preview.messages });
      for (const profile of profiles) preview.profiles.push(await fitOf(profile, preview.messages));
      return preview;
    },

    async ask({ file, text, values, profile, temperature, maxTokens, like }, options = {}) {
      const messages = parsePrompt(text, file).render(values);
      const runs = like && (await ports.runs());
      const before =
        like && runs ? requestOf((await runs.step(like.runId, like.step, { large: true })).step.calls) : undefined;
      const gateway = await models();
      return gateway.generate(
        {
          ...{ profile, messages },
          ...(before?.schema !== undefined && { schema: before.schema }),
          ...(before?.context !== undefined && { context: before.context }),
          ...(before?.question !== undefined && { question: questionOf(before, values) }),
          ...(temperature !== undefined && { temperature }),
          ...(maxTokens !== undefined && { maxTokens }),
        },
        { ...options, outside: { tags: [TRY_TAG], prompt: promptName(file, promptVersion(sha256Hex(text))) } },
      );
    },
  };
}

/** Whether the requests of a node are made of a prompt file. */
function isBehind(file: string, node: string, workflow: Workflow, registry: Registry): boolean {
  const { prompts = {} } = workflow.resources;
  return promptsBefore(workflow, registry, node).some((alias) => prompts[alias]?.file === file);
}

/** The request of the first call of a model that may be shown. */
function requestOf(calls: readonly { kind: string; request?: ShownValue }[]): ModelRequest | undefined {
  for (const { kind, request } of calls)
    if (kind === ASKS && request && 'value' in request) return request.value as unknown as ModelRequest;
  return undefined;
}

/** What a built-in reader is asked: the variable that the question was, with what it is now. */
function questionOf({ question = '' }: ModelRequest, values: JsonObject): string {
  const now: Json | undefined = values['question'];
  return typeof now === 'string' && now.trim() !== '' ? now : question;
}

function faultOf(thrown: unknown): PromptFault {
  if (!isAppError(thrown)) throw thrown;
  const { message, where, remedy, data } = thrown;
  const line = data?.['line'];
  return { message, where: where ?? null, remedy: remedy ?? null, line: typeof line === 'number' ? line : null };
}
