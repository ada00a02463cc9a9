import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Workflow } from '../graph/workflow.ts';
import { type ChainAbout, type ChainLink, type ChainRun, failureChain } from './failure-chain.ts';
import type { RunView, StepView } from './run-view.ts';
import { nodeOf } from './step-path.ts';

type Wire = [from: string, to: string];

/** `a:value` → node and port. */
const end = (text: string) => ({ node: text.split(':')[0] ?? '', port: text.split(':')[1] ?? 'value' });

function workflowOf(nodes: (string | [id: string, parent: string])[], wires: Wire[], configs: object = {}): Workflow {
  return {
    nodes: nodes.map((node) => {
      const [id, parent] = typeof node === 'string' ? [node] : node;
      const config = (configs as { [id: string]: object })[id as string] ?? {};
      return { id, type: 'x', version: 1, config, ...(parent !== undefined && { parent }) };
    }),
    edges: wires.map(([from, to], i) => ({ id: `e${i}`, from: end(from), to: end(to) })),
  } as unknown as Workflow;
}

function step(path: string, outputs: { [port: string]: unknown } = { value: path }, more: Partial<StepView> = {}) {
  return {
    step: path,
    node: nodeOf(path),
    state: 'succeeded',
    attempt: 1,
    calls: [],
    retries: [],
    spent: { inputTokens: 0, outputTokens: 0, nanoUsd: 0, unpriced: 0 },
    outputs: Object.fromEntries(Object.entries(outputs).map(([port, value]) => [port, { value }])),
    ...more,
  } as StepView;
}

function runOf(
  workflow: Workflow,
  steps: StepView[],
  more: Partial<ChainRun> = {},
  view: Partial<RunView> = {},
): ChainRun {
  const timed = steps.map((one, at) => ({ endedAt: at, ...one }));
  return {
    view: { engine: '1', waits: [], steps: timed, ...view } as unknown as RunView,
    workflow,
    prompts: {},
    profiles: {},
    work: new Map(),
    ...more,
  };
}

const plain = (): ChainAbout => ({ outputs: { value: 'any' }, reads: [] });
const names = (links: readonly ChainLink[]) => links.map(({ step: path, side }) => (side ? `${path} ${side}` : path));
const verdicts = (links: readonly ChainLink[]) =>
  Object.fromEntries(
    links.map(({ step: path, side, compared }) => [side ? `${path} ${side}` : path, compared.verdict]),
  );

describe('the failure chain', () => {
  const line = workflowOf(
    ['question', 'docs', 'rank', 'pack', 'ask', 'read', 'check', 'other'],
    [
      ['question', 'docs:query'],
      ['question', 'rank:query'],
      ['docs', 'rank:chunks'],
      ['rank', 'pack:chunks'],
      ['pack', 'ask:context'],
      ['question', 'ask:question'],
      ['ask', 'read:messages'],
      ['read', 'check:value'],
      ['question', 'other'],
    ],
  );
  const steps = () => ['question', 'docs', 'rank', 'pack', 'ask', 'read', 'check', 'other'].map((id) => step(id));

  it('leads back over every hop to the inputs, each step before what fed it, and nowhere else', () => {
    const { links } = failureChain(runOf(line, steps()), 'check', plain);
    expect(names(links)).toEqual(['check', 'read', 'ask', 'pack', 'rank', 'docs', 'question']);
    expect(links.map(({ distance }) => distance)).toEqual([0, 1, 2, 3, 4, 5, 3]);
    expect(links.find(({ node }) => node === 'question')?.fed.map(({ step: to, to: port }) => [to, port])).toEqual([
      ['ask', 'question'],
      ['rank', 'query'],
      ['docs', 'query'],
    ]);
    expect(links[0]?.compared).toEqual({ verdict: 'not-comparable', because: 'no-run' });
  });

  it('leaves out what gave nothing, and follows the wire that won a race alone', () => {
    const graph = workflowOf(
      ['a', 'b', 'merge'],
      [
        ['a', 'merge:values'],
        ['b', 'merge:values'],
      ],
    );
    const silent = runOf(graph, [step('a'), step('b', {}, { state: 'skipped' }), step('merge')]);
    expect(names(failureChain(silent, 'merge', plain).links)).toEqual(['merge', 'a']);
    const race = runOf(graph, [step('a'), step('b'), step('merge', { value: 1 }, { race: 'e1' })]);
    expect(names(failureChain(race, 'merge', plain).links)).toEqual(['merge', 'b']);
  });

  it('follows what did not come to a step that was left out', () => {
    const graph = workflowOf(
      ['in', 'route', 'yes', 'no'],
      [
        ['in', 'route'],
        ['route:yes', 'yes'],
        ['route:no', 'no'],
      ],
    );
    const about = (node: string): ChainAbout =>
      node === 'route' ? { outputs: { yes: 'any', no: 'any' }, reads: [] } : plain();
    const run = runOf(graph, [
      step('in'),
      step('route', { no: 1 }),
      step('yes', {}, { state: 'skipped', skipped: { reason: 'silent', ports: ['value'] } }),
    ]);
    const { links } = failureChain(run, 'yes', about);
    expect(links.map(({ node, kind }) => [node, kind])).toEqual([
      ['yes', 'skipped'],
      ['route', 'choice'],
      ['in', 'value'],
    ]);
  });

  it('goes through the turns of a container, and into a turn no further than that turn', () => {
    const graph = workflowOf(
      ['in', 'map', ['ask', 'map'], ['pick', 'map'], 'out', 'side'],
      [
        ['in', 'map:items'],
        ['map:item', 'ask:question'],
        ['side', 'ask:context'],
        ['ask', 'pick'],
        ['pick', 'map:result'],
        ['map:results', 'out'],
      ],
    );
    const run = runOf(graph, [
      step('in'),
      step('side'),
      step('map[0]/ask'),
      step('map[0]/pick'),
      step('map[1]/ask'),
      step('map[1]/pick'),
      step('map', { results: [] }),
      step('out'),
    ]);
    expect(new Set(names(failureChain(run, 'out', plain).links))).toEqual(
      new Set(['out', 'map', 'map[0]/pick', 'map[1]/pick', 'map[0]/ask', 'map[1]/ask', 'map start', 'in', 'side']),
    );
    expect(new Set(names(failureChain(run, 'map[1]/pick', plain).links))).toEqual(
      new Set(['map[1]/pick', 'map[1]/ask', 'map start', 'in', 'side']),
    );
  });

  it('leads a container that failed to the step inside that it failed of', () => {
    const graph = workflowOf(
      ['map', ['ask', 'map'], ['pick', 'map']],
      [
        ['map:item', 'ask'],
        ['ask', 'pick'],
        ['pick', 'map:result'],
      ],
    );
    const error = { code: 'provider.auth', class: 'auth', message: 'no' } as never;
    const run = runOf(graph, [
      step('map[0]/ask', {}, { state: 'failed', handled: 'fail', error }),
      step('map', {}, { state: 'failed', handled: 'fail', error }),
    ]);
    expect(failureChain(run, 'map', plain).links.map(({ step: path, kind }) => [path, kind])).toEqual([
      ['map', 'error'],
      ['map[0]/ask', 'error'],
      ['map', 'value'],
    ]);
  });

  it('leads through a workflow inside to the inputs that it was given', () => {
    const graph = workflowOf(
      ['in', 'sub', ['sub/question', 'sub'], ['sub/ask', 'sub'], ['sub/answer', 'sub'], 'out'],
      [
        ['in', 'sub:question'],
        ['sub/question', 'sub/ask'],
        ['sub/ask', 'sub/answer'],
        ['sub/answer', 'sub:answer'],
        ['sub:answer', 'out'],
      ],
    );
    const about = (node: string): ChainAbout => ({
      ...plain(),
      ...(node === 'sub/question' && { inputName: 'question' }),
    });
    const run = runOf(graph, [
      step('in'),
      step('sub/question'),
      step('sub/ask'),
      step('sub/answer'),
      step('sub', { answer: 1 }),
      step('out'),
    ]);
    expect(names(failureChain(run, 'out', about).links)).toEqual([
      'out',
      'sub',
      'sub/answer',
      'sub/ask',
      'sub/question',
      'sub start',
      'in',
    ]);
  });

  it('says what each step was to the value', () => {
    const graph = workflowOf(
      ['in', 'found', 'prompt', 'model', 'check', 'person', 'bad'],
      [
        ['in', 'found'],
        ['found', 'prompt'],
        ['prompt', 'model'],
        ['model', 'check'],
        ['check', 'person'],
        ['person', 'bad'],
      ],
    );
    const types: { [node: string]: ChainAbout } = {
      in: { outputs: { value: 'any' }, reads: [], inputName: 'question' },
      found: { outputs: { value: 'chunks' }, reads: [] },
      prompt: { outputs: { value: 'messages' }, reads: [{ kind: 'prompt', name: 'answer' }] },
      model: { outputs: { value: 'answer' }, reads: [{ kind: 'profile', name: 'reader' }] },
      check: { outputs: { value: 'any', verdict: 'verdict' }, reads: [] },
    };
    const calls = [{ call: 0, kind: 'model.generate', state: 'completed', startedAt: 0 }] as StepView['calls'];
    const run = runOf(
      graph,
      [
        step('in'),
        step('found'),
        step('prompt'),
        step('model', { value: 1 }, { calls }),
        step('check'),
        step('person'),
        step('bad', {}, { state: 'failed', handled: 'fail' }),
      ],
      {},
      { waits: [{ step: 'person', kind: 'review' }] as RunView['waits'] },
    );
    const kinds = failureChain(run, 'bad', (node) => types[node] ?? plain()).links.map(({ kind }) => kind);
    expect(kinds).toEqual(['error', 'decision', 'verdict', 'model', 'prompt', 'chunks', 'input']);
  });

  describe('beside a good run', () => {
    const about = (node: string): ChainAbout => {
      if (node === 'ask') return { ...plain(), reads: [{ kind: 'prompt', name: 'answer' }] };
      if (node === 'read') return { ...plain(), reads: [{ kind: 'profile', name: 'reader' }] };
      return plain();
    };
    const made = { prompts: { answer: 'Be brief.' }, profiles: { reader: { model: 'm1' } } };
    const good = () =>
      runOf(line, steps(), { ...made, work: new Map([['docs', { memo: 'd', reads: { 'collection docs': '1' } }]]) });
    /** All that a change at a step brings after it. */
    const changed = (...paths: string[]) =>
      steps().map((one) => (paths.includes(one.step) ? step(one.step, { value: `${one.step}, another` }) : one));

    it('finds nothing between a run and itself', () => {
      const { links, origins } = failureChain(good(), 'check', about, good());
      expect(new Set(links.map(({ compared }) => compared.verdict))).toEqual(new Set(['same']));
      expect(origins).toEqual([]);
    });

    it('names the first step that differs, and its collection', () => {
      const work = new Map([['docs', { memo: 'd2', reads: { 'collection docs': '2' } }]]);
      const bad = runOf(line, changed('docs', 'rank', 'pack', 'ask', 'read', 'check'), { ...made, work });
      const { links, origins } = failureChain(bad, 'check', about, good());
      expect(origins).toEqual([{ step: 'docs' }]);
      expect(links.find(({ node }) => node === 'docs')?.compared).toEqual({
        verdict: 'differs',
        differences: [
          { what: 'outputs', names: ['value'] },
          { what: 'source', names: ['collection docs'] },
        ],
      });
      expect(links.find(({ node }) => node === 'rank')?.compared).toEqual({
        verdict: 'differs',
        differences: [
          { what: 'inputs', names: ['docs'] },
          { what: 'outputs', names: ['value'] },
        ],
      });
      expect(verdicts(links)['question']).toBe('same');
    });

    it('names a prompt, a profile, a config and another answer to the same', () => {
      const origin = (bad: ChainRun) => {
        const { links, origins } = failureChain(bad, 'check', about, good());
        return links
          .flatMap(({ step: path, isOrigin, compared }) =>
            isOrigin && compared.verdict === 'differs' ? [[path, ...compared.differences.map(({ what }) => what)]] : [],
          )
          .concat(origins.length === 1 ? [] : [[`${origins.length} origins`]]);
      };
      const work = good().work;
      expect(
        origin(runOf(line, changed('ask', 'read', 'check'), { ...made, work, prompts: { answer: 'Be long.' } })),
      ).toEqual([['ask', 'outputs', 'prompt']]);
      expect(origin(runOf(line, changed('read'), { ...made, work, profiles: { reader: { model: 'm2' } } }))).toEqual([
        ['read', 'outputs', 'profile'],
      ]);
      const graph = {
        ...line,
        nodes: line.nodes.map((node) => (node.id === 'rank' ? { ...node, config: { topK: 1 } } : node)),
      };
      expect(origin(runOf(graph as Workflow, changed('rank'), { ...made, work }))).toEqual([
        ['rank', 'outputs', 'config'],
      ]);
      expect(origin(runOf(line, changed('read', 'check'), { ...made, work }))).toEqual([['read', 'outputs']]);
    });

    it('takes two independent changes for two origins, the one that ended first in front', () => {
      const bad = runOf(line, changed('rank', 'question'), { ...made, work: good().work });
      expect(failureChain(bad, 'check', about, good()).origins).toEqual([{ step: 'question' }]);
      const both = runOf(line, changed('docs', 'ask'), { ...made, work: good().work, prompts: { answer: 'Be long.' } });
      expect(failureChain(both, 'check', about, good()).origins).toEqual([{ step: 'docs' }, { step: 'ask' }]);
      const two = runOf(line, changed('pack', 'read'), { ...made, work: good().work });
      // The prompt gave the same in spite of another context: what the model did otherwise does not follow from it.
      expect(failureChain(two, 'check', about, good()).origins).toEqual([{ step: 'pack' }, { step: 'read' }]);
    });

    it('says that a step is only here, that it has not ended, and that nobody knows by what work differs', () => {
      const there = good();
      const lost = {
        ...there,
        view: { ...there.view, steps: there.view.steps.filter(({ step: path }) => path !== 'pack') },
      };
      expect(verdicts(failureChain(good(), 'check', about, lost).links)['pack']).toBe('only-here');
      const open = runOf(
        line,
        steps().map((one) => (one.step === 'check' ? step('check', {}, { state: 'running' }) : one)),
        made,
      );
      expect(failureChain(open, 'check', about, good()).links[0]?.compared).toEqual({
        verdict: 'not-comparable',
        because: 'not-ended',
      });
      const other = runOf(line, steps(), {
        ...made,
        work: new Map([['docs', { memo: 'x', reads: { 'collection docs': '1' } }]]),
      });
      const docs = failureChain(other, 'check', about, good()).links.find(({ node }) => node === 'docs');
      expect(docs?.compared).toEqual({ verdict: 'differs', differences: [{ what: 'work', names: [] }] });
    });

    it('compares the value that was handed on, not what else the step gave', () => {
      const graph = workflowOf(['model', 'out'], [['model:text', 'out']]);
      const made = (usage: number) => runOf(graph, [step('model', { text: 'a', usage }), step('out')]);
      expect(verdicts(failureChain(made(1), 'out', plain, made(2)).links)).toEqual({ out: 'same', model: 'differs' });
    });

    it('takes equal keys of work for equal inputs, also where no log holds what a turn was handed', () => {
      const graph = workflowOf(
        ['in', 'map', ['ask', 'map']],
        [
          ['in', 'map:items'],
          ['map:item', 'ask'],
          ['ask', 'map:result'],
        ],
      );
      const made = (list: number, memo: string) =>
        runOf(graph, [step('in', { value: list }), step('map[0]/ask'), step('map')], {
          work: new Map([['map[0]/ask', { memo }]]),
        });
      const of = (memo: string) => verdicts(failureChain(made(1, 'k'), 'map', plain, made(2, memo)).links);
      expect(of('k')).toEqual({ map: 'differs', 'map[0]/ask': 'same', 'map start': 'differs', in: 'differs' });
      expect(of('other')['map[0]/ask']).toBe('differs');
    });

    it('sees that a value was put in by hand', () => {
      const edits = { pack: { outputs: { value: { value: 'mine' } } } };
      const bad = runOf(line, changed('pack', 'ask', 'read', 'check'), { ...made, work: good().work }, { edits });
      const { links, origins } = failureChain(bad, 'check', about, good());
      expect(origins).toEqual([{ step: 'pack' }]);
      expect(links.find(({ node }) => node === 'pack')).toMatchObject({
        kind: 'edit',
        compared: { differences: [{ what: 'outputs' }, { what: 'edit' }] },
      });
    });
  });

  it('keeps the turns that failed or differ when there are very many', () => {
    const graph = workflowOf(
      ['map', ['ask', 'map'], 'out'],
      [
        ['map:item', 'ask'],
        ['ask', 'map:result'],
        ['map:results', 'out'],
      ],
    );
    const turns = (odd: number) =>
      Array.from({ length: 200 }, (_, i) => step(`map[${i}]/ask`, { value: i === odd ? 'odd' : 'even' }));
    const run = (odd: number) =>
      runOf(graph, [...turns(odd), step('map', { results: odd }), step('out', { value: odd })]);
    const { links, untold, origins } = failureChain(run(150), 'out', plain, run(-1));
    expect(links.length).toBeLessThan(30);
    expect(untold).toBe(180);
    expect(origins).toEqual([{ step: 'map[150]/ask' }]);
  });

  it('holds exactly the ancestors of its start, for any graph; its origins are the changes that no change explains', () => {
    const anyGraph = fc.integer({ min: 2, max: 12 }).chain((size) =>
      fc.record({
        size: fc.constant(size),
        wires: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 30 }),
        silent: fc.array(fc.nat(size - 1), { maxLength: 3 }),
        odd: fc.array(fc.nat(size - 1), { maxLength: 4 }),
        start: fc.nat(size - 1),
      }),
    );
    fc.assert(
      fc.property(anyGraph, ({ size, wires, silent, odd, start }) => {
        const id = (at: number) => `n${at}`;
        const forward = wires.filter(([a, b]) => a < b);
        const graph = workflowOf(
          Array.from({ length: size }, (_, at) => id(at)),
          forward.map(([a, b]) => [id(a), id(b)]),
        );
        const made = (changes: readonly number[]) =>
          runOf(
            graph,
            Array.from({ length: size }, (_, at) =>
              step(id(at), silent.includes(at) ? {} : { value: changes.includes(at) ? 'other' : 'same' }),
            ),
          );
        const { links, origins } = failureChain(made(odd), id(start), plain, made([]));
        const ancestors = new Set([start]);
        for (const at of ancestors) for (const [a, b] of forward) if (b === at && !silent.includes(a)) ancestors.add(a);
        expect(new Set(links.map(({ node }) => node))).toEqual(new Set([...ancestors].map(id)));
        const place = new Map(links.map(({ node }, at) => [node, at]));
        for (const { node, fed } of links)
          for (const { step: later } of fed) expect(place.get(later)).toBeLessThan(place.get(node) as number);
        const isOdd = (at: number) => odd.includes(at) && !silent.includes(at) && ancestors.has(at);
        const feeds = (at: number) => forward.filter(([a, b]) => b === at && !silent.includes(a)).map(([a]) => a);
        const expected = [...ancestors].filter((at) => isOdd(at) && !feeds(at).some(isOdd)).sort((a, b) => a - b);
        expect(origins.map(({ step: path }) => path)).toEqual(expected.map(id));
      }),
      { numRuns: 500 },
    );
  });
});
