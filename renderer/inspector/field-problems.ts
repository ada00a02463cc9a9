import type { WorkflowIssue } from '../../app/core/contracts/workflow.ts';

/** Something that is wrong with a field of a node's config. */
export interface FieldProblem {
  severity: WorkflowIssue['severity'];
  message: string;
  /** Where inside the field, as a path from its value: `[0].template`; empty for all of it. */
  at: string;
}

const inConfig = /^\$\.nodes\[\d+\]\.config\.([A-Za-z][A-Za-z0-9_]*)(.*)$/;

/** What is wrong with one node, by the field; under the empty name what is wrong with it otherwise. */
export function fieldProblems(issues: readonly WorkflowIssue[], node: string): ReadonlyMap<string, FieldProblem[]> {
  const found = new Map<string, FieldProblem[]>();
  for (const { nodeId, path, severity, message } of issues) {
    if (nodeId !== node) continue;
    const [, field = '', at = ''] = inConfig.exec(path) ?? [];
    found.set(field, [...(found.get(field) ?? []), { severity, message, at }]);
  }
  return found;
}

/** Those of one part of a field, seen from that part. */
export function problemsWithin(problems: readonly FieldProblem[], part: string): FieldProblem[] {
  return problems.flatMap((problem) => {
    const rest = problem.at.slice(part.length);
    const isThere = problem.at.startsWith(part) && (rest === '' || rest.startsWith('.') || rest.startsWith('['));
    return isThere ? [{ ...problem, at: rest }] : [];
  });
}
