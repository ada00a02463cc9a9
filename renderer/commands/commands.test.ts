import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { workflowFileText } from '../../app/core/graph/content-hash.ts';
import { portTypeNames } from '../../app/core/graph/ports.ts';
import { validateWorkflow } from '../../app/core/graph/validate-workflow.ts';
import { Workflow } from '../../app/core/graph/workflow.ts';
import { textKinds } from '../../app/core/search/workflow-texts.ts';
import type { PortRef } from '../nodes/connection.ts';
import { nodeTypes } from '../nodes/node-types.ts';
import { type PortSide, resolveNode } from '../nodes/ports-of.ts';
import type { Doc } from '../state/document.ts';
import { createDocumentStore } from '../state/document-store.ts';
import { itemRef } from '../state/items.ts';
import { colorNames } from '../theme/colors.ts';
import type { Command } from './command.ts';
import { extraction } from './extraction.ts';
import { Fragment, fragmentOf, readFragment } from './fragment.ts';
import { commands } from './registry.ts';

type Any = fc.Arbitrary<unknown>;
type CommandName = keyof typeof commands;

/** Ids that are traps for code which keeps records in plain objects. */
const traps = ['constructor', 'toString', 'hasOwnProperty'];
const base = { hash: 'h', modifiedAt: 0 };

/** What the workflow that subflows of these documents run takes and gives, as its file has it. */
const face = { inputs: { q: { type: 'text' as const, required: false } }, outputs: { a: { type: 'any' as const } } };

const start = Workflow.parse({
  format: 1,
  id: 'wf_start',
  name: 'Start',
  nodes: [
    { id: 'constructor', type: 'input', version: 1, config: { name: 'q' } },
    { id: 'toString', type: 'transform', version: 1, config: { expression: 'value' } },
    { id: 'out', type: 'output', version: 1, config: { name: 'a' } },
    { id: 'each', type: 'map', version: 1, config: {} },
    { id: 'inner', type: 'transform', version: 1, parent: 'each', config: { expression: 'value' } },
    { id: 'odd', type: 'from-the-future', version: 3, config: { x: [1] } },
    { id: 'sub', type: 'subflow', version: 1, config: { workflow: 'wf_other', interface: face } },
  ],
  edges: [
    { id: 'hasOwnProperty', from: { node: 'constructor', port: 'value' }, to: { node: 'toString', port: 'value' } },
    { id: 'e2', from: { node: 'toString', port: 'value' }, to: { node: 'out', port: 'value' } },
    { id: 'e3', from: { node: 'each', port: 'item' }, to: { node: 'inner', port: 'value' } },
    { id: 'e4', from: { node: 'inner', port: 'value' }, to: { node: 'each', port: 'result' } },
  ],
  inputs: { q: { type: 'text' } },
  outputs: { a: { type: 'any' } },
  resources: { prompts: { answer: { file: 'prompts/answer.md' } } },
  layout: {
    positions: { out: { x: 10, y: 10 } },
    notes: [{ id: 'n', text: 'Note', x: 0, y: 0 }],
    groups: [{ id: 'g', title: 'Group', nodes: ['constructor', 'toString'] }],
    colors: { out: 'blue' },
    bends: { e2: [{ x: 5, y: 5 }] },
    locked: { nodes: ['odd'] },
  },
  budget: { run: 0.5 },
});

const oneOf = (ids: Iterable<string>, ...more: string[]): fc.Arbitrary<string> =>
  fc.constantFrom(...ids, ...more, 'gone');
const ofType = (doc: Doc, wanted: string): string[] =>
  [...doc.nodes.values()].filter(({ type }) => type === wanted).map(({ id }) => id);
const point = fc.record({ x: fc.integer({ min: -900, max: 900 }), y: fc.integer({ min: -900, max: 900 }) });
const json = fc.jsonValue({ maxDepth: 2 });
const box = fc.record({ x: fc.integer(), y: fc.integer(), width: fc.nat(500), height: fc.nat(500) });
const color = fc.constantFrom(...colorNames);
const text = fc.string({ maxLength: 12, unit: 'binary' });

function items(doc: Doc) {
  const all = [
    ...doc.nodes.keys(),
    ...[...doc.notes.keys()].map((id) => itemRef('note', id)),
    ...[...doc.groups.keys()].map((id) => itemRef('group', id)),
    ...[...doc.edges.keys()].map((id) => itemRef('edge', id)),
  ];
  return fc.uniqueArray(oneOf(all), { maxLength: 5 });
}

function ports(doc: Doc): fc.Arbitrary<PortRef> {
  const all = [...doc.nodes.values()].flatMap((node) => {
    const { inputs, outputs, sources, sinks } = resolveNode(node).ports;
    const side = (name: PortSide, table: object): PortRef[] =>
      Object.keys(table).map((port) => ({ node: node.id, port, side: name }));
    return [...side('in', inputs), ...side('out', outputs), ...side('source', sources), ...side('sink', sinks)];
  });
  return all.length === 0 ? fc.constant({ node: 'gone', port: 'x', side: 'in' }) : fc.constantFrom(...all);
}

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const record = (parts: { [key: string]: Any }, required: string[]) => fc.record(parts, { requiredKeys: required });

const empty = Fragment.parse({ pipewright: 'fragment', version: 1, nodes: [], edges: [], positions: {} });

/** Arguments for every command of the registry, drawn for the document as it is. */
const argumentsFor: { [name in CommandName]: (doc: Doc) => Any } = {
  addNode: (doc) =>
    record(
      { type: oneOf(nodeTypes.keys()), at: point, parent: oneOf(doc.nodes.keys()), connect: ports(doc), name: text },
      ['type', 'at'],
    ),
  addNote: () => record({ at: point, text }, ['at']),
  alignItems: (doc) =>
    record(
      {
        boxes: fc.array(fc.tuple(oneOf(doc.nodes.keys()), box), { maxLength: 5 }).map((list) => new Map(list)),
        to: fc.constantFrom('left', 'center', 'right', 'top', 'middle', 'bottom', 'horizontally', 'vertically'),
      },
      ['boxes', 'to'],
    ),
  arrangeNodes: (doc) =>
    fc.array(fc.tuple(oneOf(doc.nodes.keys()), point), { maxLength: 5 }).map((list) => ({ positions: new Map(list) })),
  connectPorts: (doc) => fc.record({ from: ports(doc), to: ports(doc) }),
  duplicateItems: (doc) =>
    record({ items: items(doc), offset: point, keepIncoming: fc.boolean() }, ['items', 'offset']),
  editGroup: (doc) =>
    record({ group: oneOf(doc.groups.keys()), title: text, color: optional(color), collapsed: fc.boolean() }, [
      'group',
    ]),
  editNote: (doc) => record({ note: oneOf(doc.notes.keys()), text, color: optional(color) }, ['note']),
  extractSubflow: (doc) =>
    fc.oneof(items(doc), fc.subarray(ofType(doc, 'transform').slice(0, 2))).map((chosen) => {
      const piece = extraction(doc, chosen);
      const names =
        'refused' in piece
          ? { inputs: [], outputs: [] }
          : { inputs: piece.inputs.map(({ name }) => name), outputs: piece.outputs.map(({ name }) => name) };
      return { items: chosen, workflow: 'wf_piece', name: 'Piece', names };
    }),
  groupItems: (doc) => fc.record({ items: items(doc), title: text }),
  insertFragment: (doc) =>
    fc.tuple(items(doc), point, fc.boolean()).map(([chosen, offset, keepIncoming]) => ({
      fragment: fragmentOf(doc, [...chosen, ...doc.notes.keys()]) ?? fragmentOf(doc, doc.nodes.keys()) ?? empty,
      offset,
      keepIncoming,
    })),
  moveInto: (doc) =>
    fc.record({
      nodes: fc.array(oneOf(doc.nodes.keys()), { maxLength: 3 }),
      parent: optional(oneOf(ofType(doc, 'map'), ...doc.nodes.keys())),
    }),
  moveWires: (doc) => fc.record({ from: ports(doc), to: ports(doc) }),
  moveItems: (doc) =>
    fc.record({
      to: fc
        .array(fc.tuple(oneOf([...doc.nodes.keys(), ...[...doc.notes.keys()].map((id) => `note:${id}`)]), point), {
          maxLength: 4,
        })
        .map((list) => new Map(list)),
      nudge: fc.boolean(),
    }),
  reconnectEdge: (doc) =>
    fc.record({ edge: oneOf(doc.edges.keys()), end: fc.constantFrom('from', 'to'), port: ports(doc) }),
  removeItems: (doc) => fc.record({ items: items(doc), reconnect: fc.boolean() }),
  renameNode: (doc) => fc.record({ node: oneOf(doc.nodes.keys()), name: text }),
  replaceDocument: () => fc.record({ workflow: fc.constantFrom(start, other) }),
  replaceText: () =>
    fc
      .record({
        query: fc.record({
          text: fc.constantFrom('a', 'value', 'Start', '.', 'Note|Group', '('),
          matchCase: fc.boolean(),
          wholeWord: fc.boolean(),
          regex: fc.constantFrom(false, false, true),
        }),
        replacement: fc.constantFrom('', 'x', 'value + value', '$&$&', 'two\nlines'),
        kinds: fc.subarray([...textKinds], { minLength: 1 }),
      })
      .filter(({ query }) => !query.regex || query.text !== '('),
  resizeItem: (doc) =>
    fc.record({ item: oneOf([...doc.nodes.keys(), ...[...doc.notes.keys()].map((id) => `note:${id}`)]), box }),
  setBends: (doc) =>
    record({ edge: oneOf(doc.edges.keys()), bends: fc.array(point, { maxLength: 22 }), nudge: fc.boolean() }, [
      'edge',
      'bends',
    ]),
  setColor: (doc) => fc.record({ nodes: fc.array(oneOf(doc.nodes.keys()), { maxLength: 3 }), color: optional(color) }),
  setConfig: (doc) =>
    fc.record({
      node: fc.oneof(oneOf(doc.nodes.keys()), fc.array(oneOf(doc.nodes.keys()), { maxLength: 3 })),
      field: oneOf(['name', 'variables', 'k', ...traps]),
      value: optional(json),
    }),
  setHead: () => fc.record({ field: fc.constantFrom('name', 'description'), text }),
  setInterface: (doc) =>
    fc.oneof(
      fc.record({
        direction: fc.constant('input'),
        name: oneOf(doc.inputs.keys(), 'x', 'constructor'),
        value: optional(fc.record({ type: fc.constantFrom(...portTypeNames), required: fc.boolean() })),
      }),
      fc.record({
        direction: fc.constant('output'),
        name: oneOf(doc.outputs.keys(), 'x', 'constructor'),
        value: optional(fc.record({ type: fc.constantFrom(...portTypeNames) })),
      }),
    ),
  setLock: (doc) =>
    fc.record({
      nodes: fc.oneof(fc.array(oneOf(doc.nodes.keys()), { maxLength: 3 }), fc.constant('all')),
      // Mostly off: what is locked lets no other command do anything.
      on: fc.constantFrom(true, false, false, false),
    }),
  setNodeFlag: (doc) =>
    fc.record({
      nodes: fc.array(oneOf(doc.nodes.keys()), { maxLength: 3 }),
      flag: fc.constantFrom('disabled', 'bypassed', 'personal'),
      on: fc.boolean(),
    }),
  setPolicy: (doc) =>
    fc.record({
      node: oneOf(doc.nodes.keys()),
      policy: fc.constantFrom(
        {},
        { timeoutMs: 100 },
        { timeoutMs: undefined },
        { onError: { action: 'port' } },
        { retry: { attempts: 2, baseMs: 1, maxMs: 2 } },
      ),
    }),
  setResource: () =>
    fc.oneof(
      fc.record({
        kind: fc.constantFrom('collections', 'profiles'),
        alias: fc.constantFrom('a', 'constructor', '7'),
        value: optional(fc.record({ name: fc.constant('docs') })),
      }),
      fc.record({
        kind: fc.constant('prompts'),
        alias: fc.constantFrom('a', 'answer'),
        value: optional(fc.record({ file: fc.constant('prompts/a.md') })),
      }),
    ),
  spliceNode: (doc) =>
    fc.record({
      edge: oneOf(doc.edges.keys()),
      node: fc.oneof(oneOf(doc.nodes.keys()), fc.record({ type: oneOf(nodeTypes.keys()), at: point })),
    }),
  unpackSubflow: (doc) => fc.record({ node: oneOf(ofType(doc, 'subflow')), workflow: fc.constantFrom(start, other) }),
  updateInterfaces: (doc) =>
    fc
      .array(fc.tuple(oneOf(ofType(doc, 'subflow')), fc.constantFrom({ inputs: {}, outputs: {} }, face)), {
        maxLength: 3,
      })
      .map((list) => ({ faces: new Map(list) })),
};

const other = Workflow.parse({ format: 1, id: 'wf_other', name: 'Other', nodes: [], edges: [] });

const textOf = (document: ReturnType<typeof createDocumentStore>) => workflowFileText(document.workflow());

/** The text once subflows have the ports that their files give them: those follow no history. */
function settled(document: ReturnType<typeof createDocumentStore>): string {
  const { nodes } = document.store.getState().doc;
  document.run(commands.updateInterfaces, { faces: new Map([...nodes.keys()].map((id) => [id, face])) });
  return textOf(document);
}

/** A number draws the arguments from what fits the document at that moment. */
const moves = fc.array(
  fc.record({
    name: fc.constantFrom(...(Object.keys(commands) as CommandName[])),
    seed: fc.integer(),
    afterwards: fc.constantFrom('nothing', 'nothing', 'nothing', 'undo', 'redo', 'seal'),
  }),
  { minLength: 1, maxLength: 40 },
);

describe('random commands of the whole registry', () => {
  it('are undone to the start and redone to the end', () => {
    const ran = new Set<string>();
    void fc.assert(
      fc.property(moves, (list) => {
        const document = createDocumentStore('a.flow.json', start, base);
        const begin = settled(document);
        for (const { name, seed, afterwards } of list) {
          const { doc } = document.store.getState();
          const [args] = fc.sample(argumentsFor[name](doc), { numRuns: 1, seed });
          const before = document.store.getState().doc;
          document.run(commands[name] as Command<unknown>, args);
          if (document.store.getState().doc !== before) ran.add(name);
          if (afterwards === 'undo') document.undo();
          if (afterwards === 'redo') document.redo();
          if (afterwards === 'seal') document.seal();
          // Whatever was done, what is there can be saved and read again.
          expect(Workflow.safeParse(document.workflow()).error?.issues).toBeUndefined();
        }
        const end = settled(document);
        const steps = document.store.getState().history.past.length;
        for (let n = 0; n < steps; n += 1) document.undo();
        expect(settled(document)).toBe(begin);
        expect(document.isDirty()).toBe(false);
        while (document.store.getState().history.future.length > 0) document.redo();
        expect(textOf(document).length).toBeGreaterThan(0);
        if (list.every(({ afterwards }) => afterwards !== 'undo')) expect(settled(document)).toBe(end);
      }),
      { numRuns: 400 },
    );
    expect([...ran].sort()).toEqual(Object.keys(commands).sort());
  });

  it('are the same for the same document and arguments', () => {
    void fc.assert(
      fc.property(moves, (list) => {
        const [one, two] = [0, 1].map(() => {
          const document = createDocumentStore('a.flow.json', start, base);
          for (const { name, seed } of list) {
            const [args] = fc.sample(argumentsFor[name](document.store.getState().doc), { numRuns: 1, seed });
            document.run(commands[name] as Command<unknown>, args);
          }
          return textOf(document);
        });
        expect(one).toBe(two);
      }),
      { numRuns: 50 },
    );
  });

  it('squash into one step, and bail without a trace', () => {
    void fc.assert(
      fc.property(moves, moves, fc.boolean(), (first, second, squash) => {
        const document = createDocumentStore('a.flow.json', start, base);
        const play = (list: typeof first) => {
          for (const { name, seed } of list) {
            const [args] = fc.sample(argumentsFor[name](document.store.getState().doc), { numRuns: 1, seed });
            document.run(commands[name] as Command<unknown>, args);
          }
        };
        play(first);
        document.seal();
        const at = document.mark();
        const steps = document.store.getState().history.past.length;
        const middle = settled(document);
        play(second);
        const end = settled(document);
        const grew = document.store.getState().history.past.length - steps;
        if (squash) {
          document.squash(at, { key: 'items.align' });
          expect(settled(document)).toBe(end);
          expect(document.store.getState().history.past.length).toBe(steps + Math.min(grew, 1));
          if (grew > 0) document.undo();
        } else document.bail(at);
        expect(settled(document)).toBe(middle);
        expect(document.store.getState().history.past.length).toBe(steps);
      }),
      { numRuns: 150 },
    );
  });

  it('draw only wires that the validator accepts', () => {
    void fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 30 }), (seeds) => {
        const document = createDocumentStore('a.flow.json', start, base);
        for (const seed of seeds) {
          const { doc } = document.store.getState();
          const name = seed % 3 === 0 ? 'reconnectEdge' : seed % 3 === 1 ? 'addNode' : 'connectPorts';
          const [args] = fc.sample(argumentsFor[name](doc), { numRuns: 1, seed });
          document.run(commands[name] as Command<unknown>, args);
        }
        const issues = validateWorkflow(document.workflow(), nodeTypes).filter(({ code }) =>
          /edge_|cycle|duplicate/.test(code),
        );
        expect(issues).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a fragment', () => {
  it('survives the clipboard and lands under new ids, whole', () => {
    const document = createDocumentStore('a.flow.json', start, base);
    const { doc } = document.store.getState();
    const fragment = readFragment(JSON.stringify(fragmentOf(doc, ['each', 'toString', 'note:n'])));
    expect(fragment?.nodes.map(({ id }) => id).sort()).toEqual(['each', 'inner', 'toString']);
    if (!fragment) throw new Error('no fragment');
    document.run(commands.insertFragment, { fragment, offset: { x: 40, y: 40 }, keepIncoming: true });
    const { nodes, edges, selection } = { ...document.store.getState().doc, ...document.store.getState() };
    expect(nodes.get('inner-2')).toMatchObject({ parent: 'each-2' });
    expect([...selection].sort()).toEqual(
      ['each-2', 'inner-2', 'note:note', 'toString-2'].map((x) => (x === 'note:note' ? 'note:n-2' : x)).sort(),
    );
    const into = [...edges.values()].filter(({ to }) => to.node === 'toString-2');
    expect(into.map(({ from }) => from.node)).toEqual(['constructor']);
  });

  it.each(['', '{}', '{"pipewright":"fragment"}', '{"pipewright":"fragment","version":2,"nodes":[]}', 'x'.repeat(50)])(
    'is not made of %s',
    (wrong) => {
      expect(readFragment(wrong)).toBeUndefined();
    },
  );
});

describe('adding a node', () => {
  it('declares the output that it stands for, and wires the first port that fits', () => {
    const document = createDocumentStore('a.flow.json', start, base);
    const connect: PortRef = { node: 'toString', port: 'value', side: 'out' };
    expect(document.run(commands.addNode, { type: 'output', at: { x: 0, y: 0 }, connect })).toBeUndefined();
    const { doc, selection } = document.store.getState();
    const node = doc.nodes.get('output');
    expect([...selection]).toEqual(['output']);
    expect(doc.outputs.has(String(node?.config['name']))).toBe(true);
    expect([...doc.edges.values()].some(({ to }) => to.node === 'output')).toBe(true);
    expect(validateWorkflow(document.workflow(), nodeTypes).filter(({ nodeId }) => nodeId === 'output')).toEqual([]);
  });

  it('refuses a type that is not there', () => {
    const document = createDocumentStore('a.flow.json', start, base);
    expect(document.run(commands.addNode, { type: 'gone', at: { x: 0, y: 0 } })).toMatchObject({
      key: 'node.unknownType',
    });
  });
});

describe('deleting with reconnect', () => {
  it('joins what led in with what led out', () => {
    const document = createDocumentStore('a.flow.json', start, base);
    document.run(commands.removeItems, { items: ['toString'], reconnect: true });
    const { edges, groups } = document.store.getState().doc;
    expect([...edges.values()].some(({ from, to }) => from.node === 'constructor' && to.node === 'out')).toBe(true);
    expect(groups.get('g')?.nodes).toEqual(['constructor']);
  });
});
