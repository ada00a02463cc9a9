import { describe, expect, it } from 'vitest';
import { chunkOf } from '../../../test/kit/chunk.ts';
import type { Workflow } from '../graph/workflow.ts';
import { flowOf, type RetrievalRole, retrievalFlows, retrievedChunks, type StageFacts } from './retrieval-flow.ts';
import type { RetrievalReport } from './retrieval-report.ts';
import type { StepView } from './run-view.ts';
import { StepFeeds } from './step-feeds.ts';
import { nodeOf } from './step-path.ts';

type Wire = [from: string, to: string];
const end = (text: string) => ({ node: text.split(':')[0] ?? '', port: text.split(':')[1] ?? 'value' });

function setting(nodes: (string | [id: string, parent: string])[], wires: Wire[], paths: string[], asking: string[]) {
  const workflow = {
    nodes: nodes.map((node) => {
      const [id, parent] = typeof node === 'string' ? [node] : node;
      return { id, type: 'x', version: 1, config: {}, ...(parent !== undefined && { parent }) };
    }),
    edges: wires.map(([from, to], i) => ({ id: `e${i}`, from: end(from), to: end(to) })),
  } as unknown as Workflow;
  const steps = paths.map(
    (step) =>
      ({
        step,
        node: nodeOf(step),
        state: 'succeeded',
        outputs: { value: { value: 1 } },
        calls: asking.includes(nodeOf(step)) ? [{ kind: 'model.generate' }] : [],
      }) as unknown as StepView,
  );
  return { steps, feeds: new StepFeeds(workflow, steps) };
}

const roles: { [node: string]: RetrievalRole } = { docs: 'search', tickets: 'search', rank: 'rank', pack: 'pack' };
const roleOf = (node: string) => roles[node];

describe('the ways of chunks through a run', () => {
  const wires: Wire[] = [
    ['question', 'docs'],
    ['question', 'tickets'],
    ['docs', 'rank'],
    ['tickets', 'rank'],
    ['rank', 'pack'],
    ['pack', 'ask'],
    ['ask', 'read'],
    ['pack', 'read'],
    ['read', 'check'],
    ['check', 'polish'],
  ];
  const nodes = ['question', 'docs', 'tickets', 'rank', 'pack', 'ask', 'read', 'check', 'polish'];

  it('end at the model that was asked, through prompts and past nothing that a model wrote', () => {
    const { steps, feeds } = setting(nodes, wires, nodes, ['read', 'polish']);
    const flows = retrievalFlows(steps, feeds, roleOf);
    expect(flows).toMatchObject([{ id: 'read', consumer: 'read', stages: ['docs', 'tickets', 'rank', 'pack'] }]);
    expect(flows[0]?.fedBy.get('rank')).toEqual(['docs', 'tickets']);
    expect(flowOf(flows, undefined, feeds)?.id).toBe('read');
    expect(flowOf(flows, 'tickets', feeds)?.id).toBe('read');
    // What comes after leads back to it; what stands before the search has seen no chunk.
    expect(flowOf(flows, 'polish', feeds)?.id).toBe('read');
    expect(flowOf(flows, 'question', feeds)).toBeUndefined();
  });

  it('are one for each turn of a container, and end where no model is asked too', () => {
    const inside: [string, string][] = ['docs', 'rank', 'read'].map((id) => [id, 'map']);
    const { steps, feeds } = setting(
      ['question', 'map', ...inside],
      [
        ['question', 'map:items'],
        ['map:item', 'docs'],
        ['docs', 'rank'],
        ['rank', 'read'],
        ['read', 'map:result'],
      ],
      ['question', 'map[0]/docs', 'map[0]/rank', 'map[0]/read', 'map[1]/docs', 'map[1]/rank', 'map'],
      ['read'],
    );
    expect(retrievalFlows(steps, feeds, roleOf).map(({ id, stages, consumer }) => [id, stages, consumer])).toEqual([
      ['map[0]/read', ['map[0]/docs', 'map[0]/rank'], 'map[0]/read'],
      ['map[1]/rank', ['map[1]/docs', 'map[1]/rank'], undefined],
    ]);
  });
});

describe('the chunks of a query', () => {
  const texts = {
    a: 'Failed calls are retried.',
    b: 'Prices are per seat.',
    c: 'Runs resume.',
    d: 'Open on weekdays.',
  };
  const chunk = (id: keyof typeof texts, more: object = {}) => chunkOf(id, texts[id], { line: 3, ...more });
  const report = (role: RetrievalRole, chunks: RetrievalReport['chunks'], more: Partial<RetrievalReport> = {}) =>
    ({ role, chunks, ...more }) as RetrievalReport;
  const fedBy = new Map([
    ['docs', []],
    ['rank', ['docs']],
    ['pack', ['rank']],
  ]);
  const stages: StageFacts[] = [
    {
      step: 'docs',
      role: 'search',
      report: report('search', [{ id: 'z', file: 'z.md', before: 5, dropped: 'below-k', line: 9, start: 0, end: 4 }]),
      chunks: [
        chunk('a', { score: 0.9 }),
        chunk('b', { score: 0.8 }),
        chunk('c', { score: 0.7 }),
        chunk('d', { score: 0.6 }),
      ],
    },
    {
      step: 'rank',
      role: 'rank',
      report: report('rank', [
        { id: 'c', file: 'c.md', before: 3, after: 1, score: 0.99 },
        { id: 'a', file: 'a.md', before: 1, after: 2, score: 0.5 },
        { id: 'd', file: 'd.md', before: 4, score: 0.4, dropped: 'below-k' },
        { id: 'b', file: 'b.md', before: 2, score: 0.3, dropped: 'too-alike', of: 'c' },
      ]),
      chunks: [chunk('c', { score: 0.99 }), chunk('a', { score: 0.5 })],
    },
    {
      step: 'pack',
      role: 'pack',
      report: report('pack', [
        { id: 'c', file: 'c.md', before: 1, after: 1, tokens: 2 },
        { id: 'a', file: 'a.md', before: 2, dropped: 'over-budget', tokens: 40 },
      ]),
      chunks: [{ ...chunk('c'), marker: '1', tokens: 2 }],
    },
  ];

  it('each tell their rank at every stage, why they were dropped, and whether the prompt held them', () => {
    const rows = retrievedChunks(stages, fedBy, {
      asked: ['Be brief.', `[1] c.md:3\n${texts.c}\n\nWhat resumes?`],
      citations: [{ marker: '1' }],
    });
    const told = rows.map(({ id, inPrompt, cited, seen }) => ({
      id,
      inPrompt,
      cited,
      ranks: seen.map(({ before, after, dropped }) => [before, after ?? dropped]),
    }));
    expect(told).toEqual([
      {
        id: 'c',
        inPrompt: 'whole',
        cited: true,
        ranks: [
          [undefined, 3],
          [3, 1],
          [1, 1],
        ],
      },
      {
        id: 'a',
        inPrompt: 'no',
        cited: false,
        ranks: [
          [undefined, 1],
          [1, 2],
          [2, 'over-budget'],
        ],
      },
      {
        id: 'd',
        inPrompt: 'no',
        cited: false,
        ranks: [
          [undefined, 4],
          [4, 'below-k'],
        ],
      },
      {
        id: 'b',
        inPrompt: 'no',
        cited: false,
        ranks: [
          [undefined, 2],
          [2, 'too-alike'],
        ],
      },
      { id: 'z', inPrompt: 'unknown', cited: false, ranks: [[5, 'below-k']] },
    ]);
    expect(rows[0]).toMatchObject({ file: 'c.md', line: 3, text: texts.c, marker: '1' });
    expect(rows[4]).toMatchObject({ file: 'z.md', line: 9, start: 0, end: 4 });
    expect(rows[3]?.seen[1]).toMatchObject({ of: 'c', score: 0.3 });
  });

  it('are said to be lost without a reason where a step noted none, and nothing is guessed of a hidden prompt', () => {
    const quiet = stages.map(({ report: _report, ...stage }) => stage);
    const rows = retrievedChunks(quiet, fedBy, {});
    expect(rows.map(({ id, seen }) => [id, seen.at(-1)?.stage, seen.at(-1)?.dropped])).toEqual([
      ['c', 'pack', undefined],
      ['a', 'pack', 'unnoted'],
      ['b', 'rank', 'unnoted'],
      ['d', 'rank', 'unnoted'],
    ]);
    expect(new Set(rows.map(({ inPrompt }) => inPrompt))).toEqual(new Set(['unknown']));
    // A stage of which nothing may show drops nothing.
    const [docs, rank, pack] = quiet;
    const hidden = retrievedChunks([docs, { step: 'rank', role: 'rank' }, pack] as StageFacts[], fedBy, undefined);
    expect(hidden.find(({ id }) => id === 'b')?.seen.map(({ stage }) => stage)).toEqual(['docs']);
    expect(rank?.chunks).toHaveLength(2);
  });

  it('stand in the prompt in part when a template cut them', () => {
    const text = 'word '.repeat(60);
    const long = chunkOf('l', text);
    const rows = retrievedChunks([{ step: 'docs', role: 'search', chunks: [long] }], fedBy, {
      asked: [text.slice(0, 100)],
    });
    expect(rows[0]?.inPrompt).toBe('part');
  });
});
