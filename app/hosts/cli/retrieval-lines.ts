import type { RetrievedChunk, Seen } from '../../core/run/retrieval-flow.ts';
import type { ReportedChunk, RetrievalReport } from '../../core/run/retrieval-report.ts';
import type { Retrieval } from '../../services/run/run-insight.ts';
import { placeOf } from './commands/search.ts';
import { type Column, tableLines, wrapped } from './table.ts';
import { safeText, type Terminal } from './terminal.ts';

const reasons: { [reason in NonNullable<Seen['dropped']>]: string } = {
  'below-k': 'ranks too low',
  'not-looked-at': 'not looked at',
  'too-alike': 'too like a chosen one',
  duplicate: 'says almost the same as',
  'over-budget': 'over the token budget',
  joined: 'joined into',
  unnoted: 'not handed on',
};

/** Why a chunk was not handed on, and for which other one. */
function dropText(
  { dropped, of, tokens }: Pick<Seen, 'dropped' | 'of' | 'tokens'>,
  nameOf: (id: string) => string,
): string {
  if (dropped === undefined) return '';
  const needs = dropped === 'over-budget' && tokens !== undefined ? ` (${tokens} tokens)` : '';
  return `${reasons[dropped]}${of === undefined ? '' : ` ${nameOf(of)}`}${needs}`;
}

/** What a step that searches, ranks or packs did, in one line. */
export function stageText({
  report,
  kept,
}: {
  report?: Omit<RetrievalReport, 'chunks'>;
  kept?: number | undefined;
}): string {
  if (!report) return 'noted nothing of its work';
  const { method, collection, limit, candidates, tokens, budget, filter } = report;
  return [
    collection,
    method,
    kept === undefined ? undefined : `${kept} of ${candidates ?? kept}`,
    limit === undefined ? undefined : `at most ${limit}`,
    tokens !== undefined && budget !== undefined ? `${tokens} of ${budget} tokens` : undefined,
    filter === undefined ? undefined : `filter ${JSON.stringify(filter)}`,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** Rows that are shown in any case. */
const SHOWN = 20;

const score = (value: number | undefined) => (value === undefined ? '' : value.toPrecision(3));
const rank = (value: number | undefined) => (value === undefined ? '–' : String(value));

const reportColumns: Column[] = [
  { title: 'BEFORE', right: true },
  { title: 'AFTER', right: true },
  { title: 'SCORE', right: true },
  { title: 'FILE', flexible: true },
  { title: 'WHY NOT', flexible: true },
];

/** The report of one step as a table: ranks before and after, scores, and why chunks were dropped. */
export function reportLines(report: RetrievalReport, terminal: Terminal, indent = ''): string[] {
  const files = new Map(report.chunks.map((chunk) => [chunk.id, chunk]));
  const nameOf = (id: string) => named(files.get(id), id);
  const kept = report.chunks.filter(({ after }) => after !== undefined).length;
  const { chunks: _chunks, ...head } = report;
  const lines = wrapped(stageText({ report: head, ...(report.role !== 'search' && { kept }) }), terminal.width, indent);
  if (report.query !== undefined) lines.unshift(...wrapped(`query: ${report.query}`, terminal.width, indent));
  if (report.chunks.length > 0) {
    const rows = report.chunks.map((chunk) => [
      rank(chunk.before),
      rank(chunk.after),
      score(chunk.score),
      named(chunk, chunk.id),
      dropText(chunk, nameOf),
    ]);
    lines.push(...tableLines(reportColumns, rows, terminal.width - indent.length).map((line) => indent + line));
  }
  if (report.untold !== undefined) lines.push(`${indent}… and ${report.untold} more`);
  return lines;
}

/** The file's own name and the place in it: its folders are much the same for all. */
function named(chunk: ReportedChunk | RetrievedChunk | undefined, id: string): string {
  if (chunk?.file === undefined) return id.slice(0, 8);
  return placeOf({ file: chunk.file.slice(chunk.file.lastIndexOf('/') + 1), line: chunk.line, page: chunk.page });
}

/** How one query's chunks were found, ranked, packed and used: a row for each, a column for each stage. */
export function retrievalLines(flow: NonNullable<Retrieval['flow']>, terminal: Terminal, all: boolean): string[] {
  const { stages, consumer } = flow;
  const isTold = (chunk: RetrievedChunk, at: number) => all || at < SHOWN || chunk.seen.at(-1)?.after !== undefined;
  const chunks = flow.chunks.filter(isTold);
  const untold = flow.untold + flow.chunks.length - chunks.length;
  const lines: string[] = [];
  const query = stages.find(({ report }) => report?.query !== undefined)?.report?.query;
  if (query !== undefined) lines.push(...wrapped(query, terminal.width), '');
  for (const stage of stages)
    lines.push(`${terminal.style('bold', safeText(stage.step))}  ${safeText(stageText(stage))}`);
  if (consumer) {
    const cited = consumer.citations === undefined ? '' : `, which cites ${consumer.citations}`;
    const held = consumer.isPromptKnown ? 'asked with the chunks marked P' : 'whose prompt is not shown';
    lines.push(
      `${terminal.style('bold', safeText(consumer.step))}  ${held}${consumer.abstained ? ', which found no answer in them' : cited}`,
    );
  }
  lines.push('');
  const byId = new Map(flow.chunks.map((chunk) => [chunk.id, chunk]));
  // Scores of different steps cannot be compared: those of the last one that gave any.
  const scoring = stages.findLast(({ step }) =>
    flow.chunks.some(({ seen }) => seen.some((one) => one.stage === step && one.score !== undefined)),
  )?.step;
  const columns: Column[] = [
    ...stages.map(({ step }) => ({
      title: step
        .slice(step.lastIndexOf('/') + 1)
        .toUpperCase()
        .slice(0, 12),
      right: true,
    })),
    { title: 'SCORE', right: true },
    { title: 'P' },
    { title: 'CITED' },
    { title: 'CHUNK', flexible: true },
    { title: 'WHY NOT', flexible: true },
  ];
  const rows = chunks.map((chunk) => {
    const last = chunk.seen.at(-1);
    return [
      ...stages.map(({ step }) => {
        const seen = chunk.seen.find(({ stage }) => stage === step);
        return seen === undefined ? '' : seen.after === undefined ? '×' : String(seen.after);
      }),
      score(chunk.seen.find(({ stage }) => stage === scoring)?.score),
      chunk.inPrompt === 'whole' ? 'P' : chunk.inPrompt === 'part' ? 'part' : '',
      chunk.cited ? (chunk.marker === undefined ? 'yes' : `[${chunk.marker}]`) : '',
      named(chunk, chunk.id),
      last ? dropText(last, (id) => named(byId.get(id), id)) : '',
    ];
  });
  lines.push(...tableLines(columns, rows, terminal.width));
  if (untold > 0) lines.push(`… and ${untold} more that were dropped${all ? '' : '; --all shows them'}`);
  return lines;
}
