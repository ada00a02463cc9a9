import { type ReplaceRequest, replaceInWorkflow } from '../../app/core/search/search-workflow.ts';
import type { TextKind } from '../../app/core/search/workflow-texts.ts';
import { nodeTypes } from '../nodes/node-types.ts';
import { docOf, workflowOf } from '../state/document.ts';
import { patchBetween } from '../state/patch.ts';
import { defineCommand } from './command.ts';

export interface ReplaceTextArgs extends ReplaceRequest {
  kinds: readonly TextKind[];
}

/**
 * Replaces what a search found, all of it in one step. What may not stand somewhere stays as it was.
 * @throws AppError regex.syntax
 */
export const replaceText = defineCommand<ReplaceTextArgs>('text.replace', (doc, args) => {
  const { result, count } = replaceInWorkflow(workflowOf(doc), { ...args, registry: nodeTypes });
  if (count === 0) return undefined;
  return { patch: patchBetween(doc, docOf(result)), capture: 'now', label: { key: 'text.replace', values: { count } } };
});
