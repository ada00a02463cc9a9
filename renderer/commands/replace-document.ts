import type { Workflow } from '../../app/core/graph/workflow.ts';
import { docOf } from '../state/document.ts';
import { patchBetween } from '../state/patch.ts';
import type { Words } from '../strings/text.ts';
import { defineCommand } from './command.ts';

export interface ReplaceArgs {
  workflow: Workflow;
  label?: Words;
}

/** Takes over another version of the whole workflow. It stays the same workflow: its id is kept. */
export const replaceDocument = defineCommand<ReplaceArgs>('workflow.replace', (doc, { workflow, label }) => {
  const after = docOf({ ...workflow, id: doc.head.get('id') ?? workflow.id });
  return {
    patch: patchBetween(doc, after),
    capture: 'now',
    label: label ?? { key: 'workflow.replace' },
    select: [],
  };
});
