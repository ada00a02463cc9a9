import { describe, expect, it } from 'vitest';
import type { Workflow } from '../graph/workflow.ts';
import { stepSources } from './step-sources.ts';

type Wire = [from: string, to: string];

function graph(nodes: [id: string, parent?: string][], wires: Wire[]): Pick<Workflow, 'nodes' | 'edges'> {
  const end = (text: string) => ({ node: text.split(':')[0] ?? '', port: text.split(':')[1] ?? '' });
  return {
    nodes: nodes.map(([id, parent]) => ({ id, type: 'x', version: 1, ...(parent !== undefined && { parent }) })),
    edges: wires.map(([from, to], i) => ({ id: `e${i}`, from: end(from), to: end(to) })),
  } as unknown as Pick<Workflow, 'nodes' | 'edges'>;
}

describe('the sources of a step', () => {
  const nested = graph(
    [['in'], ['map'], ['ask', 'map'], ['inner', 'map'], ['deep', 'inner'], ['out']],
    [
      ['in:value', 'map:items'],
      ['map:item', 'ask:question'],
      ['in:value', 'ask:context'],
      ['ask:answer', 'deep:text'],
      ['in:value', 'deep:all'],
      ['inner:state', 'deep:before'],
      ['ask:answer', 'map:result'],
      ['map:results', 'out:value'],
    ],
  );

  it('stand in its own frame, or as many further out as the wire crosses', () => {
    expect(stepSources('map[3]/inner[1]/deep', nested)).toEqual([
      { port: 'all', from: { step: 'in', port: 'value' } },
      { port: 'before', from: { step: 'map[3]/inner', port: 'state', perTurn: true } },
      { port: 'text', from: { step: 'map[3]/ask', port: 'answer' } },
    ]);
    expect(stepSources('map[0]/ask', nested)).toEqual([
      { port: 'context', from: { step: 'in', port: 'value' } },
      { port: 'question', from: { step: 'map', port: 'item', perTurn: true } },
    ]);
  });

  it('of a container are what leads to it, not what its inside gives back', () => {
    expect(stepSources('map', nested)).toEqual([{ port: 'items', from: { step: 'in', port: 'value' } }]);
    expect(stepSources('in', nested)).toEqual([]);
  });

  it('of a step in a linked workflow lie in that workflow', () => {
    const linked = graph([['ask'], ['ask/in', 'ask'], ['ask/model', 'ask']], [['ask/in:value', 'ask/model:prompt']]);
    expect(stepSources('ask/model', linked)).toEqual([{ port: 'prompt', from: { step: 'ask/in', port: 'value' } }]);
  });
});
