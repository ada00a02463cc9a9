import { shownLine, shownText } from '../state/shown-text.ts';
import { defineCommand } from './command.ts';

export interface SetHeadArgs {
  field: 'name' | 'description';
  text: string;
}

/** The name of the workflow, or what is said about it. */
export const setHead = defineCommand<SetHeadArgs>('workflow.head', (_doc, { field, text }) => {
  const line = field === 'name' ? shownLine(text, 200) : shownText(text, 10_000);
  if (field === 'name' && line === '') return { refused: { key: 'workflow.nameless' } };
  return {
    patch: { head: new Map([[field, line === '' ? undefined : line]]) },
    capture: 'merge',
    mergeKey: `head ${field}`,
    label: { key: 'workflow.head' },
  };
});
