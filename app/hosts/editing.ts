import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openTextFolder } from '../adapters/files/workspace-folder.ts';
import { AppError, isAppError } from '../core/errors/app-error.ts';
import { limits } from '../core/graph/workflow.ts';
import type { Registry } from '../core/nodekit/define-node.ts';
import type { WorkspaceConfig } from '../core/workspace/workspace-config.ts';
import { createPromptEditing, PROMPT_PATTERN, type PromptEditing } from '../services/editing/prompt-editing.ts';
import type { TemplateService } from '../services/editing/template-service.ts';
import { createWorkflowEditing, type WorkflowEditing } from '../services/editing/workflow-editing.ts';
import { createFileHistory, type FileHistory } from '../services/files/file-history.ts';
import { createRecoveryStore, type RecoveryStore } from '../services/files/recovery.ts';
import { createSavedFiles, type SavedFiles } from '../services/files/saved-files.ts';
import type { TextFolder } from '../services/files/text-folder.ts';
import { type FileChange, watchFiles } from '../services/files/watch-files.ts';
import { createWorkspaceSearch, type WorkspaceSearch } from '../services/search/search-workspace.ts';
import { WORKFLOW_PATTERN } from '../services/workflow/find-workflow.ts';
import { packageFolder } from './package-folder.ts';
import { openTemplates } from './templates.ts';

/** What an editor of the workspace needs. */
export interface Editing {
  workflows: WorkflowEditing;
  prompts: PromptEditing;
  /** Files of the workspace, and how they are written without losing what others wrote. */
  workspace: TextFolder;
  saved: SavedFiles;
  /** Earlier states of the files that are edited here. */
  history: FileHistory;
  templates: TemplateService;
  recovery: RecoveryStore;
  search: WorkspaceSearch;
  /** Changes of workflow and prompt files until the signal aborts. */
  watch(signal: AbortSignal): AsyncGenerator<FileChange, void>;
  /** The README of a node type. @throws AppError cli.unknown */
  nodeDocs(type: string): Promise<string>;
}

/** A text of the largest workflow, with room for its escapes. */
const MAX_BYTES = limits.bytes * 2;

export function createEditing(parts: {
  folder: string;
  stateFolder: string;
  config: WorkspaceConfig;
  registry: Registry;
}): Editing {
  const { registry, config } = parts;
  const workspace = openTextFolder(parts.folder, MAX_BYTES);
  const state = openTextFolder(parts.stateFolder, MAX_BYTES);
  const ofPackage = (path: string) => openTextFolder(join(packageFolder(), path), MAX_BYTES);
  const now = () => Date.now();
  const fileHistory = createFileHistory(state);
  const saved = createSavedFiles({ workspace, state, history: fileHistory, now });
  const templates = openTemplates();
  return {
    workflows: createWorkflowEditing({ workspace, saved, fileHistory, templates, about: { registry, config } }),
    prompts: createPromptEditing({ workspace, saved }),
    history: fileHistory,
    workspace,
    saved,
    templates,
    recovery: createRecoveryStore(state, now),
    search: createWorkspaceSearch({ workspace, saved, registry }),
    watch: (signal) =>
      watchFiles(
        { workspace, sleep: (ms, stop) => sleep(ms, undefined, { signal: stop }) },
        [WORKFLOW_PATTERN, PROMPT_PATTERN],
        signal,
      ),
    async nodeDocs(type) {
      try {
        return (await ofPackage('nodes').read(`${type}/README.md`)).text;
      } catch (thrown) {
        if (!isAppError(thrown) || thrown.code !== 'document.missing') throw thrown;
        throw new AppError('cli.unknown', {
          message: `There is no documentation of a node type “${type}”.`,
          where: type,
          remedy: 'Names of types are in the list of nodes.',
        });
      }
    },
  };
}
