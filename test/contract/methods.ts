import { contract } from '../../app/core/contracts/index.ts';
import { costMethods } from './methods/cost-methods.ts';
import { exchangeMethods } from './methods/exchange-methods.ts';
import { insightMethods } from './methods/insight-methods.ts';
import { knowledgeMethods } from './methods/knowledge-methods.ts';
import type { MethodName, MethodRow } from './methods/method-row.ts';
import { runMethods } from './methods/run-methods.ts';
import { workflowMethods } from './methods/workflow-methods.ts';
import { workspaceMethods } from './methods/workspace-methods.ts';

/** Every method of the contract, read from the contract itself. */
export const methodNames = Object.entries(contract).flatMap(([domain, procedures]) =>
  Object.keys(procedures).map((name) => `${domain}.${name}` as MethodName),
);

/** What each method does, takes and refuses. */
export const methods: { [M in MethodName]: MethodRow } = {
  ...workflowMethods,
  ...runMethods,
  ...insightMethods,
  ...knowledgeMethods,
  ...costMethods,
  ...exchangeMethods,
  ...workspaceMethods,
};
