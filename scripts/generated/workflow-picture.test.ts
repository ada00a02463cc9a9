import { describe, expect, it } from 'vitest';
import { Workflow } from '../../app/core/graph/workflow.ts';
import { registry } from '../../nodes/registry.ts';
import { workflowPicture } from './workflow-picture.ts';

const node = (id: string, type: string, more: object = {}) => ({ id, type, version: 1, ...more });
const flow = (positions: object) =>
  Workflow.parse({
    format: 1,
    id: 'wf_one',
    name: 'A <b> & "c"',
    nodes: [
      node('each', 'map'),
      node('ask', 'model', { parent: 'each', name: '<script>alert(1)</script> and a name that is long' }),
      node('after', 'transform'),
    ],
    edges: [
      { id: 'e1', from: { node: 'each', port: 'item' }, to: { node: 'ask', port: 'messages' } },
      { id: 'e2', from: { node: 'ask', port: 'text' }, to: { node: 'each', port: 'result' } },
      { id: 'e3', from: { node: 'each', port: 'results' }, to: { node: 'after', port: 'value' } },
    ],
    layout: { positions },
  });
const positions = { each: { x: 0, y: 0, w: 400, h: 200 }, ask: { x: 50, y: 60 }, after: { x: 500, y: 40 } };

describe('the picture of a workflow', () => {
  it('places bodies in their containers and leads wires from side to side', () => {
    const svg = workflowPicture(flow(positions), registry);
    expect(svg).toContain('<rect class="frame" x="0" y="0" width="400" height="200"');
    expect(svg).toContain('<rect class="card" x="50" y="60"');
    // Into the body from the left of the container, out of it to the right.
    for (const path of [
      'M0 100C30 100 20 92 50 92',
      'M260 92C330 92 330 100 400 100',
      'M400 100C450 100 450 72 500 72',
    ])
      expect(svg).toContain(path);
    expect(svg).toContain('viewBox="-24 -24 758 248"');
    expect(workflowPicture(flow(positions), registry)).toBe(svg);
  });

  it('shows names as text and nothing else', () => {
    const svg = workflowPicture(flow(positions), registry);
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&lt;script&gt;alert(1)&lt;/script…');
    expect(svg).toContain('aria-label="A &lt;b&gt; &amp; &quot;c&quot;"');
  });

  it('needs a position for every node', () => {
    const { after: _after, ...some } = positions;
    expect(() => workflowPicture(flow(some), registry)).toThrow('after');
  });
});
