import { updateInterfaces } from '../commands/update-interfaces.ts';
import { runsWorkflow } from '../nodes/runs-workflow.ts';
import type { DocumentStore } from './document-store.ts';
import type { NamedWorkflows } from './named-workflows.ts';

/**
 * Keeps the ports of nodes that run other workflows as those have them now: when a reference is typed, picked, pasted or
 * undone, and when a file changes. What stands in the document is a copy for drawing, so this is no edit of a person.
 * @returns ends it
 */
export function followInterfaces(document: DocumentStore, named: NamedWorkflows): () => void {
  function follow(): void {
    const { nodes } = document.store.getState().doc;
    const references = new Map<string, string>();
    for (const node of nodes.values()) {
      const reference = runsWorkflow(node);
      if (reference !== undefined) references.set(node.id, reference);
    }
    named.look(references.values());
    const { known } = named.store.getState();
    const faces = new Map(
      [...references].flatMap(([id, reference]) => {
        const face = known.get(reference);
        return face ? [[id, { inputs: face.inputs, outputs: face.outputs }] as const] : [];
      }),
    );
    document.run(updateInterfaces, { faces });
  }
  const stops = [
    document.store.subscribe((now, before) => {
      if (now.doc.nodes !== before.doc.nodes) follow();
    }),
    named.store.subscribe(follow),
  ];
  follow();
  return () => {
    for (const stop of stops) stop();
  };
}
