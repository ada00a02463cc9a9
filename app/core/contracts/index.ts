import { cassetteContract } from './cassette.ts';
import { knowledgeContract } from './knowledge.ts';
import { reviewContract } from './review.ts';
import { runContract } from './run.ts';
import { workflowContract } from './workflow.ts';
import { workspaceContract } from './workspace.ts';

/** The whole contract between a host and its clients, by domain: the same over every transport. */
export const contract = {
  workflow: workflowContract,
  run: runContract,
  review: reviewContract,
  knowledge: knowledgeContract,
  cassette: cassetteContract,
  workspace: workspaceContract,
};
