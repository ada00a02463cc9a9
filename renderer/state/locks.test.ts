import { describe, expect, it } from 'vitest';
import { Workflow } from '../../app/core/graph/workflow.ts';
import { commands } from '../commands/registry.ts';
import { createDocumentStore } from './document-store.ts';

const at = (id: string, more: object = {}) => ({
  id,
  type: 'transform',
  version: 1,
  config: { expression: 'value' },
  ...more,
});
const workflow = Workflow.parse({
  format: 1,
  id: 'wf_locks',
  name: 'Locks',
  nodes: [at('a'), at('b', { name: 'Second' }), at('c')],
  edges: [
    { id: 'ab', from: { node: 'a', port: 'value' }, to: { node: 'b', port: 'value' } },
    { id: 'bc', from: { node: 'b', port: 'value' }, to: { node: 'c', port: 'value' } },
  ],
  budget: { run: 2 },
  layout: {
    positions: { a: { x: 0, y: 0 }, b: { x: 9, y: 0 } },
    bends: { ab: [{ x: 4, y: 4 }], bc: [{ x: 1, y: 1 }] },
  },
});
const opened = () => createDocumentStore('a.flow.json', workflow, { hash: 'h', modifiedAt: 0 });
const refused = { key: 'lock.node', values: { node: 'Second' } };

describe('what is locked', () => {
  it('stays as it is and where it is, with the wires that lead into it', () => {
    const document = opened();
    document.run(commands.setLock, { nodes: ['b'], on: true });
    const { doc } = document.store.getState();
    const cut = (id: string) => document.run(commands.removeItems, { items: [id] });
    expect(document.run(commands.setConfig, { node: 'b', field: 'expression', value: '1' })).toEqual(refused);
    expect(document.run(commands.setColor, { nodes: ['b'], color: 'blue' })).toEqual(refused);
    expect([cut('b'), cut('edge:ab'), cut('a')]).toEqual([refused, refused, refused]);
    expect(document.run(commands.moveItems, { to: new Map([['b', { x: 70, y: 0 }]]) })).toEqual(refused);
    expect(document.store.getState().doc).toBe(doc);
    // Others move without it, and where it leads to is theirs.
    const both = new Map(['a', 'b'].map((id) => [id, { x: 70, y: 0 }]));
    expect(document.run(commands.moveItems, { to: both })).toBeUndefined();
    expect(document.workflow().layout?.positions).toMatchObject({ a: { x: 70 }, b: { x: 9 } });
    expect(cut('edge:bc')).toBeUndefined();
    document.run(commands.setLock, { nodes: ['b'], on: false });
    expect(cut('b')).toBeUndefined();
  });

  it('is everything at once, and opens again', () => {
    const document = opened();
    document.run(commands.setLock, { nodes: 'all', on: true });
    expect(document.workflow().layout?.locked).toEqual({ all: true });
    expect(document.run(commands.addNote, { at: { x: 0, y: 0 } })).toEqual({ key: 'lock.all' });
    document.undo();
    expect(document.workflow().layout?.locked).toBeUndefined();
    expect(document.run(commands.addNote, { at: { x: 0, y: 0 } })).toBeUndefined();
  });
});

describe('what hangs on a record', () => {
  it('goes with it and comes back with it', () => {
    const document = opened();
    document.run(commands.setLock, { nodes: ['c'], on: true });
    document.run(commands.setLock, { nodes: ['c'], on: false });
    document.run(commands.removeItems, { items: ['a'] });
    expect(document.workflow().layout?.bends).toEqual({ bc: [{ x: 1, y: 1 }] });
    document.undo();
    expect(document.workflow().layout?.bends).toEqual(workflow.layout?.bends);
  });

  it('bends move with the two ends of their wire, and stay when one moves', () => {
    const document = opened();
    document.run(commands.moveItems, {
      to: new Map([
        ['a', { x: 10, y: 5 }],
        ['b', { x: 19, y: 5 }],
      ]),
    });
    expect(document.workflow().layout?.bends).toEqual({ ab: [{ x: 14, y: 9 }], bc: [{ x: 1, y: 1 }] });
  });
});

it('the budget of a workflow survives its editing', () => {
  expect(opened().workflow().budget).toEqual({ run: 2 });
});

describe('moving all wires of a port', () => {
  it('moves every one or none', () => {
    const document = opened();
    const out = (node: string) => ({ node, port: 'value', side: 'out' as const });
    expect(document.run(commands.moveWires, { from: out('b'), to: out('a') })).toBeUndefined();
    expect([...document.store.getState().doc.edges.values()].map(({ from }) => from.node)).toEqual(['a', 'a']);
    // From c into b, which c's own input comes from, would run in a circle.
    document.undo();
    expect(document.run(commands.moveWires, { from: out('a'), to: out('c') })).toMatchObject({ key: 'connect.cycle' });
    expect(document.workflow().edges.map(({ from }) => from.node)).toEqual(['a', 'b']);
  });
});
