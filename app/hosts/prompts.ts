import type { ModelGateway } from '../adapters/models/gateway.ts';
import { promptTokens } from '../adapters/models/prompt-tokens.ts';
import type { WorkspaceStore } from '../adapters/sqlite/workspace-store.ts';
import type { CostRow } from '../core/budget/costs.ts';
import { isAppError } from '../core/errors/app-error.ts';
import type { Registry } from '../core/nodekit/define-node.ts';
import type { WorkspaceConfig } from '../core/workspace/workspace-config.ts';
import { createPromptHistory, type PromptHistory } from '../services/prompt/prompt-history.ts';
import { createPromptTrial, type PromptTrial } from '../services/prompt/prompt-trial.ts';
import { type PromptUse, promptsUsedBy } from '../services/prompt/prompt-uses.ts';
import type { RunService } from '../services/run/run-service.ts';
import type { WorkflowService } from '../services/workflow/workflow-service.ts';
import type { Editing } from './editing.ts';

/** Everything about prompt files but writing them. */
export interface Prompts extends PromptTrial, Pick<PromptHistory, 'versions' | 'text' | 'runs'> {
  /** Which workflows and nodes each prompt file is written for. */
  uses(): Promise<{ [file: string]: PromptUse[] }>;
}

export function createPrompts(parts: {
  registry: Registry;
  workflows: WorkflowService;
  editing: Editing;
  config: WorkspaceConfig;
  gateway: () => Promise<ModelGateway>;
  /** Undefined where nothing ever ran. */
  store(): Promise<WorkspaceStore | undefined>;
  runs(): Promise<RunService>;
  costs(): Promise<readonly CostRow[]>;
}): Prompts {
  const { registry, workflows, editing, config, gateway, store } = parts;
  const history = createPromptHistory({
    editing: editing.prompts,
    history: editing.history,
    async runs() {
      const opened = await store();
      return opened && { index: opened.runs, snapshot: (hash) => opened.journal.snapshot(hash) };
    },
    costs: parts.costs,
  });
  const trial = createPromptTrial({
    history,
    runs: async () => ((await store()) ? parts.runs() : undefined),
    registry,
    profiles: Object.entries(config.profiles).flatMap(([name, { use }]) => (use === 'chat' ? [name] : [])),
    models: gateway,
    countTokens: (request) => promptTokens(request),
  });
  const { versions, text, runs } = history;
  return {
    ...trial,
    ...{ versions, text, runs },
    async uses() {
      const uses: { [file: string]: PromptUse[] } = {};
      for (const { file: workflowFile } of await workflows.list()) {
        try {
          const { workflow } = await workflows.read(workflowFile);
          for (const [file, nodes] of promptsUsedBy(workflow, registry)) {
            uses[file] ??= [];
            uses[file].push({ workflowFile, workflowName: workflow.name, workflowId: workflow.id, nodes });
          }
        } catch (thrown) {
          // A workflow that cannot be read uses nothing yet.
          if (!isAppError(thrown)) throw thrown;
        }
      }
      return uses;
    },
  };
}
