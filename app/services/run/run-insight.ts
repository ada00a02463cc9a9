import { AppError } from '../../core/errors/app-error.ts';
import { didYouMean } from '../../core/errors/suggest.ts';
import { sha256Hex } from '../../core/graph/hash.ts';
import { nodePorts } from '../../core/graph/node-ports.ts';
import type { PortTypeName } from '../../core/graph/ports.ts';
import { Answer, Chunk, Context, Message } from '../../core/graph/values.ts';
import type { WorkflowNode } from '../../core/graph/workflow.ts';
import type { Registry } from '../../core/nodekit/define-node.ts';
import { resourceName } from '../../core/plan/resource-name.ts';
import { differenceText, linkReason } from '../../core/run/describe-link.ts';
import {
  type ChainAbout,
  type ChainLink,
  type ChainRun,
  type FailureChain,
  failureChain,
  workOf,
} from '../../core/run/failure-chain.ts';
import { type Feedback, THUMBS } from '../../core/run/feedback.ts';
import {
  type ConsumerFacts,
  flowOf,
  type RetrievedChunk,
  retrievalFlows,
  retrievedChunks,
  type StageFacts,
} from '../../core/run/retrieval-flow.ts';
import { type RetrievalReport, readRetrievalReport } from '../../core/run/retrieval-report.ts';
import { type RunFlag, runFlags } from '../../core/run/run-flags.ts';
import type { StepView } from '../../core/run/run-view.ts';
import type { ShownValue } from '../../core/run/shown-value.ts';
import { StepFeeds } from '../../core/run/step-feeds.ts';
import type { RunSnapshot } from '../../engine/engine-ports.ts';
import { findRun } from './find-run.ts';
import { type ReadRun, type RunReaderPorts, readRun } from './read-run.ts';
import { buildTrace, type Trace, type TracedStep } from './trace.ts';

/** A run that went well, to compare with. */
export interface GoodRun {
  runId: string;
  createdAt: number;
  /** It was given the same; else it is the newest that went well. */
  sameInputs: boolean;
  sameWorkflow: boolean;
}

export interface ShownLink extends ChainLink {
  /** What it was to the value, in a sentence. */
  reason: string;
  /** What is otherwise than in the good run, in words. */
  differences: string[];
  /** What it gave; large ones as references. */
  outputs: { [port: string]: ShownValue };
}

/** Why an output is as it is. */
export interface Why {
  runId: string;
  workflowName: string;
  status: Trace['status'];
  start: string;
  /** What is wrong at the start; none where a person asks about a step that nothing is wrong with. */
  flag?: RunFlag;
  /** Everything that is flagged in the run, the most telling first. */
  flags: RunFlag[];
  good?: GoodRun;
  /** Runs that were looked at for one that went well. */
  looked: number;
  links: ShownLink[];
  origins: FailureChain['origins'];
  untold: number;
}

export interface RetrievalStage {
  step: string;
  node: string;
  role: RetrievalReport['role'];
  state: StepView['state'];
  /** None of a step of an older release, or where facts may not show. */
  report?: Omit<RetrievalReport, 'chunks'>;
  /** Chunks that it handed on; none where that may not show. */
  kept?: number;
}

export interface Retrieval {
  runId: string;
  /** The ways of chunks through the run, each by the step that ends it. */
  flows: { id: string; consumer?: string; query?: string }[];
  /** The way that is told. */
  flow?: {
    id: string;
    stages: RetrievalStage[];
    chunks: RetrievedChunk[];
    /** Chunks that are left out because there are too many. */
    untold: number;
    consumer?: {
      step: string;
      node: string;
      /** Whether it is known what the prompt held. */
      isPromptKnown: boolean;
      abstained?: boolean;
      citations?: number;
    };
  };
}

export interface RunInsight {
  /**
   * What led to a step: back along what fed it, beside the last run that went well.
   * @param step path or node; by default what ended the run, or else the most telling flag, or else its last output
   * @param good run to compare with; by default the newest one that went well, rather one with the same inputs
   * @throws AppError run.not_found, run.step_not_found
   */
  why(run: string, options?: { step?: string; good?: string }): Promise<Why>;
  /**
   * How one query's chunks were found, ranked, packed and used.
   * @param step any step on the way or after it; by default the first way is told
   * @throws AppError run.not_found, run.step_not_found
   */
  retrieval(run: string, step?: string): Promise<Retrieval>;
}

export interface RunInsightPorts extends RunReaderPorts {
  registry: Registry;
  /** What people thought of a run, words as they may show. */
  feedback: (runId: string) => Promise<readonly Feedback[]>;
}

/** Runs that are looked at for one that went well, at most. */
const MOST_LOOKED = 25;
/** UTF-16 units of a value that a link shows by itself. */
const LARGEST = 4000;
const MOST_CHUNKS = 300;
/** Digits of a prompt's hash, as calls name its version. */
const DIGITS = 12;

/** Types of outputs that say by themselves that something is wrong. */
const judging: ReadonlySet<PortTypeName> = new Set(['verdict', 'confidence', 'answer']);

export function createRunInsight(ports: RunInsightPorts): RunInsight {
  const { index, journal, registry } = ports;

  /** The run as it may be shown, with the payloads of some steps. */
  const shown = (read: ReadRun, wants: (step: string) => boolean, atMost?: number) =>
    buildTrace({
      ...read,
      value: (digest) => journal.value(digest, read.runId),
      wants: (step) => step !== undefined && wants(step),
      ...(atMost !== undefined && { atMost }),
    });

  async function flagsOf(read: ReadRun, about: NodesAbout): Promise<RunFlag[]> {
    const judge = new Set(
      read.view.steps.flatMap(({ step, node }) =>
        Object.values(about.chain(node).outputs).some((type) => judging.has(type)) ? [step] : [],
      ),
    );
    const { steps, waits, failedStep } = await shown(read, (step) => judge.has(step));
    const down = (await ports.feedback(read.runId)).flatMap(({ name, value, target, note }) => {
      // Who says it of the whole run means what it gave.
      const step = target?.step ?? outputStep(read, about);
      return name === THUMBS && value === false && step !== undefined ? [{ step, ...(note !== null && { note }) }] : [];
    });
    return runFlags(steps, waits, { failedStep, down });
  }

  /** The newest run of the workflow that went well, one with the same inputs before all others; older ones first. */
  async function lastGood(read: ReadRun): Promise<{ good?: { read: ReadRun; sameInputs: boolean }; looked: number }> {
    const { workflowId, inputs } = read.view;
    const filter = { workflowId, status: 'succeeded', limit: MOST_LOOKED } as const;
    const older = index.listRuns({ ...filter, before: read.runId });
    const known = new Set([read.runId, ...older.map(({ runId }) => runId)]);
    const newer = older.length < MOST_LOOKED ? index.listRuns(filter).filter(({ runId }) => !known.has(runId)) : [];
    let looked = 0;
    let newest: ReadRun | undefined;
    for (const { runId, payloads, origin } of [...older, ...newer].slice(0, MOST_LOOKED)) {
      // What a file says of a run elsewhere is a measure only for who names it.
      if (payloads === 'purged' || origin?.kind === 'imported') continue;
      looked += 1;
      const other = await readRun(ports, runId);
      const sameInputs = JSON.stringify(sorted(other.view.inputs)) === JSON.stringify(sorted(inputs));
      if (newest && !sameInputs) continue;
      if ((await flagsOf(other, aboutNodes(other.snapshot, registry))).length > 0) continue;
      if (sameInputs) return { good: { read: other, sameInputs }, looked };
      newest = other;
    }
    return { ...(newest && { good: { read: newest, sameInputs: false } }), looked };
  }

  return {
    async why(run, { step, good: asked } = {}) {
      const read = await readRun(ports, findRun(index, run));
      const about = aboutNodes(read.snapshot, registry);
      const flags = await flagsOf(read, about);
      const start = step === undefined ? (flags[0]?.step ?? outputStep(read, about)) : stepNamed(read, step);
      if (start === undefined) throw noSteps(read);
      const { good, looked } =
        asked === undefined ? await lastGood(read) : { good: await chosen(ports, read, asked), looked: 1 };
      const chain = failureChain(chainRun(read), start, about.chain, good && chainRun(good.read));
      const told = new Set(chain.links.map((link) => link.step));
      const { steps, waits, status } = await shown(read, (one) => told.has(one), LARGEST);
      const byPath = new Map(steps.map((one) => [one.step, one]));
      const decided = new Map(waits.map((one) => [one.step, one.decision]));
      const flag = flags.find((one) => one.step === start);
      return {
        runId: read.runId,
        workflowName: read.view.workflowName,
        status,
        start,
        ...(flag && { flag }),
        flags,
        ...(good && {
          good: {
            runId: good.read.runId,
            createdAt: good.read.view.createdAt,
            sameInputs: good.sameInputs,
            sameWorkflow: good.read.view.workflowHash === read.view.workflowHash,
          },
        }),
        looked,
        links: chain.links.map((link): ShownLink => {
          const traced = byPath.get(link.step) as TracedStep;
          const decision = decided.get(link.step);
          const prompts = about.promptVersions(link.node);
          return {
            ...link,
            reason: linkReason(link, traced, { ...(decision && { decision }), prompts }),
            differences: link.compared.verdict === 'differs' ? link.compared.differences.map(differenceText) : [],
            outputs: link.side === undefined ? traced.outputs : {},
          };
        }),
        origins: chain.origins,
        untold: chain.untold,
      };
    },

    async retrieval(run, step) {
      const read = await readRun(ports, findRun(index, run));
      const about = aboutNodes(read.snapshot, registry);
      const path = step === undefined ? undefined : stepNamed(read, step);
      const { steps } = read.view;
      const feeds = new StepFeeds(read.snapshot.workflow, steps, about.chain);
      const flows = retrievalFlows(steps, feeds, about.role);
      const found = flowOf(flows, path, feeds);
      const stages = new Set(found?.stages);
      const trace = await shown(read, (one) => stages.has(one) || one === found?.consumer);
      const byPath = new Map(trace.steps.map((one) => [one.step, one]));
      const queryOf = (ids: readonly string[]) =>
        ids.map((id) => readRetrievalReport(byPath.get(id)?.detail)?.query).find((query) => query !== undefined);
      const result: Retrieval = {
        runId: read.runId,
        flows: flows.map(({ id, consumer, stages: ids }) => {
          const query = queryOf(ids);
          return { id, ...(consumer !== undefined && { consumer }), ...(query !== undefined && { query }) };
        }),
      };
      if (!found) return result;
      const facts = found.stages.map((id) => stageFacts(byPath.get(id) as TracedStep, about));
      const consumer = found.consumer === undefined ? undefined : byPath.get(found.consumer);
      const used = consumer && consumerFacts(consumer);
      const chunks = retrievedChunks(facts, found.fedBy, used);
      result.flow = {
        id: found.id,
        stages: facts.map(({ step: id, role, report, chunks: kept }): RetrievalStage => {
          const { node, state } = byPath.get(id) as TracedStep;
          const { chunks: _chunks, ...head } = report ?? { chunks: [] };
          return {
            step: id,
            node,
            role,
            state,
            ...(report && { report: head as Omit<RetrievalReport, 'chunks'> }),
            ...(kept && { kept: kept.length }),
          };
        }),
        chunks: chunks.slice(0, MOST_CHUNKS),
        untold: Math.max(0, chunks.length - MOST_CHUNKS),
        ...(consumer && {
          consumer: {
            step: consumer.step,
            node: consumer.node,
            isPromptKnown: used?.asked !== undefined,
            ...(used?.abstained !== undefined && { abstained: used.abstained }),
            ...(used?.citations && { citations: used.citations.length }),
          },
        }),
      };
      return result;
    },
  };
}

async function chosen(ports: RunInsightPorts, read: ReadRun, run: string) {
  const other = await readRun(ports, findRun(ports.index, run));
  const sameInputs = JSON.stringify(sorted(other.view.inputs)) === JSON.stringify(sorted(read.view.inputs));
  return { read: other, sameInputs };
}

function chainRun({ view, snapshot, events }: ReadRun): ChainRun {
  const { workflow, prompts, profiles } = snapshot;
  return { view, workflow, prompts, profiles, work: workOf(events) };
}

/** Ports in one order, so that equal ones read equal. */
function sorted<T>(ports: { [name: string]: T }): [string, T][] {
  return Object.entries(ports).sort(([a], [b]) => (a < b ? -1 : 1));
}

interface NodesAbout {
  chain(node: string): ChainAbout;
  role(node: string): RetrievalReport['role'] | undefined;
  isOutput(node: string): boolean;
  /** Prompt files that a node reads, with their versions: `prompts/answer.md@1a2b3c4d5e6f`. */
  promptVersions(node: string): string[];
}

/** What the manifests say of the nodes of a run; of types that are not there any more nothing. */
function aboutNodes({ workflow, prompts }: RunSnapshot, registry: Registry): NodesAbout {
  const nodes = new Map(workflow.nodes.map((node) => [node.id, node]));
  const known = new Map<string, ReturnType<typeof aboutNode>>();
  const of = (id: string) => {
    let found = known.get(id);
    if (!found) {
      found = aboutNode(nodes.get(id));
      known.set(id, found);
    }
    return found;
  };

  function aboutNode(node: WorkflowNode | undefined): {
    chain: ChainAbout;
    role?: RetrievalReport['role'];
    isOutput: boolean;
  } {
    const manifest = node && registry.get(node.type)?.manifest;
    const config = manifest?.config.safeParse(node?.config);
    if (!node || !manifest || !config?.success) return { chain: { outputs: {}, reads: [] }, isOutput: false };
    const { outputs } = nodePorts(node, manifest, config.data);
    const port = manifest.workflowPort?.(config.data);
    const reads = (manifest.reads?.(config.data) ?? []).flatMap(({ kind, name }) =>
      kind === 'prompt' || kind === 'profile' ? [{ kind, name: resourceName(workflow, node.id, kind, name) }] : [],
    );
    return {
      chain: {
        outputs: Object.fromEntries(Object.entries(outputs).map(([name, { type }]) => [name, type])),
        reads,
        ...(port?.direction === 'input' && { inputName: port.name }),
        ...(manifest.tool && { isTool: true }),
      },
      ...(manifest.retrieval && { role: manifest.retrieval }),
      isOutput: port?.direction === 'output',
    };
  }

  return {
    chain: (node) => of(node).chain,
    role: (node) => of(node).role,
    isOutput: (node) => of(node).isOutput,
    promptVersions: (node) =>
      of(node).chain.reads.flatMap(({ kind, name }) => {
        if (kind !== 'prompt') return [];
        const file = workflow.resources.prompts?.[name]?.file ?? name;
        return [`${file}@${sha256Hex(prompts[name] ?? '').slice(0, DIGITS)}`];
      }),
  };
}

/** The output of the run that got its value last; else what ended last. */
function outputStep({ view }: ReadRun, about: NodesAbout): string | undefined {
  const given = view.steps.filter(
    ({ step, node, outputs }) => step === node && about.isOutput(node) && Object.keys(outputs).length > 0,
  );
  return (given.at(-1) ?? view.steps.findLast(({ state }) => state !== 'skipped'))?.step;
}

/** @throws AppError run.step_not_found */
function stepNamed({ view: { steps }, runId }: ReadRun, name: string): string {
  const found = steps.find(({ step }) => step === name) ?? steps.find(({ node }) => node === name);
  if (found) return found.step;
  const near = didYouMean(
    name,
    steps.map(({ step }) => step),
  );
  throw new AppError('run.step_not_found', {
    message: `The run has no step “${name}”.${near}`,
    where: runId,
    remedy: `See all of them: pipewright trace ${runId} --all`,
  });
}

function noSteps({ runId }: ReadRun): AppError {
  return new AppError('run.step_not_found', {
    message: 'Nothing of the run has begun, so there is nothing to explain.',
    where: runId,
    remedy: 'The error of the run tells why: pipewright trace shows it.',
  });
}

function stageFacts(step: TracedStep, about: NodesAbout): StageFacts {
  const report = readRetrievalReport(step.detail);
  const chunks = chunksOf(step.outputs);
  return {
    step: step.step,
    role: report?.role ?? about.role(step.node) ?? 'rank',
    ...(report && { report }),
    ...(chunks && { chunks }),
  };
}

/** The chunks that a step handed on; those of a context with their marks. */
function chunksOf(outputs: TracedStep['outputs']): StageFacts['chunks'] {
  const values = Object.values(outputs).flatMap((shown) => ('value' in shown ? [shown.value] : []));
  for (const value of values) {
    const context = Context.safeParse(value);
    if (context.success) return context.data.chunks;
  }
  for (const value of values) {
    const chunks = Chunk.array().safeParse(value);
    if (chunks.success) return chunks.data;
  }
  return undefined;
}

function consumerFacts({ calls, outputs }: TracedStep): ConsumerFacts & { abstained?: boolean } {
  const call = calls.findLast(({ kind, state }) => kind === 'model.generate' && state === 'completed');
  const request = call?.request && 'value' in call.request ? call.request.value : undefined;
  const messages = Message.array().safeParse((request as { messages?: unknown } | undefined)?.messages);
  const answer = Object.values(outputs).flatMap((shown) => {
    const parsed = 'value' in shown ? Answer.safeParse(shown.value) : undefined;
    return parsed?.success ? [parsed.data] : [];
  })[0];
  return {
    ...(messages.success && { asked: messages.data.map(({ content }) => content) }),
    ...(answer && { citations: answer.citations, abstained: answer.abstained }),
  };
}
