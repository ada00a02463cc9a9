import { describe, expect, it } from 'vitest';
import { registry } from '../../../nodes/registry.ts';
import { graph } from '../../../test/kit/graph.ts';
import { passageOf } from './bypass.ts';
import { contentHash } from './content-hash.ts';
import { nodePorts } from './node-ports.ts';
import { accepts } from './ports.ts';
import { validateWorkflow } from './validate-workflow.ts';
import { workflowReaches } from './workflow-reaches.ts';

const passage = (type: string, config: object = {}) => {
  const manifest = registry.get(type)?.manifest;
  if (!manifest) throw new Error(type);
  return passageOf(manifest, nodePorts({}, manifest, manifest.config.parse(config)));
};

describe('the way past a node', () => {
  it('leads from the input of the very type of the first output, else from the first that fits it', () => {
    expect(passage('transform', { expression: 'value' })).toEqual({ input: 'value', output: 'value' });
    expect(passage('reranker')).toEqual({ input: 'chunks', output: 'chunks' });
    expect(passage('attach', { files: ['a.png'] })).toEqual({ input: 'messages', output: 'messages' });
  });

  it('is none where types do not allow it, through containers, and for what stands for a port of the workflow', () => {
    for (const [type, config] of [
      ['retriever', { collection: 'docs' }],
      ['merge', {}],
      ['chunk', {}],
      ['map', {}],
      ['cache', {}],
      ['input', { name: 'q' }],
      ['output', { name: 'a' }],
    ] as const)
      expect([type, passage(type, config)]).toEqual([type, undefined]);
  });

  it('joins only ports between which a wire could lead', () => {
    for (const { manifest } of registry.values()) {
      for (const { config } of manifest.examples ?? []) {
        const ports = nodePorts({}, manifest, manifest.config.parse(config));
        const way = passageOf(manifest, ports);
        const [from, to] = [way && ports.inputs[way.input], way && ports.outputs[way.output]];
        if (from && to) expect([manifest.type, accepts(to.type, from.type)]).toEqual([manifest.type, true]);
      }
    }
  });
});

describe('a bypassed node in a file', () => {
  const input = { id: 'in', type: 'input', config: { name: 'q' } };
  const output = { id: 'out', type: 'output', config: { name: 'a' } };

  it('needs nothing but the wire that goes past it', () => {
    const nodes = [input, { id: 'rank', type: 'reranker', bypassed: true }, output];
    const wires = ['in > rank.chunks', 'rank.chunks > out.value'];
    expect(validateWorkflow(graph(nodes, wires), registry)).toEqual([]);
    const [issue] = validateWorkflow(graph(nodes, ['in > rank.query', 'rank.chunks > out.value']), registry);
    expect(issue).toMatchObject({ code: 'workflow.missing_input', nodeId: 'rank' });
  });

  it('is refused where nothing can go past it', () => {
    const find = { id: 'find', type: 'retriever', config: { collection: 'docs' }, bypassed: true };
    const issues = validateWorkflow(
      graph([input, find, output], ['in > find.query', 'find.chunks > out.value']),
      registry,
    );
    expect(issues).toMatchObject([{ code: 'workflow.bypass', path: '$.nodes[1].bypassed', nodeId: 'find' }]);
    const off = { ...find, disabled: true };
    expect(validateWorkflow(graph([input, off, output], ['in > off.query'].slice(1)), registry)).toMatchObject([
      { code: 'workflow.missing_input', nodeId: 'out' },
    ]);
  });

  it('is part of the hash, and reaches nothing', () => {
    const send = { id: 'send', type: 'http-request', config: { url: 'https://api.example.com/x' } };
    const [works, passes] = [send, { ...send, bypassed: true }].map((node) =>
      graph([input, node, output], ['in > send.body', 'send.body > out.value']),
    );
    if (!works || !passes) throw new Error('no workflows');
    expect(contentHash(works)).not.toBe(contentHash(passes));
    expect(workflowReaches(works, registry)).toHaveLength(1);
    expect(workflowReaches(passes, registry)).toEqual([]);
  });
});
