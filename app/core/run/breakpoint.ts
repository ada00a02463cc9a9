import { AppError } from '../errors/app-error.ts';

/** When a breakpoint stops, besides where it stands. */
export interface BreakpointTerms {
  /** CEL over `inputs`, `step`, `index` and, on a wire, `value`: only when it is true the step counts as a hit. */
  when?: string;
  /** Stops at this hit alone, counted from 1 over the whole run. */
  hit?: number;
  /** Stops at every so many hits. */
  every?: number;
  /** Gone once it has stopped the run: “run to here”. */
  once?: true;
}

/** Where a run stops before a step: at a node, in every frame, or where a wire brings a value. It stands in the log. */
export type BreakpointSpec = BreakpointTerms & ({ node: string; edge?: never } | { edge: string; node?: never });

/** A breakpoint as people and programs give it: `at` is the id of a node or wire, or `node.port->node.port`. */
export interface BreakpointGiven extends BreakpointTerms {
  at: string;
}

/** Most breakpoints that a run heeds. */
export const MAX_BREAKPOINTS = 1000;

/** A breakpoint in the words of `--break`; equal texts are one breakpoint, whose hits are counted together. */
export function breakpointText({ when, hit, every, ...place }: BreakpointSpec | BreakpointGiven): string {
  const at = 'at' in place ? place.at : (place.node ?? place.edge);
  const counted = hit !== undefined ? ` hit ${hit}` : every !== undefined ? ` every ${every}` : '';
  return `${at}${counted}${when === undefined ? '' : ` if ${when}`}`;
}

const grammar = /^\s*([^\s>]+(?:->[^\s>]+)?)(?:\s+(hit|every)\s+(\d{1,9}))?(?:\s+if\s+(\S[\s\S]*?))?\s*$/;

/**
 * Reads `node`, `wire` or `node.port->node.port`, then perhaps `hit 3` or `every 10`, then perhaps `if` and a condition.
 * @throws AppError run.breakpoint
 */
export function parseBreakpoint(text: string): BreakpointGiven {
  const [, at, counting, count, when] = grammar.exec(text) ?? [];
  const number = Number(count);
  if (at !== undefined && (counting === undefined || number > 0)) {
    return {
      at,
      ...(counting === 'hit' && { hit: number }),
      ...(counting === 'every' && { every: number }),
      ...(when !== undefined && { when }),
    };
  }
  throw new AppError('run.breakpoint', {
    message: `“${text.slice(0, 80)}” is no breakpoint.`,
    where: 'breakpoint',
    remedy:
      'Write a node or wire, then perhaps `hit 3` or `every 10`, then perhaps a condition: model, e4, search.chunks->pack.chunks, "model hit 3", "model if size(inputs.question) > 40".',
  });
}
