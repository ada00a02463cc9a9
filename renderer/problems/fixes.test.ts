import { describe, expect, it } from 'vitest';
import type { WorkflowIssue } from '../../app/core/contracts/workflow.ts';
import { validateWorkflow } from '../../app/core/graph/validate-workflow.ts';
import { Workflow } from '../../app/core/graph/workflow.ts';
import { nodeTypes } from '../nodes/node-types.ts';
import { createDocumentStore, type DocumentStore } from '../state/document-store.ts';
import { fixesFor } from './fixes.ts';

const known = { profiles: ['reader'], collections: ['docs'], workflows: [{ id: 'wf_reply', title: 'Reply' }] };

function open(parts: object): DocumentStore {
  const workflow = Workflow.parse({ format: 1, id: 'wf_fixes', name: 'Fixes', nodes: [], edges: [], ...parts });
  return createDocumentStore('workflows/fixes.flow.json', workflow, { hash: 'h', modifiedAt: 0 });
}

const issuesOf = (document: DocumentStore): WorkflowIssue[] =>
  validateWorkflow(document.workflow(), nodeTypes) as WorkflowIssue[];

const input = { id: 'in', type: 'input', version: 1, config: { name: 'q' } };
const output = { id: 'out', type: 'output', version: 1, config: { name: 'a' } };
const wire = (id: string, from: string, to: string) => ({
  id,
  from: { node: from, port: 'value' },
  to: { node: to, port: 'value' },
});

/** Workflows with one mistake each, and what is offered first. */
const cases: [string, object, string][] = [
  [
    'a wire to a port that is not there',
    { inputs: { q: { type: 'text' } }, nodes: [input], edges: [wire('e', 'in', 'gone')] },
    'fix.removeWire',
  ],
  [
    'an input that needs a wire',
    {
      inputs: { q: { type: 'text' } },
      outputs: { a: { type: 'any' } },
      nodes: [input, output],
      edges: [],
    },
    'fix.connect',
  ],
  ['a node of an unknown type', { nodes: [{ id: 'x', type: 'from-the-future', version: 1 }] }, 'fix.removeNode'],
  ['an input that is not declared', { nodes: [input] }, 'fix.declare'],
  ['an output that nothing gives', { outputs: { a: { type: 'any' } } }, 'fix.undeclare'],
  [
    'a value that a field does not take',
    { nodes: [{ id: 'm', type: 'map', version: 1, config: { concurrency: -1 } }] },
    'fix.reset',
  ],
];

describe('quick fixes', () => {
  it.each(cases)('mend %s', (_name, parts, expected) => {
    const document = open(parts);
    const before = issuesOf(document);
    const issue = before.find((one) => fixesFor(one, document.store.getState().doc, known)[0]?.label.key === expected);
    expect(issue, JSON.stringify(before)).toBeDefined();
    if (!issue) return;
    fixesFor(issue, document.store.getState().doc, known)[0]?.apply(document);
    expect(issuesOf(document).map(({ code, message }) => code + message)).not.toContain(issue.code + issue.message);
    document.undo();
    expect(issuesOf(document)).toEqual(before);
  });

  it('connect with what can lead there, not with what waits for it', () => {
    const transform = (id: string) => ({ id, type: 'transform', version: 1, config: { expression: 'value' } });
    const document = open({
      inputs: { q: { type: 'text' } },
      nodes: [input, transform('first'), transform('second')],
      edges: [wire('e', 'first', 'second')],
      layout: { positions: { in: { x: 0, y: 900 }, first: { x: 300, y: 0 }, second: { x: 290, y: 0 } } },
    });
    const issue = issuesOf(document).find(({ nodeId }) => nodeId === 'first');
    expect(issue).toBeDefined();
    if (!issue) return;
    fixesFor(issue, document.store.getState().doc, known)[0]?.apply(document);
    expect([...document.store.getState().doc.edges.values()].map(({ from, to }) => `${from.node} ${to.node}`)).toEqual([
      'first second',
      'in first',
    ]);
  });

  it('name what the workspace has where a field names what it has not', () => {
    const document = open({ nodes: [{ id: 'm', type: 'model', version: 1, config: { profile: 'gone' } }] });
    const issue: WorkflowIssue = {
      code: 'workflow.resource',
      severity: 'error',
      path: '$.nodes[0].config.profile',
      message: '',
      nodeId: 'm',
    };
    fixesFor(issue, document.store.getState().doc, known)[0]?.apply(document);
    expect(document.store.getState().doc.nodes.get('m')?.config).toEqual({ profile: 'reader' });
  });
});
