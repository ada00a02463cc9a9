import { cacheContract } from './cache.ts';
import { cassetteContract } from './cassette.ts';
import { costsContract } from './costs.ts';
import { grantsContract } from './grants.ts';
import { knowledgeContract } from './knowledge.ts';
import { promptContract } from './prompt.ts';
import { recoveryContract } from './recovery.ts';
import { reviewContract } from './review.ts';
import { runContract } from './run.ts';
import { templateContract } from './template.ts';
import { workflowContract } from './workflow.ts';
import { workspaceContract } from './workspace.ts';

/** The whole contract between a host and its clients, by domain: the same over every transport. */
export const contract = {
  workflow: workflowContract,
  run: runContract,
  review: reviewContract,
  knowledge: knowledgeContract,
  costs: costsContract,
  grants: grantsContract,
  cassette: cassetteContract,
  cache: cacheContract,
  prompt: promptContract,
  template: templateContract,
  recovery: recoveryContract,
  workspace: workspaceContract,
};
