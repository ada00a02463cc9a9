import { expect, it } from 'vitest';
import { setConfig } from '../commands/set-config.ts';
import { createDocumentStore } from './document-store.ts';
import { diskVersionOf, outdatedNode } from './outdated-nodes.ts';

const head = { format: 1, id: 'wf_old', name: 'Old', inputs: {}, outputs: {}, resources: {} } as const;
const text = JSON.stringify({
  ...head,
  nodes: [
    { id: 'a', type: 'transform', version: 1, config: { cel: 'value', language: 'cel' } },
    { id: 'b', type: 'log', version: 2, config: {} },
  ],
});
const workflow = {
  ...head,
  nodes: [
    { id: 'a', type: 'transform', version: 2, config: { expression: 'value', language: 'cel' } },
    { id: 'b', type: 'log', version: 2, config: {} },
  ],
  edges: [],
};
const opened = { hash: 'h', modifiedAt: 1, text, workflow, migrated: true };
const open = () => createDocumentStore('a.flow.json', workflow, diskVersionOf(opened));

it('tells which nodes the file has in an older version, and what an update changes', () => {
  const document = open();
  expect(outdatedNode(document.store.getState(), 'a')).toEqual({
    id: 'a',
    from: 1,
    to: 2,
    fields: ['cel', 'expression'],
  });
  expect(outdatedNode(document.store.getState(), 'b')).toBeUndefined();
  expect(outdatedNode(document.store.getState(), 'nowhere')).toBeUndefined();
  expect(document.isDirty()).toBe(false);
});

it('tells of it through edits and undo, until the file has the new version', () => {
  const document = open();
  document.run(setConfig, { node: 'a', field: 'language', value: 'template' });
  document.undo();
  expect(outdatedNode(document.store.getState(), 'a')?.from).toBe(1);
  const { doc } = document.store.getState();
  document.saved(0, { hash: 'i', modifiedAt: 2 }, doc.nodes);
  expect(outdatedNode(document.store.getState(), 'a')).toBeUndefined();
  // Somebody put the old file back.
  document.reload(workflow, diskVersionOf(opened));
  expect(outdatedNode(document.store.getState(), 'a')?.from).toBe(1);
});

it('says nothing of a file that was read as it is', () => {
  expect(diskVersionOf({ ...opened, migrated: false })).toEqual({ hash: 'h', modifiedAt: 1 });
});
