import type { ModelRequest, ModelResponse } from '../../app/core/capabilities/capabilities.ts';
import { linkSubflows, withInterfaces } from '../../app/core/graph/link-subflows.ts';
import { validateWorkflow } from '../../app/core/graph/validate-workflow.ts';
import type { Workflow, WorkflowNode } from '../../app/core/graph/workflow.ts';
import type { WorkflowIssue } from '../../app/core/graph/workflow-issue.ts';
import type { NodeType, Registry } from '../../app/core/nodekit/define-node.ts';
import { compileJsonSchema } from '../../app/core/text/json-schema.ts';
import { registry } from '../../nodes/registry.ts';
import { testRegistry } from '../kit/engine-nodes.ts';
import { modelResponse } from '../kit/engine-ports.ts';
import { randomGraph } from './random-graph.ts';
import { textHash } from './seeded-random.ts';

/** Real types that only the engine makes interesting. Their code is there beforehand: in a simulated world nothing takes real time. */
const containers = await Promise.all(
  [...registry]
    .filter(([type]) => ['subflow', 'loop', 'agent', 'tool'].includes(type))
    .map(async ([type, node]): Promise<[string, NodeType]> => {
      const run = await node.run?.();
      return [type, run === undefined ? node : { ...node, run: () => Promise.resolve(run) }];
    }),
);

// So is the library that checks what an agent's tools are given.
await compileJsonSchema({ type: 'object' }, 'the simulation');

export const simulatedTypes: Registry = new Map([...testRegistry, ...containers]);

/**
 * The graph, in some worlds with others behind it: a loop, an agent whose tools ask the model, a node that runs another
 * random graph. The answer of the last one is the workflow's.
 */
export function withContainers(graph: Workflow, random: () => number): { workflow: Workflow; issues: WorkflowIssue[] } {
  const hasSubflow = random() < 0.15;
  const hasAgent = random() < 0.12;
  const hasLoop = random() < 0.12;
  if (!hasSubflow && !hasAgent && !hasLoop) return { workflow: graph, issues: validateWorkflow(graph, simulatedTypes) };
  const flows = new Map<string, Workflow>();
  if (hasSubflow) flows.set('inner', randomGraph(random));
  if (hasSubflow && random() < 0.3)
    flows.set('inner', behind(flows.get('inner') as Workflow, agentNodes, agentWires, 'task agent text'));
  let root = graph;
  if (hasLoop) root = behind(root, loopNodes(1 + Math.floor(random() * 3)), loopWires, 'state loop result');
  if (hasAgent) root = behind(root, agentNodes, agentWires, 'task agent text');
  if (hasSubflow) root = behind(root, [node('sub', 'subflow', { workflow: 'inner' })], [], 'q sub a');
  const whole = withInterfaces(root, flows, simulatedTypes);
  const issues = [whole, ...flows.values()].flatMap((one) => validateWorkflow(one, simulatedTypes));
  const sources = new Map([...flows].map(([name, workflow]) => [name, { workflow, prompts: {} }]));
  const { workflow } = linkSubflows({ workflow: whole, prompts: {} }, sources, simulatedTypes);
  return { workflow, issues };
}

const node = (id: string, type: string, config: WorkflowNode['config'], parent?: string): WorkflowNode => ({
  id,
  type,
  version: 1,
  config,
  ...(parent !== undefined && { parent }),
});

const parameters = { type: 'object', properties: { q: { type: 'string' } } };
const tool = (id: string) => node(id, 'tool', { name: id, description: id, parameters, effects: 'no' }, 'agent');
const agentNodes: WorkflowNode[] = [
  node('agent', 'agent', { profile: 'm', streaming: false, parallel: 2 }),
  tool('look'),
  {
    ...node('looks', 't-call', { id: 'looks', calls: 2 }, 'look'),
    policy: { retry: { attempts: 10, baseMs: 10, maxMs: 100 } },
  },
  tool('ask'),
  node('asks', 't-ask', { id: 'asks' }, 'ask'),
];
const agentWires = [
  'look.q > looks.values',
  'looks.value > look.result',
  'ask.q > asks.values',
  'asks.value > ask.result',
];

const loopNodes = (turns: number): WorkflowNode[] => [
  node('loop', 'loop', { condition: `turn >= ${turns}` }),
  {
    ...node('again', 't-call', { id: 'again', calls: 1 }, 'loop'),
    policy: { retry: { attempts: 10, baseMs: 10, maxMs: 100 } },
  },
];
const loopWires = ['loop.state > again.values', 'again.value > loop.state', 'again.value > loop.result'];

/** Puts nodes between what the workflow gives and its output; `through` is the way: `input node output`. */
function behind(
  workflow: Workflow,
  nodes: readonly WorkflowNode[],
  wires: readonly string[],
  through: string,
): Workflow {
  const last = workflow.edges.find(({ to }) => to.node === 'out') as Workflow['edges'][number];
  const [entry = '', id = '', exit = ''] = through.split(' ');
  const end = (text: string) => {
    const [on = '', port = ''] = text.split('.');
    return { node: on, port };
  };
  return {
    ...workflow,
    nodes: [...workflow.nodes, ...nodes],
    edges: [
      ...workflow.edges.filter((edge) => edge !== last),
      { ...last, id: `${id}-in`, to: { node: id, port: entry } },
      { id: `${id}-out`, from: { node: id, port: exit }, to: { node: 'out', port: 'value' } },
      ...wires.map((wire, i) => {
        const [from = '', to = ''] = wire.split(' > ');
        return { id: `${id}-${i}`, from: end(from), to: end(to) };
      }),
    ],
  };
}

/** The calls that an agent's model asks for in a turn: fewer from turn to turn. */
export function agentCalls(agent: string, turn: number): { tool: string; q: string }[] {
  const many = Math.max(0, (textHash(`${agent} ${turn}`) % 4) - turn);
  const scope = agent.slice(0, agent.lastIndexOf('/') + 1);
  return Array.from({ length: many }, (_, i) => ({
    tool: `${scope}${textHash(`${agent} ${turn} ${i}`) % 3 === 0 ? 'ask' : 'look'}`,
    q: `${turn}.${i}`,
  }));
}

/** What the model says to an agent: calls, or an answer made of the task and all results in order. */
export function agentResponse(path: string, turn: number, { messages }: ModelRequest): ModelResponse {
  const calls = agentCalls(path, turn);
  if (calls.length > 0) {
    const toolCalls = calls.map(({ tool, q }, i) => ({
      id: `c${i}`,
      name: tool.slice(tool.lastIndexOf('/') + 1),
      arguments: { q },
    }));
    return { ...modelResponse(''), toolCalls };
  }
  const task = messages.find(({ role }) => role === 'user')?.content ?? '';
  const results = messages.filter(({ role }) => role === 'tool').map(({ content }) => resultIn(content));
  return modelResponse(`${task}: ${results.join(' ')}`);
}

function resultIn(told: string): string {
  if (told.startsWith('The tool failed')) return 'failed';
  return /<data [0-9a-f]+>\n([\s\S]*)\n<\/data/.exec(told)?.[1] ?? 'nothing';
}
