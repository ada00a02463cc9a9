import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type GraphNode, graph } from '../../test/kit/graph.ts';
import { breakpointsIn, createDebugging, pinsIn, plainMark, scopesOf } from './debugging.ts';
import { docOf } from './document.ts';

const node = (id: string, more: Partial<GraphNode> = {}): GraphNode => ({
  id,
  type: 't-text',
  config: { id },
  ...more,
});
const doc = docOf(graph([node('a'), node('b'), node('map'), node('inner', { parent: 'map' })], ['a > b']));

let kept: Map<string, string>;
beforeEach(() => {
  kept = new Map();
  const storage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => void kept.set(name, text),
    removeItem: (name: string) => void kept.delete(name),
  };
  vi.stubGlobal('window', { localStorage: storage, sessionStorage: storage });
});
afterEach(() => vi.unstubAllGlobals());

describe('breakpoints of workflows that nodes run', () => {
  const inner = docOf(graph([node('x'), node('y'), node('deep')], ['x > y']));
  const deepest = docOf(graph([node('z')], []));
  const inside = new Map([
    ['a', inner],
    ['deep', deepest],
  ]);
  const marked = new Map([
    [inner, createMarks(['x', 'edge:e0000', 'gone'])],
    [deepest, createMarks(['z'])],
  ]);
  function createMarks(refs: string[]) {
    return { marks: new Map(refs.map((ref) => [ref, plainMark] as const)), watches: [], pins: new Map() } as never;
  }
  const insideOf = ({ id }: { id: string }) => {
    const found = inside.get(id);
    return found && { doc: found, debug: marked.get(found) as never };
  };

  it('stand under the ids that they have in the run, at any depth', () => {
    const scopes = scopesOf({ doc, debug: createMarks([]) }, insideOf);
    const at = breakpointsIn(scopes).map((one) => one.at);
    expect(at).toEqual(['a/x', 'a/e0000', 'a/deep/z']);
  });

  it('end where workflows run each other in a circle', () => {
    const circle = docOf(graph([node('a')], []));
    const same = () => ({ doc: circle, debug: createMarks(['a']) });
    // The second one is another reading of the same file.
    const scopes = scopesOf({ doc: circle, debug: createMarks(['a']) }, same);
    expect(breakpointsIn(scopes)).toEqual([{ at: 'a' }]);
    expect(scopesOf({ doc, debug: createMarks([]) }, same).every(({ prefix }) => prefix.length < 40)).toBe(true);
  });
});

describe('how a person looks at the runs of a workflow', () => {
  it('is kept for that workflow, and not for another', () => {
    const first = createDebugging('wf_1');
    first.toggle('a');
    first.setMark('edge:e0000', { enabled: false, when: 'value > 1', count: 'every', times: 3 });
    first.setWatches(['1 + 1']);
    first.setPin('b', { run: 'run_1', step: 'b', at: 5 });
    first.draft('wait_1', 'value', { text: 'x', value: 'x' });
    const again = createDebugging('wf_1');
    expect(again.store.getState()).toEqual(first.store.getState());
    // What is being written belongs to one run.
    expect(again.stops.getState().drafts.size).toBe(0);
    expect(createDebugging('wf_2').store.getState().marks.size).toBe(0);
    again.toggle('a');
    expect(createDebugging('wf_1').store.getState().marks.has('a')).toBe(false);
  });

  it('reads what is damaged as far as it can', () => {
    kept.set('pipewright.debug.wf_1', '{"marks":{"a":{"enabled":"yes","when":7,"times":-1}},"watches":"none"}');
    const { marks, watches, pins } = createDebugging('wf_1').store.getState();
    expect({ marks: [...marks], watches, pins: [...pins] }).toEqual({
      marks: [['a', plainMark]],
      watches: [],
      pins: [],
    });
    kept.set('pipewright.debug.wf_1', '[not json');
    expect(createDebugging('wf_1').store.getState().watches).toEqual([]);
  });

  it('tells a run of what is switched on and still there', () => {
    const { store, setMark, toggle } = createDebugging('wf_1');
    toggle('a');
    setMark('edge:e0000', { enabled: true, when: ' value > 1 ', count: 'hit', times: 2 });
    setMark('b', { ...plainMark, enabled: false });
    toggle('gone');
    expect(breakpointsIn([{ doc, debug: store.getState(), prefix: '' }])).toEqual([
      { at: 'a' },
      { at: 'e0000', hit: 2, when: 'value > 1' },
    ]);
  });

  it('hands pins over by reference, those that were changed by value, inside containers and workflows too', () => {
    const { store, setPin } = createDebugging('wf_1');
    const given = (prefix = '') => pinsIn([{ doc, debug: store.getState(), prefix }]);
    expect(given()).toEqual({});
    setPin('a', { run: 'run_1', step: 'a', at: 1 });
    setPin('b', { run: 'run_1', step: 'b', at: 1, values: { value: 'mine' } });
    setPin('inner', { run: 'run_1', step: 'map[0]/inner', at: 1 });
    setPin('gone', { run: 'run_1', step: 'gone', at: 1 });
    expect(given()).toEqual({
      pinned: { a: { run: 'run_1', step: 'a' }, inner: { run: 'run_1', step: 'map[0]/inner' } },
      pins: { b: { value: 'mine' } },
    });
    expect(given('answer/').pins).toEqual({ 'answer/b': { value: 'mine' } });
  });
});
