import * as z from 'zod';
import {
  defineNode,
  type JsonObject,
  later,
  type Port,
  type Ports,
  WorkflowInterface,
} from '../../app/core/nodekit/index.ts';

export const subflow = defineNode({
  type: 'subflow',
  version: 1,
  family: 'logic',
  title: 'Subflow',
  summary: 'Runs another workflow of the workspace, whose inputs and outputs are its ports.',
  icon: 'workflow',
  config: later(() =>
    z.strictObject({
      workflow: z
        .string()
        .min(1)
        .max(300)
        .describe('Its id (the safest: it stays when the file is renamed), its file, or its name.'),
      interface: WorkflowInterface.optional().describe(
        'What it takes and gives, read from its file each time; an editor may leave it here.',
      ),
    }),
  ),
  inputs: {},
  outputs: {},
  ports: ({ interface: face }) => {
    if (!face) return {};
    const outputs = ports(face.outputs, ({ type, description }) => ({
      type,
      ...(description && { help: description }),
    }));
    return {
      inputs: ports(face.inputs, ({ type, description, required, default: fallback }) => ({
        type,
        ...(description && { help: description }),
        ...(required && fallback === undefined && { required: true }),
      })),
      outputs,
      sinks: outputs,
    };
  },
  body: { sources: {}, sinks: {} },
  runsWorkflow: {
    field: 'workflow',
    reference: ({ workflow }) => workflow,
    withInterface: (config, face) => ({ ...config, interface: face as unknown as JsonObject }),
  },
  needs: ['body'],
  effect: 'read',
  form: { workflow: { widget: 'workflow', label: 'Workflow' }, interface: { widget: 'hidden' } },
  examples: [
    { title: 'By id', config: { workflow: 'wf_answer' } },
    { title: 'By file', config: { workflow: 'workflows/answer.flow.json' } },
  ],
});

function ports<T>(declared: { [name: string]: T }, port: (one: T) => Port): Ports {
  return Object.fromEntries(Object.entries(declared).map(([name, one]) => [name, port(one)]));
}
