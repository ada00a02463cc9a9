import { defineCommand } from './command.ts';

export type SetResourceArgs =
  | { kind: 'collections' | 'profiles'; alias: string; value: { name: string } | undefined }
  | { kind: 'prompts'; alias: string; value: { file: string } | undefined };

/** What an alias of the workflow stands for in the workspace. */
export const setResource = defineCommand<SetResourceArgs>('workflow.resource', (_doc, args) => {
  if (!/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(args.alias)) return { refused: { key: 'workflow.badName' } };
  const patch =
    args.kind === 'prompts'
      ? { prompts: new Map([[args.alias, args.value]]) }
      : { [args.kind]: new Map([[args.alias, args.value]]) };
  return { patch, capture: 'now', label: { key: 'workflow.resource', values: { name: args.alias } } };
});
