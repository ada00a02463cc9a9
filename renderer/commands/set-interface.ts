import type { WorkflowInput, WorkflowOutput } from '../state/document.ts';
import { defineCommand } from './command.ts';

export type SetInterfaceArgs =
  | { direction: 'input'; name: string; value: WorkflowInput | undefined }
  | { direction: 'output'; name: string; value: WorkflowOutput | undefined };

/** Declares an input or output of the workflow, changes it, or takes it away. */
export const setInterface = defineCommand<SetInterfaceArgs>('workflow.interface', (_doc, args) => {
  if (!/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(args.name)) return { refused: { key: 'workflow.badName' } };
  return {
    patch:
      args.direction === 'input'
        ? { inputs: new Map([[args.name, args.value]]) }
        : { outputs: new Map([[args.name, args.value]]) },
    capture: 'merge',
    mergeKey: `interface ${args.direction} ${args.name} ${args.value === undefined}`,
    label: { key: 'workflow.interface', values: { name: args.name } },
  };
});
