import { AppError, type Run } from '../../app/core/nodekit/index.ts';
import { decisionForm, editedField } from './decision-form.ts';
import type { humanReview } from './manifest.ts';

export const run: Run<typeof humanReview> = async ({ config, inputs }, { cap, step, detail }) => {
  const { payload, reason } = inputs;
  const { title, actions, timeout } = config;
  const form = decisionForm(actions, config.form);
  const decision = await cap.waits.person({
    kind: 'review',
    title,
    payload,
    actions,
    ...(form && { form }),
    ...(timeout && { timeoutMs: timeout.ms }),
    ...(reason !== undefined && { reason }),
  });

  const silent = { approved: undefined, rejected: undefined, decision: undefined, expired: undefined };
  if (!decision) {
    const onTimeout = timeout?.onTimeout ?? 'fail';
    detail({ expired: true, onTimeout });
    if (onTimeout === 'reject') return { ...silent, rejected: payload };
    if (onTimeout === 'port') return { ...silent, expired: payload };
    throw new AppError('step.expired', {
      message: `Nobody decided on “${title}” in time.`,
      where: `node ${step.nodeId}`,
      remedy: 'Run again, allow more time, or say with `timeout.onTimeout` how to go on.',
    });
  }

  detail({
    action: decision.action,
    by: decision.by,
    ...(decision.comment !== undefined && { comment: decision.comment }),
  });
  if (!actions.includes(decision.action))
    throw refused(`There is no action “${decision.action}”`, `Choose one of: ${actions.join(', ')}.`);
  switch (decision.action) {
    case 'approve':
      return { ...silent, approved: payload, decision };
    case 'edit': {
      if (!Object.hasOwn(decision.values, editedField))
        throw refused('The edit holds no payload', `Give the edited payload as the field “${editedField}”.`);
      return { ...silent, approved: decision.values[editedField], decision };
    }
    case 'reject':
      return { ...silent, rejected: payload, decision };
    default:
      return { ...silent, decision };
  }

  function refused(message: string, remedy: string): AppError {
    return new AppError('run.decision', { message: `${message}.`, where: `node ${step.nodeId}`, remedy });
  }
};
