import { describe, expect, it, vi } from 'vitest';
import { type GraphNode, graph } from '../../test/kit/graph.ts';
import { breakpointsIn, type DebugState, plainMark, scopesOf } from './debugging.ts';
import { docOf } from './document.ts';
import { loadInside } from './inside-workflows.ts';

const runs = (id: string, workflow: string): GraphNode => ({ id, type: 'subflow', config: { workflow } });
const text = (id: string): GraphNode => ({ id, type: 'transform', config: { expression: 'value' } });
const marked = (...nodes: string[]): DebugState => ({
  marks: new Map(nodes.map((node) => [node, plainMark])),
  watches: [],
  pins: new Map(),
});

describe('workflows that nodes run', () => {
  it('are read once each from the disk, at any depth, with what was marked in them', async () => {
    const files = new Map([
      ['outer', graph([runs('a', 'inner'), runs('b', 'inner'), text('x')], [])],
      ['inner', graph([text('x'), runs('deep', 'deepest')], [])],
      ['deepest', graph([text('z'), runs('gone', 'nothing'), runs('round', 'inner')], [])],
    ]);
    const read = vi.fn(async (reference: string) => {
      const workflow = files.get(reference);
      if (!workflow) throw new Error(`there is no ${reference}`);
      return { file: `workflows/${reference}.flow.json`, workflow: { ...workflow, id: `wf_${reference}` } };
    });
    const debugOf = (file: string, id: string) =>
      file === 'workflows/inner.flow.json' ? marked('x') : marked(id === 'wf_deepest' ? 'z' : 'none');
    const doc = docOf(files.get('outer') ?? graph([], []));
    const insideOf = await loadInside(doc, { read, debugOf });
    expect(read.mock.calls.map(([reference]) => reference).sort()).toEqual(['deepest', 'inner', 'nothing']);
    const scopes = scopesOf({ doc, debug: marked('x') }, insideOf);
    expect(breakpointsIn(scopes).map(({ at }) => at)).toEqual(['x', 'a/x', 'a/deep/z', 'b/x', 'b/deep/z']);
  });

  it('are not asked for where no node runs one', async () => {
    const read = vi.fn();
    await loadInside(docOf(graph([text('x')], [])), { read, debugOf: () => marked() });
    expect(read).not.toHaveBeenCalled();
  });
});
