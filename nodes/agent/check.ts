import type { Check, CheckFinding } from '../../app/core/nodekit/index.ts';
import type { agent } from './manifest.ts';

export const check: Check<typeof agent> = (_config, { nodeId, workflow, connected }) => {
  const findings: CheckFinding[] = [];
  const inside = workflow.nodes.filter(({ parent, disabled }) => parent === nodeId && !disabled);
  const named = inside.map(({ config }) => config['name']).filter((name) => typeof name === 'string');
  if (named.length === 0) {
    findings.push({
      severity: 'warning',
      message: 'The agent has no tools: it asks the model once.',
      remedy: 'Put tool nodes into it: they carry its id as their `parent`.',
    });
  }
  for (const name of new Set(named.filter((one, i) => named.indexOf(one) !== i))) {
    findings.push({
      severity: 'error',
      message: `Two of its tools are called “${name}”.`,
      remedy: 'Give each tool a name of its own: the model calls it by that.',
    });
  }
  if (!connected.has('task') && !connected.has('messages')) {
    findings.push({
      severity: 'error',
      message: 'The agent has nothing to do: neither “task” nor “messages” has a wire.',
      remedy: 'Wire a text to “task”, or a prompt to “messages”.',
    });
  }
  return findings;
};
