import type { ContractClient } from '../../../app/core/contracts/client.ts';
import type { JsonObject } from '../../../app/core/graph/json.ts';
import type { PromptDraft } from '../../state/prompt-desk.ts';

type Prompts = ContractClient['prompt'];

export type OpenedPrompt = Awaited<ReturnType<Prompts['read']>>;
export type PromptSample = Awaited<ReturnType<Prompts['sample']>>;
export type PromptPreview = Awaited<ReturnType<Prompts['preview']>>;
export type PromptVersion = Awaited<ReturnType<Prompts['versions']>>[number];
export type PromptUseView = Awaited<ReturnType<Prompts['uses']>>[string][number];

/** A prompt file as its views share it. */
export interface Workbench {
  file: string;
  opened: OpenedPrompt;
  /** What is written now, saved or not. */
  text: string;
  draft: PromptDraft | undefined;
  uses: readonly PromptUseView[];
  /** Values of the last run; not known yet while it is asked for. */
  sample: PromptSample | undefined;
  /** What it is filled with. */
  values: JsonObject;
  filled: Readonly<Record<string, string>>;
  preview: PromptPreview | undefined;
  write: (text: string) => void;
  /** Before something else is shown. */
  onClose: () => void;
}
