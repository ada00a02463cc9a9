import { describe, expect, it, vi } from 'vitest';
import type { ContractClient } from '../../app/core/contracts/client.ts';
import { Workflow } from '../../app/core/graph/workflow.ts';
import { setConfig } from '../commands/set-config.ts';
import { resolveNode } from '../nodes/ports-of.ts';
import { createDocumentStore } from './document-store.ts';
import { followInterfaces } from './follow-interfaces.ts';
import { createNamedWorkflows } from './named-workflows.ts';

const faceOf = (input: string) => ({ inputs: { [input]: { type: 'text' as const, required: true } }, outputs: {} });

function open() {
  const files = new Map([
    ['wf_one', faceOf('question')],
    ['wf_two', faceOf('ticket')],
  ]);
  const asked: string[][] = [];
  const client = {
    workflow: {
      async named({ references }: { references: string[] }) {
        asked.push(references);
        return references.flatMap((reference) => {
          const face = files.get(reference);
          return face ? [{ reference, file: `${reference}.flow.json`, id: reference, name: reference, ...face }] : [];
        });
      },
    },
  } as unknown as ContractClient;
  const named = createNamedWorkflows(client);
  const workflow = Workflow.parse({
    ...{ format: 1, id: 'wf_outer', name: 'Outer', edges: [] },
    nodes: [{ id: 's', type: 'subflow', version: 1, config: { workflow: 'wf_one' } }],
  });
  const document = createDocumentStore('a.flow.json', workflow, { hash: 'h', modifiedAt: 0 });
  const stop = followInterfaces(document, named);
  const ports = () => {
    const node = document.store.getState().doc.nodes.get('s');
    return node ? Object.keys(resolveNode(node).ports.inputs) : [];
  };
  const pick = (value: string) => document.run(setConfig, { node: 's', field: 'workflow', value });
  return { files, asked, named, document, stop, ports, pick };
}

describe('the ports of a subflow', () => {
  it('are those of its file: at once, when another is picked, undone and redone; and nothing is to be saved', async () => {
    const { document, ports, pick } = open();
    await vi.waitFor(() => expect(ports()).toEqual(['question']));
    expect(document.isDirty()).toBe(false);
    pick('wf_two');
    await vi.waitFor(() => expect(ports()).toEqual(['ticket']));
    expect(document.store.getState().history.past).toHaveLength(1);
    document.undo();
    expect(ports()).toEqual(['question']);
    expect(document.isDirty()).toBe(false);
    document.redo();
    expect(ports()).toEqual(['ticket']);
  });

  it('follow the file, and stay as they were when it is gone', async () => {
    const { files, named, ports } = open();
    await vi.waitFor(() => expect(ports()).toEqual(['question']));
    files.set('wf_one', faceOf('sentence'));
    named.refresh();
    await vi.waitFor(() => expect(ports()).toEqual(['sentence']));
    files.delete('wf_one');
    named.refresh();
    await vi.waitFor(() => expect(named.store.getState().known.size).toBe(0));
    expect(ports()).toEqual(['sentence']);
  });

  it('are asked for once, and no more when the tab is closed', async () => {
    const { asked, named, document, stop, ports, pick } = open();
    await vi.waitFor(() => expect(ports()).toEqual(['question']));
    pick('wf_gone');
    pick('wf_two');
    pick('wf_one');
    pick('wf_two');
    await vi.waitFor(() => expect(ports()).toEqual(['ticket']));
    expect(asked).toEqual([['wf_one'], ['wf_gone', 'wf_two']]);
    stop();
    const { doc } = document.store.getState();
    named.store.setState({ known: new Map() });
    named.refresh();
    await vi.waitFor(() => expect(named.store.getState().known.size).toBeGreaterThan(0));
    expect(document.store.getState().doc).toBe(doc);
  });
});
