import { type Check, type CheckFinding, isAppError, type JsonObject } from '../../app/core/nodekit/index.ts';
import { compileJsonSchema } from '../../app/core/text/json-schema.ts';
import type { tool } from './manifest.ts';

export const check: Check<typeof tool> = async ({ parameters, effects }, { nodeId, workflow }) => {
  const findings: CheckFinding[] = [];
  try {
    await compileJsonSchema(parameters as JsonObject);
    if (parameters['type'] !== 'object') {
      findings.push({
        severity: 'error',
        field: 'parameters',
        message: 'The arguments of a tool are an object.',
        remedy: 'Write a schema with "type": "object" and the arguments under "properties".',
      });
    }
  } catch (thrown) {
    if (!isAppError(thrown)) throw thrown;
    findings.push({
      severity: 'error',
      field: 'parameters',
      message: thrown.message,
      ...(thrown.remedy !== undefined && { remedy: thrown.remedy }),
    });
  }
  const answers = workflow.edges.some(({ to }) => to.node === nodeId && to.port === 'result');
  if (!answers) {
    findings.push({
      severity: 'warning',
      message: 'Nothing leads to the inner port “result”: the model is told that the tool gave no result.',
      remedy: 'Wire what the model shall see to “result”.',
    });
  }
  if (effects === 'no') {
    findings.push({
      severity: 'warning',
      field: 'effects',
      message: 'The tool is said to have no effects: its calls are made without asking anybody.',
      remedy: 'Leave `effects` at auto unless you know that nothing inside changes or sends anything.',
    });
  }
  return findings;
};
