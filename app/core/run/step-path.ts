/**
 * Paths of steps: `map1[3]/ask` is the step of node `ask` in frame 3 of the container `map1`; `answer/ask` is the step of
 * node `ask` in the workflow that the node `answer` runs, whose id in the linked workflow is `answer/ask`.
 */

/** The node of a step: its path without the frames of containers. */
export function nodeOf(step: string): string {
  const last = step.lastIndexOf('/');
  if (last < 0) return step;
  // Nearly every step of a container lies right in one of its frames, and a run may have ten thousand of them.
  if (step[last - 1] === ']' && step.indexOf('/') === last) return step.slice(last + 1);
  const parts = step.split('/');
  return parts.filter((part, i) => i === parts.length - 1 || !part.endsWith(']')).join('/');
}

/** The frame that a step lies in: everything up to its last slash. */
export function frameOf(step: string): string {
  return step.slice(0, step.lastIndexOf('/') + 1);
}

/** The turn of the innermost container around a step, from 0; null outside of all. */
export function turnOf(step: string): number | null {
  const turn = /^.*\[(\d+)\]\//.exec(step)?.[1];
  return turn === undefined ? null : Number(turn);
}

/** The step of the container whose frame this is; empty for the root. */
export function containerOf(frame: string): string {
  return frame.replace(/(\[\d+\])?\/$/, '');
}

/** The frame of a step, or the one so many containers further out. */
export function frameAround(step: string, outwards: number): string {
  let frame = frameOf(step);
  for (let up = outwards; up > 0; up -= 1) frame = frameOf(containerOf(frame));
  return frame;
}

/** The steps that a step lies in, outermost first: containers, and nodes that run a workflow. */
export function containersOf(step: string): string[] {
  const around: string[] = [];
  for (let at = containerOf(frameOf(step)); at !== ''; at = containerOf(frameOf(at))) around.unshift(at);
  return around;
}

/** The last part of a node's id: its id in its own file. */
export function ownId(node: string): string {
  return node.slice(node.lastIndexOf('/') + 1);
}

/** What stands before the ids of all nodes of the same file: `answer/`, empty in the file that is run. */
export function scopeOf(node: string): string {
  return node.slice(0, node.lastIndexOf('/') + 1);
}

/** What stands in place of what a step gets or gives: for itself, or for its node in every turn. */
export function editOf<T>(
  edits: { readonly [step: string]: T } | undefined,
  step: string,
  node: string,
): T | undefined {
  return edits?.[step] ?? edits?.[node];
}
