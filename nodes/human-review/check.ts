import { type Check, type CheckFinding, isAppError, isJsonObject } from '../../app/core/nodekit/index.ts';
import { compileJsonSchema } from '../../app/core/text/json-schema.ts';
import { decisionForm, editedField } from './decision-form.ts';
import type { humanReview } from './manifest.ts';

const known = ['approve', 'edit', 'reject'];

export const check: Check<typeof humanReview> = async ({ actions, form, timeout }, { nodeId, workflow }) => {
  const isWired = (port: string) => workflow.edges.some(({ from }) => from.node === nodeId && from.port === port);
  const findings: CheckFinding[] = [];
  if (form) findings.push(...(await checkForm(actions, form)));
  const own = actions.filter((action) => !known.includes(action));
  if (own.length > 0 && !isWired('decision')) {
    findings.push({
      severity: 'warning',
      field: 'actions',
      message: `Nothing happens after ${own.map((action) => `“${action}”`).join(', ')}: only the output “decision” tells of it.`,
      remedy: 'Wire “decision” to a router.',
    });
  }
  if (timeout?.onTimeout === 'port' && !isWired('expired')) {
    findings.push({
      severity: 'warning',
      field: 'timeout.onTimeout',
      message: 'Nothing happens after the time limit: the output “expired” is not wired.',
      remedy: 'Wire “expired”, or choose fail or reject.',
    });
  }
  return findings;
};

async function checkForm(
  actions: readonly string[],
  form: NonNullable<Parameters<typeof decisionForm>[1]>,
): Promise<CheckFinding[]> {
  const error = (message: string, remedy: string): CheckFinding => ({
    severity: 'error',
    field: 'form',
    message,
    remedy,
  });
  if (form['type'] !== 'object')
    return [error('The form is not the schema of an object.', 'Begin it with "type": "object" and "properties".')];
  if (actions.includes('edit') && isJsonObject(form['properties']) && Object.hasOwn(form['properties'], editedField)) {
    return [error(`The field “${editedField}” is taken by the edited payload.`, 'Choose another name.')];
  }
  try {
    await compileJsonSchema(decisionForm(actions, form) ?? form);
    return [];
  } catch (thrown) {
    if (!isAppError(thrown)) throw thrown;
    return [error(thrown.message, thrown.remedy ?? 'Correct the schema.')];
  }
}
