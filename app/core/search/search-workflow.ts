import type { Workflow } from '../graph/workflow.ts';
import type { Registry } from '../nodekit/define-node.ts';
import { type Matcher, matcherOf, replacementFor } from './query.ts';
import type { TextQuery } from './text-query.ts';
import { placeKey, type TextKind, type TextPlace, textsOf, withText } from './workflow-texts.ts';

/** A place that fits a query, with what stands around it on its line. */
export interface Hit {
  place: TextPlace;
  kind: TextKind;
  /** Where the match begins and ends in the text of the place, in UTF-16 units. */
  start: number;
  end: number;
  /** Line of the text, from 1 on. */
  line: number;
  before: string;
  match: string;
  after: string;
}

/** A match that is meant, by its place and where it begins. */
export type HitRef = Pick<Hit, 'place' | 'start'>;

/** What is shown of its line: little before it, or in a narrow list the match itself would be out of sight. */
const AROUND = { before: 14, after: 120, match: 200 };

/** The matches of one text. */
export function hitsIn(text: string, { place, kind }: Pick<Hit, 'place' | 'kind'>, matcher: Matcher): Hit[] {
  let line = 1;
  let counted = 0;
  return matcher(text).map(({ start, end }) => {
    for (; counted < start; counted += 1) if (text.charCodeAt(counted) === 10) line += 1;
    const lineStart = text.lastIndexOf('\n', start - 1) + 1;
    const lineEnd = text.indexOf('\n', end);
    const from = Math.max(lineStart, start - AROUND.before);
    const to = Math.min(lineEnd < 0 ? text.length : lineEnd, end + AROUND.after);
    return {
      place,
      kind,
      start,
      end,
      line,
      before: (from > lineStart ? '…' : '') + text.slice(from, start).trimStart(),
      match: text.slice(start, Math.min(end, start + AROUND.match)),
      after: text.slice(end, Math.max(to, end)),
    };
  });
}

/** The matches of a workflow in texts of some kinds, in the order of its file. @throws AppError regex.syntax */
export function searchWorkflow(
  workflow: Workflow,
  { query, kinds, registry }: { query: TextQuery; kinds: readonly TextKind[]; registry: Registry },
): Hit[] {
  const matcher = matcherOf(query);
  return textsOf(workflow, registry)
    .filter(({ kind }) => kinds.includes(kind))
    .flatMap(({ text, place, kind }) => hitsIn(text, { place, kind }, matcher));
}

export interface Replaced<T> {
  result: T;
  /** Matches that were replaced. */
  count: number;
  /** Matches that stay, for the text that would come of it may not stand there. */
  left: number;
}

export interface ReplaceRequest {
  query: TextQuery;
  replacement: string;
  /** Only these of the matches; all, where this is left out. */
  only?: readonly HitRef[] | undefined;
}

/** A text with its matches replaced; `wanted` picks them by where they begin. @throws AppError regex.syntax */
export function replaceInText(
  text: string,
  { query, replacement }: ReplaceRequest,
  wanted: (start: number) => boolean = () => true,
): { text: string; count: number } {
  let result = '';
  let from = 0;
  let count = 0;
  for (const match of matcherOf(query)(text)) {
    if (!wanted(match.start)) continue;
    result += text.slice(from, match.start) + replacementFor(query, replacement, match);
    from = match.end;
    count += 1;
  }
  return { text: result + text.slice(from), count };
}

/** The workflow with matches replaced where that leaves it whole. @throws AppError regex.syntax */
export function replaceInWorkflow(
  workflow: Workflow,
  request: ReplaceRequest & { kinds: readonly TextKind[]; registry: Registry },
): Replaced<Workflow> {
  const { only, kinds, registry } = request;
  const starts = only && startsByPlace(only);
  let result = workflow;
  let [count, left] = [0, 0];
  for (const { text, place, kind } of textsOf(workflow, registry)) {
    if (!kinds.includes(kind)) continue;
    const wanted = starts?.get(placeKey(place));
    if (starts && !wanted) continue;
    const replaced = replaceInText(text, request, (start) => wanted?.has(start) ?? true);
    if (replaced.count === 0) continue;
    const next = withText(result, place, replaced.text, registry);
    if (next) {
      result = next;
      count += replaced.count;
    } else left += replaced.count;
  }
  return { result, count, left };
}

/** Where the meant matches begin, by the place that they stand in. */
export function startsByPlace(only: readonly HitRef[]): Map<string, Set<number>> {
  const starts = new Map<string, Set<number>>();
  for (const { place, start } of only) {
    const key = placeKey(place);
    starts.set(key, (starts.get(key) ?? new Set()).add(start));
  }
  return starts;
}
