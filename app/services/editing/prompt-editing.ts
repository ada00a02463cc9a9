import { AppError, isAppError } from '../../core/errors/app-error.ts';
import { parsePrompt } from '../../core/template/prompt-file.ts';
import type { SavedFiles } from '../files/saved-files.ts';
import type { DiskVersion, TextFolder } from '../files/text-folder.ts';

export interface PromptSummary {
  file: string;
  bytes: number;
  modifiedAt: number;
}

export interface OpenedPrompt extends DiskVersion {
  file: string;
  text: string;
  /** What its head says; nothing when it cannot be understood. */
  description: string | null;
  variables: string[];
  /** Why it cannot be used as it is. */
  fault: { message: string; where: string | null; remedy: string | null } | null;
}

/** Prompt files as an editor needs them. */
export interface PromptEditing {
  list(): Promise<PromptSummary[]>;
  /** @throws AppError prompt.missing */
  read(file: string): Promise<OpenedPrompt>;
  /** With `base` null, a new file. @throws AppError file.conflict, file.exists, storage.* */
  save(file: string, text: string, base: string | null): Promise<DiskVersion>;
}

export const PROMPT_PATTERN = 'prompts/**/*.md';

export function createPromptEditing({ workspace, saved }: { workspace: TextFolder; saved: SavedFiles }): PromptEditing {
  return {
    async list() {
      const files = await workspace.find(PROMPT_PATTERN);
      const all = await Promise.all(files.map(async (file) => ({ file, facts: await workspace.facts(file) })));
      return all.flatMap(({ file, facts }) => (facts ? [{ file, ...facts }] : []));
    },
    async read(file) {
      try {
        const opened = await saved.read(file);
        return { file, ...opened, ...told(opened.text, file) };
      } catch (thrown) {
        if (!isAppError(thrown) || thrown.code !== 'document.missing') throw thrown;
        throw new AppError('prompt.missing', {
          message: 'There is no such prompt file.',
          where: file,
          remedy: 'Prompts are Markdown files in the folder “prompts” of the workspace.',
        });
      }
    },
    save: (file, text, base) => saved.save(file, text, base),
  };
}

function told(text: string, file: string): Pick<OpenedPrompt, 'description' | 'variables' | 'fault'> {
  try {
    const { description, variables } = parsePrompt(text, file);
    return { description: description ?? null, variables: [...variables], fault: null };
  } catch (thrown) {
    if (!isAppError(thrown)) throw thrown;
    const { message, where, remedy } = thrown;
    return { description: null, variables: [], fault: { message, where: where ?? null, remedy: remedy ?? null } };
  }
}
