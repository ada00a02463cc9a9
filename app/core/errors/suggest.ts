/** Slips further from the name than this are other names. */
const MAX_SLIPS = 4;

/**
 * Edit distance with swaps of neighbours (optimal string alignment), or undefined when it is above `bound`. Only the
 * cells within `bound` of the diagonal are looked at (Ukkonen 1985), so that thousands of names cost little.
 */
function distance(first: string, second: string, bound: number): number | undefined {
  if (Math.abs(first.length - second.length) > bound) return undefined;
  // What both begin and end with costs nothing.
  const shorter = Math.min(first.length, second.length);
  let head = 0;
  while (head < shorter && first[head] === second[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && first.at(-1 - tail) === second.at(-1 - tail)) tail += 1;
  const a = first.slice(head, first.length - tail);
  const b = second.slice(head, second.length - tail);
  const far = bound + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => (j <= bound ? j : far));
  for (let i = 1; i <= a.length; i += 1) {
    const row = new Array<number>(b.length + 1).fill(far);
    let least = far;
    if (i <= bound) least = row[0] = i;
    for (let j = Math.max(1, i - bound); j <= Math.min(b.length, i + bound); j += 1) {
      const change = (last[j - 1] ?? far) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(change, (last[j] ?? far) + 1, (row[j - 1] ?? far) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? far) + 1);
      row[j] = best;
      if (best < least) least = best;
    }
    if (least > bound) return undefined;
    before = last;
    last = row;
  }
  const result = last[b.length] ?? far;
  return result > bound ? undefined : result;
}

/** The known name nearest to `name`, when it is near enough to be a slip of the keyboard. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  if (name.length > 64) return undefined;
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bound = Math.min(MAX_SLIPS, Math.max(1, Math.floor(name.length / 3)));
  for (const candidate of known) {
    if (bound < 0) break;
    const slips = distance(wanted, candidate.toLowerCase(), bound);
    // The first of equally near names stays.
    if (slips !== undefined) [best, bound] = [candidate, slips - 1];
  }
  return best;
}

/** " Did you mean “x”?" or nothing: to append to a message about an unknown name. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const near = nearestName(name, known);
  return near === undefined ? '' : ` Did you mean “${near}”?`;
}
