import { describe, expect, it } from 'vitest';
import type { WorkflowIssue } from '../../app/core/contracts/workflow.ts';
import { fieldProblems, problemsWithin } from './field-problems.ts';

const issue = (path: string, nodeId = 'n'): WorkflowIssue => ({
  code: 'workflow.node_check',
  severity: 'error',
  path,
  message: path,
  nodeId,
});

describe('problems of a field', () => {
  it('are those of the node and the field', () => {
    const problems = fieldProblems(
      [
        issue('$.nodes[3].config.branches[1].when'),
        issue('$.nodes[3].config.branches[11].when'),
        issue('$.nodes[3].config.mode'),
        issue('$.nodes[4].config.mode', 'other'),
        issue('$.nodes[3].policy.cache'),
      ],
      'n',
    );
    expect([...problems.keys()]).toEqual(['branches', 'mode', '']);
    expect(problems.get('')).toMatchObject([{ message: '$.nodes[3].policy.cache' }]);
    expect(problems.get('mode')).toMatchObject([{ at: '' }]);
    const within = problemsWithin(problems.get('branches') ?? [], '[1].when');
    expect(within).toMatchObject([{ at: '', message: '$.nodes[3].config.branches[1].when' }]);
    expect(problemsWithin(problems.get('branches') ?? [], '[1].wh')).toEqual([]);
  });
});
