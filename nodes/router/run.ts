import { AppError, type Json, type Run } from '../../app/core/nodekit/index.ts';
import { compileExpression } from '../../app/core/template/expression.ts';
import type { router } from './manifest.ts';

export const run: Run<typeof router> = ({ config, inputs, ports }, { detail, step }) => {
  const outputs: { [branch: string]: Json } = {};
  const asked: { branch: string; when: string; holds: boolean }[] = [];
  for (const [i, { name, when }] of config.branches.entries()) {
    const holds = compileExpression(when).evaluate(ports);
    if (typeof holds !== 'boolean') {
      throw new AppError('expression.failed', {
        message: `The condition of the branch “${name}” gave ${JSON.stringify(holds).slice(0, 100)}, not true or false.`,
        where: `node ${step.nodeId}, branches[${i}].when`,
        remedy: 'End the condition with a comparison, such as == true, or size(x) > 0.',
      });
    }
    asked.push({ branch: name, when, holds });
    if (!holds) continue;
    outputs[name] = inputs.value;
    if (config.mode === 'first-match') break;
  }
  const taken = Object.keys(outputs);
  if (taken.length === 0 && config.default) {
    outputs['default'] = inputs.value;
    taken.push('default');
  }
  detail({ taken, asked });
  return outputs;
};
