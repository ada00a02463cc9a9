import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Answer, Chunk, Context } from '../../app/core/graph/values.ts';
import type { Workflow } from '../../app/core/graph/workflow.ts';
import { openWorkspace, type Trace, type Workspace } from '../../app/index.ts';
import { copyWorkspaceFiles } from '../kit/copy-workspace-files.ts';
import { median, quantile } from './measure.ts';
import type { BenchOptions, BenchReport, Figure } from './report.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

const workspaceFolder = resolve(import.meta.dirname, '..', '..', 'workflows', 'samples', 'support');
const FLOW = join('workflows', 'support-assistant.flow.json');
const TOP = 5;

const kinds = ['answer', 'abstain', 'escalate'] as const;
type Kind = (typeof kinds)[number];

/** How a run went, finer than what the dataset expects. */
const endings = [
  'answered',
  'abstained by itself',
  'to a person, draft abstained',
  'to a person, with a draft',
  'to a person at once',
  'failed',
] as const;
type Ending = (typeof endings)[number];

interface Question {
  id: string;
  question: string;
  customer: string | null;
  expect: Kind;
  sources: string[];
}

interface Outcome {
  id: string;
  expect: Kind;
  ending: Ending;
  /** Why a person is asked, or what failed. */
  reason?: string;
  sources: string[];
  /** Files by rank after the reranker; empty when nothing was searched. */
  ranked: string[];
  /** Files that the context of the prompt held. */
  packed: string[];
  /** Files that the draft cites. */
  cited: string[];
  ms: number;
  nanoUsd: number;
}

/** The value on a port of the step of the only node of a type, when it ran. */
function outputOf(trace: Trace, nodes: readonly string[], port: string): unknown {
  const shown = trace.steps.find(({ node, state }) => nodes.includes(node) && state === 'succeeded')?.outputs[port];
  return shown && 'value' in shown ? shown.value : undefined;
}

async function ask(workspace: Workspace, workflow: Workflow, question: Question): Promise<Outcome> {
  const nodesOf = (type: string) => workflow.nodes.filter((node) => node.type === type).map(({ id }) => id);
  const began = performance.now();
  const run = await workspace.run(FLOW, { question: question.question, customer: question.customer ?? '' });
  const result = await run.result;
  const ms = performance.now() - began;
  const trace = await workspace.trace(run.runId);
  const files = (chunks: readonly Chunk[] | undefined) => [...new Set((chunks ?? []).map(({ file }) => file))];
  const draft = outputOf(trace, nodesOf('model'), 'answer') as Answer | undefined;
  const ranked = outputOf(trace, nodesOf('reranker'), 'chunks') as Chunk[] | undefined;
  const context = outputOf(trace, nodesOf('context'), 'context') as Context | undefined;
  const reason = result.error?.message ?? trace.waits.find(({ state }) => state === 'open')?.reason;
  return {
    id: question.id,
    expect: question.expect,
    ending: endingOf(result.status, draft),
    ...(reason !== undefined && { reason }),
    sources: question.sources,
    ranked: files(ranked?.slice(0, TOP)),
    packed: files(context?.chunks),
    cited: [...new Set((draft?.citations ?? []).flatMap(({ file }) => file ?? []))],
    ms,
    nanoUsd: trace.steps.reduce((sum, { spent }) => sum + spent.nanoUsd, 0),
  };
}

function endingOf(status: string, draft: Answer | undefined): Ending {
  if (status === 'waiting') {
    if (draft === undefined) return 'to a person at once';
    return draft.abstained ? 'to a person, draft abstained' : 'to a person, with a draft';
  }
  if (status !== 'succeeded' || draft === undefined) return 'failed';
  return draft.abstained ? 'abstained by itself' : 'answered';
}

const abstained = ({ ending }: Outcome): boolean =>
  ending === 'abstained by itself' || ending === 'to a person, draft abstained';
const escalated = ({ ending }: Outcome): boolean => ending.startsWith('to a person');
const hits = (files: readonly string[], sources: readonly string[]): number =>
  files.filter((file) => sources.includes(file)).length;

/** The question is one for its kind: an abstention that a person sees is still an abstention. */
function isRight(outcome: Outcome): boolean {
  switch (outcome.expect) {
    case 'answer':
      return outcome.ending === 'answered' && hits(outcome.cited, outcome.sources) > 0;
    case 'abstain':
      return abstained(outcome);
    case 'escalate':
      return escalated(outcome);
  }
}

/** The sample workspace over its own questions, with its built-in reader and embedder: how far baselines get. */
export async function sample({ say }: BenchOptions): Promise<BenchReport> {
  const questions = readFileSync(join(workspaceFolder, 'datasets', 'questions.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Question);
  return inTemporaryFolder(async (folder) => {
    copyWorkspaceFiles(workspaceFolder, folder);
    const workflow = JSON.parse(readFileSync(join(folder, FLOW), 'utf8')) as Workflow;
    const workspace = await openWorkspace(folder, { env: {}, profileDir: join(folder, '.profile') });
    try {
      const began = performance.now();
      const reports = await workspace.ingest();
      const ingestMs = performance.now() - began;
      const outcomes: Outcome[] = [];
      for (const question of questions) {
        outcomes.push(await ask(workspace, workflow, question));
        say(`${question.id} ${outcomes.at(-1)?.ending}`);
      }
      return {
        figures: [
          ...quality(outcomes),
          {
            name: `ingestion: ${reports.map(({ collection, files, chunks }) => `${collection} ${files} files, ${chunks} chunks`).join('; ')}`,
            value: ingestMs,
            unit: 'ms',
          },
        ],
        remarks: [
          '',
          `Workflow ${workflow.id} of the sample workspace, ${questions.length} questions, built-in extractive reader and hashing embedder.`,
          `Source found: at least one of the question's sources among the first ${TOP} chunks after the reranker. A question that went to a person before anything was searched counts as not found.`,
          'Right: answered, citing one of its sources; abstained, whether or not a person then looks at it; handed to a person.',
          '',
          ...confusion(outcomes),
          '',
          ...misses(outcomes),
        ],
        details: outcomes,
      };
    } finally {
      await workspace.close();
    }
  });
}

function quality(outcomes: readonly Outcome[]): Figure[] {
  const withSources = outcomes.filter(({ sources }) => sources.length > 0);
  const share = (some: readonly Outcome[], of: readonly Outcome[]) =>
    of.length === 0 ? 0 : (100 * some.length) / of.length;
  const rate = (name: string, some: readonly Outcome[], of: readonly Outcome[]): Figure => ({
    name: `${name} (${some.length} of ${of.length})`,
    value: share(some, of),
    unit: '%',
  });
  const answered = outcomes.filter(({ ending }) => ending === 'answered');
  const expected = (kind: Kind) => outcomes.filter(({ expect }) => expect === kind);
  const abstentions = outcomes.filter(abstained);
  const escalations = outcomes.filter(escalated);
  const first = withSources.map(({ ranked, sources }) => hits(ranked, sources) / Math.min(sources.length, TOP));
  const times = outcomes.map(({ ms }) => ms);
  return [
    rate(
      `source recall@${TOP}: questions with a source found`,
      withSources.filter(({ ranked, sources }) => hits(ranked, sources) > 0),
      withSources,
    ),
    {
      name: `share of all their sources found in the first ${TOP}`,
      value: (100 * first.reduce((a, b) => a + b, 0)) / first.length,
      unit: '%',
    },
    rate(
      'a source in the context of the prompt',
      withSources.filter(({ packed, sources }) => hits(packed, sources) > 0),
      withSources,
    ),
    rate('answered', answered, outcomes),
    rate(
      'answers that cite one of the sources',
      answered.filter(({ cited, sources }) => hits(cited, sources) > 0),
      answered,
    ),
    rate('abstention rate', abstentions, outcomes),
    rate(
      'abstentions that were due',
      abstentions.filter(({ expect }) => expect === 'abstain'),
      abstentions,
    ),
    rate('due abstentions made', expected('abstain').filter(abstained), expected('abstain')),
    rate('escalation rate', escalations, outcomes),
    rate(
      'escalations that were due, or a due abstention',
      escalations.filter((one) => one.expect === 'escalate' || (one.expect === 'abstain' && abstained(one))),
      escalations,
    ),
    rate('due escalations made', expected('escalate').filter(escalated), expected('escalate')),
    rate('right, all together', outcomes.filter(isRight), outcomes),
    rate(
      'never answered where it was not to be answered',
      outcomes.filter(({ expect, ending }) => expect !== 'answer' && ending !== 'answered'),
      outcomes.filter(({ expect }) => expect !== 'answer'),
    ),
    {
      name: 'time a question',
      value: median(times),
      unit: 'ms',
      spread: [quantile(times, 0.25), quantile(times, 0.75)],
    },
    { name: 'cost of all', value: outcomes.reduce((sum, { nanoUsd }) => sum + nanoUsd, 0) / 1e9, unit: 'US $' },
  ];
}

/** What was expected (rows) and what happened (columns). */
function confusion(outcomes: readonly Outcome[]): string[] {
  const used = endings.filter((ending) => outcomes.some((outcome) => outcome.ending === ending));
  const rows = kinds.map((kind) => [
    `expected: ${kind}`,
    ...used.map((ending) => String(outcomes.filter((one) => one.expect === kind && one.ending === ending).length)),
  ]);
  const head = ['', ...used];
  const widths = head.map((title, i) => Math.max(...[head, ...rows].map((row) => (row[i] ?? title).length)));
  return [head, ...rows].map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
  );
}

function misses(outcomes: readonly Outcome[]): string[] {
  const line = ({ id, expect, ending, reason, cited, sources }: Outcome) =>
    `  ${id}: expected ${expect}, ${ending}${reason ? ` (${reason})` : ''}${cited.length > 0 ? `; cites ${cited.join(', ')}` : ''}${sources.length > 0 ? `; sources ${sources.join(', ')}` : ''}`;
  const unfound = outcomes.filter(({ ranked, sources }) => sources.length > 0 && hits(ranked, sources) === 0);
  const wrong = outcomes.filter((outcome) => !isRight(outcome));
  return [
    `Source not found among the first ${TOP} (${unfound.length}):`,
    ...unfound.map(
      ({ id, ranked, sources }) => `  ${id}: found ${ranked.join(', ') || 'nothing'}; sources ${sources.join(', ')}`,
    ),
    `Not right (${wrong.length}):`,
    ...wrong.map(line),
  ];
}
