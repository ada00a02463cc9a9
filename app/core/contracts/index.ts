import { cacheContract } from './cache.ts';
import { cassetteContract } from './cassette.ts';
import { costsContract } from './costs.ts';
import { datasetContract } from './dataset.ts';
import { exportingContract } from './exporting.ts';
import { feedbackContract } from './feedback.ts';
import { grantsContract } from './grants.ts';
import { insightContract } from './insight.ts';
import { knowledgeContract } from './knowledge.ts';
import { profileContract } from './profile.ts';
import { promptContract } from './prompt.ts';
import { recoveryContract } from './recovery.ts';
import { reviewContract } from './review.ts';
import { runContract } from './run.ts';
import { searchContract } from './search.ts';
import { secretContract } from './secret.ts';
import { sessionContract } from './session.ts';
import { storageContract } from './storage.ts';
import { templateContract } from './template.ts';
import { workflowContract } from './workflow.ts';
import { workspaceContract } from './workspace.ts';

/** The whole contract between a host and its clients, by domain: the same over every transport. */
export const contract = {
  workflow: workflowContract,
  run: runContract,
  insight: insightContract,
  review: reviewContract,
  feedback: feedbackContract,
  dataset: datasetContract,
  knowledge: knowledgeContract,
  costs: costsContract,
  exporting: exportingContract,
  grants: grantsContract,
  cassette: cassetteContract,
  cache: cacheContract,
  prompt: promptContract,
  template: templateContract,
  recovery: recoveryContract,
  workspace: workspaceContract,
  profile: profileContract,
  secret: secretContract,
  search: searchContract,
  session: sessionContract,
  storage: storageContract,
};
