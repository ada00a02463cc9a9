import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workflowFiles } from '../../../app/hosts/workspace-parts.ts';
import { createWorkflowService, type WorkflowService } from '../../../app/services/workflow/workflow-service.ts';
import { registry } from '../../../nodes/registry.ts';
import { graphCases } from './graph-cases.ts';
import { corpusPrompt, corpusWorkspace, soundWorkflow } from './sound-workflow.ts';
import { type HostileCase, textCases } from './text-cases.ts';

export const corpus: readonly HostileCase[] = [...textCases, ...graphCases];
export const fileOf = (index: number) => `workflows/h${index}.flow.json`;
export const SOUND = 'workflows/sound.flow.json';

/** Writes the whole corpus, a sound workflow and what the files refer to into a folder. */
export function writeCorpus(folder: string): void {
  for (const name of ['workflows', 'prompts']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'prompts/answer.md'), corpusPrompt);
  symlinkSync('/etc/hostname', join(folder, 'prompts/link.md'));
  writeFileSync(join(folder, SOUND), JSON.stringify(soundWorkflow()));
  for (const [i, { file }] of corpus.entries()) writeFileSync(join(folder, fileOf(i)), file);
}

/** The use cases that open a workflow, as every host has them. */
export function corpusService(folder: string): WorkflowService {
  return createWorkflowService({ registry, files: workflowFiles(folder, folder), config: corpusWorkspace });
}
